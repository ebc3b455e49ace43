//! Contents of messages.

use std::io;

use bytes::Bytes;
use rusqlite::params;

use super::{Reader, one};
use crate::blob::Place;
use crate::content::BlobRef;
use crate::failure::StoreFailure;
use crate::ids::{BlobId, MailId, Tenant};

/// A content's row.
pub(super) struct BlobRow {
    pub(super) sha: [u8; 32],
    pub(super) length: u64,
    pub(super) place: Place,
}

/// For `read_blob`.
pub(super) const BLOB: &str = "SELECT sha, length, segment, offset, file FROM blob";

pub(super) fn read_blob(row: &rusqlite::Row<'_>) -> rusqlite::Result<BlobRow> {
    let offset = row.get::<_, i64>(3)?.unsigned_abs();
    let place = match row.get::<_, Option<u32>>(2)? {
        Some(segment) => Place::Log { segment, offset },
        None => Place::File {
            name: row.get(4)?,
            offset,
        },
    };
    Ok(BlobRow {
        sha: row.get(0)?,
        length: row.get::<_, i64>(1)?.unsigned_abs(),
        place,
    })
}

impl Reader {
    /// A stored content. From the log: read and checked against its SHA-256. Large: mapped, not read.
    pub fn content(&self, content: BlobRef) -> Result<Bytes, StoreFailure> {
        match self.read_content(content) {
            // Compaction moved it between the row and the file: the row tells the new place.
            Err(StoreFailure::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                self.read_content(content)
            }
            other => other,
        }
    }

    /// Bytes of a stored content.
    pub fn content_len(&self, content: BlobRef) -> Result<u64, StoreFailure> {
        Ok(self.blob_row(content)?.length)
    }

    /// At most `max` bytes of a stored content from `from` on, read and not mapped: for sending a large one piece by
    /// piece without making it resident. Empty at its end. Not checked against the SHA-256.
    pub fn content_part(
        &self,
        content: BlobRef,
        from: u64,
        max: usize,
    ) -> Result<Bytes, StoreFailure> {
        let part = |row: BlobRow| {
            let left = usize::try_from(row.length.saturating_sub(from)).unwrap_or(usize::MAX);
            Ok(self.files().read_part(&row.place, from, left.min(max))?)
        };
        match self.blob_row(content).and_then(part) {
            Err(StoreFailure::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                self.blob_row(content).and_then(part)
            }
            other => other,
        }
    }

    fn blob_row(&self, content: BlobRef) -> Result<BlobRow, StoreFailure> {
        let sql = format!("{BLOB} WHERE id = ?1 AND tenant = ?2");
        let row = one(
            self.db()?,
            &sql,
            params![content.blob, content.tenant],
            read_blob,
        )?;
        row.ok_or(StoreFailure::NotFound("content"))
    }

    fn read_content(&self, content: BlobRef) -> Result<Bytes, StoreFailure> {
        let row = self.blob_row(content)?;
        let bytes = self.files().read(&row.place, row.length)?;
        let in_log = matches!(row.place, Place::Log { .. });
        if in_log && crate::blob::sha256(&[&bytes]) != row.sha {
            return Err(StoreFailure::Damaged(format!(
                "content {} at {:?}",
                content.blob, row.place
            )));
        }
        Ok(bytes)
    }

    /// The content of a mail that still waits (held, delayed, quarantined, queued).
    pub fn mail_content(&self, tenant: Tenant, mail: MailId) -> Result<Bytes, StoreFailure> {
        let sql = "SELECT blob FROM mail WHERE id = ?1 AND tenant = ?2 AND blob IS NOT NULL";
        let blob = one(self.db()?, sql, params![mail, tenant], |row| {
            row.get::<_, BlobId>(0)
        })?;
        let blob = blob.ok_or(StoreFailure::NotFound("content"))?;
        self.content(BlobRef { tenant, blob })
    }
}
