//! What a command sees of the transaction that it is part of.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::Memory;
use crate::blob::files::BlobFiles;
use crate::blob::log::BlobLog;
use crate::changes::Change;
use crate::failure::StoreFailure;
use crate::ids::Tenant;

/// The end of an audit chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seal {
    pub(crate) seq: i64,
    pub(crate) hash: [u8; 32],
}

impl Seal {
    /// Number and hash in one text, as the chain itself tells them.
    pub(crate) fn named(&self) -> String {
        let hash: String = self.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}:{hash}", self.seq)
    }
}

/// A file that no row names once the transaction is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unlink {
    Segment(u32),
    Large(String),
}

/// The transaction, for one command at a time.
pub(crate) struct Tx<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) memory: &'a mut Memory,
    pub(crate) log: &'a mut BlobLog,
    pub(crate) files: &'a BlobFiles,
    /// Announced after the commit.
    pub(crate) changes: Vec<Change>,
    /// Deleted after the commit.
    pub(crate) unlink: Vec<Unlink>,
    /// Audit chains that grew, with their end before the present command: for undoing it.
    pub(crate) undo: Vec<(Tenant, Option<Seal>)>,
    /// Audit chains that grew in this transaction.
    pub(crate) sealed: std::collections::BTreeSet<Tenant>,
}

impl Tx<'_> {
    /// Runs a statement; how many rows it changed.
    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Result<usize, StoreFailure> {
        Ok(self.db.prepare_cached(sql)?.execute(params)?)
    }

    /// Reads at most one row.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreFailure> {
        Ok(self
            .db
            .prepare_cached(sql)?
            .query_row(params, read)
            .optional()?)
    }

    /// Reads all rows.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreFailure> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The next number for a content. Never used twice while the store is open, so that a stale reference
    /// finds nothing rather than something else.
    pub(crate) fn next_blob(&mut self) -> i64 {
        self.memory.last_blob = self.memory.last_blob.saturating_add(1);
        self.memory.last_blob
    }

    /// The next number for leases.
    pub(crate) fn next_lease(&mut self) -> i64 {
        self.memory.last_lease = self.memory.last_lease.saturating_add(1);
        self.memory.last_lease
    }

    /// A UIDVALIDITY above all before it (RFC 9051 §2.3.1.1), also for a folder made again in the same second.
    pub(crate) fn next_uid_validity(&self, now: Timestamp) -> Result<u32, StoreFailure> {
        let by_clock = now.as_second().clamp(1, i64::from(u32::MAX));
        let sql = "INSERT INTO counter (name, value) VALUES ('uid_validity', ?1)
            ON CONFLICT (name) DO UPDATE SET value = max(value + 1, excluded.value) RETURNING value";
        let value = self.one(sql, [by_clock], |row| row.get::<_, i64>(0))?;
        u32::try_from(value.unwrap_or(by_clock))
            .map_err(|_| StoreFailure::Invalid("UIDVALIDITY is used up"))
    }
}
