//! Looking for damage and for space to gain.

use std::collections::BTreeMap;

use super::content::{BLOB, read_blob};
use super::{Reader, all};
use crate::blob::log::{segment_path, segments};
use crate::blob::sha256;
use crate::failure::StoreFailure;
use crate::ids::{AccountId, BlobId, MailId};

/// Contents read between two looks at the table: no read transaction stays open for hours.
const PAGE: i64 = 500;

impl Reader {
    /// Reads every content and compares it with its SHA-256; calls `damaged` for each hurt one with the mails
    /// and mailbox messages that lose by it. Returns how many were read.
    pub fn check_contents(&self, damaged: &mut dyn FnMut(String)) -> Result<u64, StoreFailure> {
        let (mut last, mut count) = (0, 0u64);
        loop {
            let sql = "SELECT id FROM blob WHERE id > ?1 AND refs > 0 ORDER BY id LIMIT ?2";
            let ids = all(self.db()?, sql, [last, PAGE], |row| row.get::<_, i64>(0))?;
            let Some(end) = ids.last().copied() else {
                return Ok(count);
            };
            for id in ids {
                count = count.saturating_add(1);
                if let Some(words) = self.check_content(BlobId(id))? {
                    damaged(words);
                }
            }
            last = end;
        }
    }

    fn check_content(&self, id: BlobId) -> Result<Option<String>, StoreFailure> {
        let sql = format!("{BLOB} WHERE id = ?1 AND refs > 0");
        let Some(row) = super::one(self.db()?, &sql, [id], read_blob)? else {
            return Ok(None);
        };
        let cause = match self.files().read(&row.place, row.length) {
            Ok(bytes) if sha256(&[&bytes]) == row.sha => return Ok(None),
            Ok(_) => "its bytes have changed".to_owned(),
            Err(error) => error.to_string(),
        };
        let who = self.who_loses(id)?;
        Ok(Some(format!(
            "content {id} ({:?}): {cause}; {}",
            row.place,
            who.join(", ")
        )))
    }

    fn who_loses(&self, id: BlobId) -> Result<Vec<String>, StoreFailure> {
        let db = self.db()?;
        let sql = "SELECT id FROM mail WHERE blob = ?1";
        let mails = all(db, sql, [id], |row| {
            Ok(format!("mail {}", row.get::<_, MailId>(0)?))
        })?;
        let sql = "SELECT b.account, b.name, m.uid FROM message m JOIN mailbox b ON b.id = m.mailbox WHERE m.blob = ?1";
        let messages = all(db, sql, [id], |row| {
            let (account, name) = (row.get::<_, AccountId>(0)?, row.get::<_, String>(1)?);
            Ok(format!(
                "account {account} {name} UID {}",
                row.get::<_, u32>(2)?
            ))
        })?;
        Ok(mails.into_iter().chain(messages).collect())
    }

    /// Closed segments of which less than half is live, the emptiest first.
    pub(crate) fn sparse_segments(&self) -> Result<Vec<u32>, StoreFailure> {
        let db = self.db()?;
        let sql = "SELECT segment, sum(length) FROM blob WHERE segment IS NOT NULL AND refs > 0 GROUP BY segment";
        let live = all(db, sql, (), |row| {
            Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        let live: BTreeMap<u32, u64> = live.into_iter().collect();
        let dir = &self.files().dirs().blobs;
        let mut sparse = Vec::new();
        for segment in segments(dir)? {
            let size = std::fs::metadata(segment_path(dir, segment))?.len();
            let live = live.get(&segment).copied().unwrap_or(0);
            if live.saturating_mul(2) < size.max(1) {
                sparse.push((live, segment));
            }
        }
        sparse.sort_unstable();
        Ok(sparse.into_iter().map(|(_, segment)| segment).collect())
    }
}
