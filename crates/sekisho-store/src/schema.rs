//! The database file: how it is opened, and how an older schema is brought up to date.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::failure::OpenError;

/// The migrations in order; the schema's version is how many have run. Never change one that was released.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_first.sql"),
    include_str!("../migrations/0002_audit_anchor.sql"),
    include_str!("../migrations/0003_rules.sql"),
];

/// Statements kept prepared on the writer: all of them.
const WRITER_STATEMENTS: usize = 512;
/// Statements kept prepared on a reader.
const READER_STATEMENTS: usize = 128;

/// The one connection that writes, with the schema up to date.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, OpenError> {
    let mut db = Connection::open(path)?;
    db.set_prepared_statement_cache_capacity(WRITER_STATEMENTS);
    db.pragma_update(None, "journal_mode", "wal")?;
    // Committed means synced: this is what a 250 stands on.
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "temp_store", "memory")?;
    db.pragma_update(None, "cache_size", -65_536)?; // KiB
    // 64 MB of log between checkpoints: pages that change often are copied once, not each time. Cut back after
    // bursts, but never below, so that deleting finds room in it when the disk is full.
    db.pragma_update(None, "wal_autocheckpoint", 16_384)?;
    db.pragma_update(None, "journal_size_limit", 96 << 20)?;
    migrate(&mut db)?;
    Ok(db)
}

/// A connection that reads.
pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.set_prepared_statement_cache_capacity(READER_STATEMENTS);
    db.pragma_update(None, "query_only", true)?;
    db.pragma_update(None, "cache_size", -2_048)?;
    // The writer never locks readers out in WAL mode; only recovery after a crash may for a moment.
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(db)
}

/// Runs the migrations that the store has not seen, each in a transaction of its own.
fn migrate(db: &mut Connection) -> Result<(), OpenError> {
    let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    let found: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(OpenError::TooNew { found, known });
    }
    for (version, sql) in (1..).zip(MIGRATIONS).skip(found as usize) {
        apply(db, version, sql).map_err(|error| OpenError::Migration(version, error))?;
        tracing::info!(version, "schema brought up to date");
    }
    Ok(())
}

fn apply(db: &mut Connection, version: u32, sql: &str) -> rusqlite::Result<()> {
    let tx = db.transaction()?;
    tx.execute_batch(sql)?;
    tx.pragma_update(None, "user_version", version)?;
    tx.commit()
}
