//! Rows of contents and their reference counts.

use rusqlite::params;

use crate::at::at;
use crate::blob::Place;
use crate::blob::prepare::Prepared;
use crate::failure::StoreFailure;
use crate::ids::BlobId;
use crate::limits::DEDUPE_BYTES_MIN;
use crate::mail::Summary;
use crate::mailbox::MessageView;
use crate::writer::Tx;

/// What lists show of a content.
pub(crate) type View<'a> = (&'a Summary, &'a MessageView);

/// Gives a stored content its row with so many references. The same large content of the same tenant is kept once.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    content: &mut Prepared,
    refs: u32,
    view: Option<View<'_>>,
) -> Result<BlobId, StoreFailure> {
    let sha_head = (content.length >= DEDUPE_BYTES_MIN).then(|| sha_head(&content.sha));
    if let Some(sha_head) = sha_head
        && let Some(id) = find(tx, content, sha_head, refs, view)?
    {
        return Ok(id);
    }
    let (segment, offset, file) = match &content.place {
        Some(Place::Log { segment, offset }) => (Some(*segment), *offset, None),
        Some(Place::File { name, offset }) => (None, *offset, Some(name.as_str())),
        None => return Err(StoreFailure::Invalid("content without a place")),
    };
    let id = tx.next_blob();
    let sql = "INSERT INTO blob (id, tenant, sha_head, sha, length, refs, segment, offset, file,
            subject, from_text, to_text, message_id, date_at, envelope, body_structure,
            list_header)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    let (tenant, sha, length, offset) = (
        content.tenant,
        content.sha,
        signed(content.length)?,
        signed(offset)?,
    );
    let (summary, view) = view.unzip();
    tx.run(
        sql,
        params![
            id,
            tenant,
            sha_head,
            sha,
            length,
            refs,
            segment,
            offset,
            file,
            summary.map(|summary| cut(&summary.subject)),
            summary.map(|summary| cut(&summary.from)),
            summary.map(|summary| cut(&summary.to)),
            summary.map(|summary| cut(&summary.message_id)),
            at(summary.and_then(|summary| summary.date)),
            view.map(|view| &view.envelope),
            view.map(|view| &view.body_structure),
            view.and_then(|view| view.list_header.as_ref()),
        ],
    )?;
    content.used = true;
    Ok(BlobId(id))
}

/// The same content, if it is there: with its new references, and its view if it had none.
fn find(
    tx: &Tx<'_>,
    content: &Prepared,
    sha_head: i64,
    refs: u32,
    view: Option<View<'_>>,
) -> Result<Option<BlobId>, StoreFailure> {
    let sql = "UPDATE blob SET refs = refs + ?4 WHERE sha_head = ?1 AND tenant = ?2 AND sha = ?3
        RETURNING id, subject IS NULL";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, bool>(1)?));
    let found = tx.one(
        sql,
        params![sha_head, content.tenant, content.sha, refs],
        read,
    )?;
    let Some((id, unseen)) = found else {
        return Ok(None);
    };
    if let (true, Some((summary, view))) = (unseen, view) {
        let sql = "UPDATE blob SET subject = ?2, from_text = ?3, to_text = ?4, message_id = ?5, date_at = ?6,
            envelope = ?7, body_structure = ?8, list_header = ?9 WHERE id = ?1";
        let Summary {
            subject,
            from,
            to,
            message_id,
            date,
        } = summary;
        let MessageView {
            envelope,
            body_structure,
            list_header,
        } = view;
        let [subject, from, to, message_id] = [subject, from, to, message_id].map(|text| cut(text));
        tx.run(
            sql,
            params![
                id,
                subject,
                from,
                to,
                message_id,
                at(*date),
                envelope,
                body_structure,
                list_header
            ],
        )?;
    }
    Ok(Some(id))
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
