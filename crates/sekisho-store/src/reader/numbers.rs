//! How much is where.

use jiff::Timestamp;

use super::{Reader, one};
use crate::at::time;
use crate::failure::StoreFailure;

/// How many mails are where; for health, metrics and `doctor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Queue entries.
    pub queued: u64,
    /// Open holds.
    pub held: u64,
    /// Delayed recipients.
    pub delayed: u64,
    /// Quarantined recipients.
    pub quarantined: u64,
    /// When the queue entry that is or was due first became due.
    pub oldest_due_at: Option<Timestamp>,
}

impl Reader {
    /// What waits, over all tenants.
    pub fn counts(&self) -> Result<Counts, StoreFailure> {
        self.at_once(|db| {
            let count = |sql| {
                one(db, sql, (), |row| row.get::<_, i64>(0)).map(|n| n.unwrap_or(0).unsigned_abs())
            };
            Ok(Counts {
                queued: count("SELECT count(*) FROM queue")?,
                held: count("SELECT count(*) FROM hold WHERE state = 1")?,
                delayed: count("SELECT count(*) FROM delay")?,
                quarantined: count("SELECT count(*) FROM recipient WHERE state = 4")?,
                oldest_due_at: time(
                    one(db, "SELECT min(next_at) FROM queue", (), |row| row.get(0))?.flatten(),
                ),
            })
        })
    }
}
