//! Questions to the store. All block for a moment: ask them on a thread where that is allowed, or by `Store::read`.

mod audit;
mod check;
mod content;
mod directory;
mod dmarc;
mod lists;
mod mailboxes;
mod numbers;
mod pool;
mod queue;
mod rules;
mod settings;
mod trace;
mod waiting;

use rusqlite::{Connection, OptionalExtension, Params, Row};

pub use numbers::Counts;
pub(crate) use pool::Pool;
pub use pool::Reader;

use crate::failure::StoreFailure;
use crate::limits::ROWS_MAX;

impl Reader {
    /// Runs questions that must see one and the same state.
    fn at_once<T>(
        &self,
        ask: impl FnOnce(&Connection) -> Result<T, StoreFailure>,
    ) -> Result<T, StoreFailure> {
        let db = self.db()?;
        let tx = db.unchecked_transaction()?;
        let answer = ask(db);
        tx.finish()?;
        answer
    }
}

/// Reads at most one row.
fn one<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, StoreFailure> {
    Ok(db.prepare_cached(sql)?.query_row(params, read).optional()?)
}

/// Reads all rows.
fn all<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreFailure> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(params, read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A limit as SQL has it; 0 is `default`.
fn rows(limit: usize, default: usize) -> i64 {
    let limit = if limit == 0 {
        default
    } else {
        limit.min(ROWS_MAX)
    };
    i64::try_from(limit).unwrap_or(i64::MAX)
}
