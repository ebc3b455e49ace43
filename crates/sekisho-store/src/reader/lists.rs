//! Block and allow lists.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{Reader, all};
use crate::at::{At, time};
use crate::failure::StoreFailure;
use crate::ids::Tenant;
use crate::limits::LIST_ENTRIES_MAX;
use crate::lists::ListEntryRow;

impl Reader {
    /// The entries of an organisation that have not ended, in the order in which they were added.
    pub fn list_entries(
        &self,
        tenant: Tenant,
        now: Timestamp,
    ) -> Result<Vec<ListEntryRow>, StoreFailure> {
        let sql = "SELECT id, account, verb, action, kind, value, authenticated, comment, added_by, added_at,
                expires_at
            FROM list_entry WHERE tenant = ?1 AND (expires_at IS NULL OR expires_at > ?2) ORDER BY id LIMIT ?3";
        let limit = i64::try_from(LIST_ENTRIES_MAX).unwrap_or(i64::MAX);
        all(self.db()?, sql, params![tenant, At(now), limit], read)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<ListEntryRow> {
    Ok(ListEntryRow {
        id: row.get(0)?,
        account: row.get(1)?,
        verb: row.get(2)?,
        action: row.get(3)?,
        kind: row.get(4)?,
        value: row.get(5)?,
        authenticated: row.get(6)?,
        comment: row.get(7)?,
        added_by: row.get(8)?,
        added_at: row.get::<_, At>(9)?.0,
        expires_at: time(row.get(10)?),
    })
}
