//! The queue, for people and for the runner.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{Reader, all, one, rows};
use crate::at::{At, time};
use crate::failure::StoreFailure;
use crate::ids::{RecipientId, Tenant};
use crate::limits::ROWS_MAX;
use crate::queue::{DestinationRow, QueueRow};

impl Reader {
    /// The queue of a tenant, the next to go first; at most `limit` entries (0: as many as lists have).
    pub fn queue(&self, tenant: Tenant, limit: usize) -> Result<Vec<QueueRow>, StoreFailure> {
        let sql = "SELECT q.mail, q.nr, q.destination, r.address, m.sender, m.subject, m.size, q.queued_at,
                q.next_at, q.expires_at, q.attempts, q.last_reply, q.lease IS NOT NULL
            FROM queue q JOIN recipient r ON r.mail = q.mail AND r.nr = q.nr JOIN mail m ON m.id = q.mail
            WHERE q.tenant = ?1 ORDER BY q.next_at, q.mail, q.nr LIMIT ?2";
        all(
            self.db()?,
            sql,
            params![tenant, rows(limit, ROWS_MAX)],
            read_row,
        )
    }

    /// What waits for each destination, of all tenants when none is given; the longest queue first.
    pub fn destinations(
        &self,
        tenant: Option<Tenant>,
    ) -> Result<Vec<DestinationRow>, StoreFailure> {
        let sql = "SELECT destination, count(*), min(queued_at), min(next_at) FROM queue
            WHERE ?1 IS NULL OR tenant = ?1 GROUP BY destination ORDER BY count(*) DESC, destination LIMIT ?2";
        all(self.db()?, sql, params![tenant, rows(0, ROWS_MAX)], |row| {
            Ok(DestinationRow {
                destination: row.get(0)?,
                entries: row.get::<_, i64>(1)?.unsigned_abs(),
                oldest: row.get::<_, At>(2)?.0,
                next_at: row.get::<_, At>(3)?.0,
            })
        })
    }

    /// When the next entry is due, or its lease ends.
    pub fn next_queue_due(&self) -> Result<Option<Timestamp>, StoreFailure> {
        Ok(time(
            one(self.db()?, "SELECT min(next_at) FROM queue", (), |row| {
                row.get(0)
            })?
            .flatten(),
        ))
    }
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<QueueRow> {
    Ok(QueueRow {
        id: RecipientId {
            mail: row.get(0)?,
            nr: row.get(1)?,
        },
        destination: row.get(2)?,
        address: row.get(3)?,
        reverse_path: row.get(4)?,
        subject: row.get(5)?,
        size: row.get::<_, i64>(6)?.unsigned_abs(),
        queued_at: row.get::<_, At>(7)?.0,
        next_at: row.get::<_, At>(8)?.0,
        expires_at: row.get::<_, At>(9)?.0,
        attempts: row.get(10)?,
        last_reply: row.get(11)?,
        sending: row.get(12)?,
    })
}
