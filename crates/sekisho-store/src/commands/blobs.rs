//! Rows of contents and their reference counts.

use rusqlite::params;

use crate::blob::Place;
use crate::blob::prepare::Prepared;
use crate::failure::StoreFailure;
use crate::ids::BlobId;
use crate::mail::Summary;
use crate::mailbox::MessageView;
use crate::writer::Tx;

/// Gives a stored content its row with so many references; the same content of the same tenant is kept once.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    content: &mut Prepared,
    refs: u32,
) -> Result<BlobId, StoreFailure> {
    let sha_head = sha_head(&content.sha);
    let sql = "UPDATE blob SET refs = refs + ?4 WHERE sha_head = ?1 AND tenant = ?2 AND sha = ?3 RETURNING id";
    let known = tx.one(
        sql,
        params![sha_head, content.tenant, content.sha, refs],
        |row| row.get(0),
    )?;
    if let Some(id) = known {
        return Ok(id);
    }
    let (segment, offset, file) = match &content.place {
        Some(Place::Log { segment, offset }) => (Some(*segment), *offset, None),
        Some(Place::File { name, offset }) => (None, *offset, Some(name.as_str())),
        None => return Err(StoreFailure::Invalid("content without a place")),
    };
    let id = tx.next_blob();
    let sql = "INSERT INTO blob (id, tenant, sha_head, sha, length, refs, segment, offset, file)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let length = signed(content.length)?;
    let offset = signed(offset)?;
    tx.run(
        sql,
        params![
            id,
            content.tenant,
            sha_head,
            content.sha,
            length,
            refs,
            segment,
            offset,
            file
        ],
    )?;
    content.used = true;
    Ok(BlobId(id))
}

/// One more reference.
pub(crate) fn hold(tx: &Tx<'_>, blob: BlobId) -> Result<(), StoreFailure> {
    let rows = tx.run("UPDATE blob SET refs = refs + 1 WHERE id = ?1", [blob])?;
    if rows == 1 {
        Ok(())
    } else {
        Err(StoreFailure::NotFound("content"))
    }
}

/// So many references less. At none, compaction takes the bytes.
pub(crate) fn release(tx: &Tx<'_>, blob: BlobId, refs: u32) -> Result<(), StoreFailure> {
    tx.run(
        "UPDATE blob SET refs = refs - ?2 WHERE id = ?1",
        params![blob, refs],
    )?;
    Ok(())
}

/// What lists show of a content. The first delivery makes it, later ones find it.
pub(crate) fn put_view(
    tx: &Tx<'_>,
    blob: BlobId,
    summary: &Summary,
    view: &MessageView,
) -> Result<(), StoreFailure> {
    let sql = "INSERT OR IGNORE INTO view
        (blob, subject, from_text, to_text, message_id, date_at, envelope, body_structure)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    tx.run(
        sql,
        params![
            blob,
            cut(&summary.subject),
            cut(&summary.from),
            cut(&summary.to),
            cut(&summary.message_id),
            crate::at::at(summary.date),
            view.envelope,
            view.body_structure,
        ],
    )?;
    Ok(())
}

/// A header text no longer than lists need, cut at a character.
pub(crate) fn cut(text: &str) -> &str {
    crate::text::cut(text, crate::limits::HEADER_TEXT_BYTES_MAX)
}

pub(crate) fn signed(number: u64) -> Result<i64, StoreFailure> {
    i64::try_from(number).map_err(|_| StoreFailure::Invalid("number too large"))
}

fn sha_head(sha: &[u8; 32]) -> i64 {
    let mut head = [0; 8];
    head.copy_from_slice(&sha[..8]);
    i64::from_be_bytes(head)
}
