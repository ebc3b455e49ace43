//! Delivery into a mailbox: at most once for a mail and an account, in the transaction of what caused it.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::blobs;
use crate::at::At;
use crate::changes::Change;
use crate::failure::StoreFailure;
use crate::ids::{AccountId, BlobId, MailId, MailboxId};
use crate::mailbox::{Flags, Folder};
use crate::writer::Tx;

/// A message on its way into a folder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Incoming<'a> {
    pub(crate) blob: BlobId,
    pub(crate) mail: Option<MailId>,
    pub(crate) size: u64,
    pub(crate) flags: Flags,
    /// Sorted, one blank between.
    pub(crate) keywords: &'a str,
    pub(crate) internal_at: Timestamp,
}

/// The number that a folder gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) mailbox: MailboxId,
    pub(crate) uid: u32,
    pub(crate) modseq: i64,
}

/// Delivers a mail to an account, unless it is there already. Takes no reference: the caller counts them.
/// Returns whether it was placed. A folder that is gone becomes INBOX.
pub(crate) fn deliver(
    tx: &mut Tx<'_>,
    mail: MailId,
    nr: u32,
    account: AccountId,
    folder: &Folder,
    incoming: &Incoming<'_>,
) -> Result<bool, StoreFailure> {
    let sql = "SELECT 1 FROM delivery WHERE mail = ?1 AND account = ?2";
    if tx.one(sql, params![mail, account], |_| Ok(()))?.is_some() {
        return Ok(false);
    }
    let mailbox = match find(tx, account, folder)? {
        Some(mailbox) => mailbox,
        None => find(tx, account, &Folder::Inbox)?.ok_or(StoreFailure::NotFound("account"))?,
    };
    let slot = place(tx, account, mailbox, incoming)?;
    let sql = "INSERT INTO delivery (mail, account, nr, mailbox, uid) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.run(sql, params![mail, account, nr, slot.mailbox, slot.uid])?;
    Ok(true)
}

/// A folder of an account by use or name.
pub(crate) fn find(
    tx: &Tx<'_>,
    account: AccountId,
    folder: &Folder,
) -> Result<Option<MailboxId>, StoreFailure> {
    Ok(find_in(tx.db, account, folder)?)
}

/// Likewise, for readers.
pub(crate) fn find_in(
    db: &rusqlite::Connection,
    account: AccountId,
    folder: &Folder,
) -> rusqlite::Result<Option<MailboxId>> {
    let special = folder.special_use();
    let (sql, name) = if special.is_empty() {
        (
            "SELECT id FROM mailbox WHERE account = ?1 AND name = ?2",
            folder.name(),
        )
    } else {
        (
            "SELECT id FROM mailbox WHERE account = ?1 AND special_use = ?2",
            special,
        )
    };
    db.prepare_cached(sql)?
        .query_row(params![account, name], |row| row.get(0))
        .optional()
}

/// Gives a message its UID in a folder and counts it.
pub(crate) fn place(
    tx: &mut Tx<'_>,
    account: AccountId,
    mailbox: MailboxId,
    incoming: &Incoming<'_>,
) -> Result<Slot, StoreFailure> {
    let size = blobs::signed(incoming.size)?;
    let unseen = i64::from(!incoming.flags.contains(Flags::SEEN));
    let slot = take_uid(tx, account, mailbox, size, unseen)?;
    let sql =
        "INSERT INTO message (mailbox, uid, blob, mail, flags, keywords, modseq, internal_at, size)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let (flags, at) = (incoming.flags.0, At(incoming.internal_at));
    let (blob, mail, keywords) = (incoming.blob, incoming.mail, incoming.keywords);
    tx.run(
        sql,
        params![
            mailbox,
            slot.uid,
            blob,
            mail,
            flags,
            keywords,
            slot.modseq,
            at,
            size
        ],
    )?;
    tx.run(
        "UPDATE account SET used_bytes = used_bytes + ?2 WHERE id = ?1",
        params![account, size],
    )?;
    announce(tx, account, slot.mailbox, slot.modseq);
    Ok(slot)
}

fn take_uid(
    tx: &Tx<'_>,
    account: AccountId,
    mailbox: MailboxId,
    size: i64,
    unseen: i64,
) -> Result<Slot, StoreFailure> {
    let sql =
        "UPDATE mailbox SET uid_next = uid_next + 1, modseq = modseq + 1, messages = messages + 1,
            unseen = unseen + ?4, bytes = bytes + ?3
        WHERE id = ?1 AND account = ?2 RETURNING uid_next - 1, modseq";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let (uid, modseq): (i64, i64) = tx
        .one(sql, params![mailbox, account, size, unseen], read)?
        .ok_or(StoreFailure::NotFound("mailbox"))?;
    let uid =
        u32::try_from(uid).map_err(|_| StoreFailure::Invalid("the folder's UIDs are used up"))?;
    Ok(Slot {
        mailbox,
        uid,
        modseq,
    })
}

/// Tells the folder's listeners, once a transaction.
pub(crate) fn announce(tx: &mut Tx<'_>, account: AccountId, mailbox: MailboxId, modseq: i64) {
    let modseq = modseq.unsigned_abs();
    tx.changes.push(Change::Mailbox {
        account,
        mailbox,
        modseq,
    });
}
