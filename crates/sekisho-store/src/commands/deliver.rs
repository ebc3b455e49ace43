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

/// Delivers a mail to an account. That it is not there already is the caller's check (and the index
/// `recipient_delivered`'s). Takes no reference: the caller counts them. A folder that is gone becomes INBOX.
pub(crate) fn deliver(
    tx: &mut Tx<'_>,
    account: AccountId,
    folder: &Folder,
    incoming: &Incoming<'_>,
) -> Result<Slot, StoreFailure> {
    let slot = match take_uid(tx, account, Where::In(folder), incoming)? {
        Some(slot) => slot,
        None => take_uid(tx, account, Where::In(&Folder::Inbox), incoming)?
            .ok_or(StoreFailure::NotFound("account"))?,
    };
    put_message(tx, account, slot, incoming)?;
    Ok(slot)
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
    let slot = take_uid(tx, account, Where::Id(mailbox), incoming)?;
    let slot = slot.ok_or(StoreFailure::NotFound("mailbox"))?;
    put_message(tx, account, slot, incoming)?;
    Ok(slot)
}

fn put_message(
    tx: &mut Tx<'_>,
    account: AccountId,
    slot: Slot,
    incoming: &Incoming<'_>,
) -> Result<(), StoreFailure> {
    let sql =
        "INSERT INTO message (mailbox, uid, blob, mail, flags, keywords, modseq, internal_at, size)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let Incoming {
        blob,
        mail,
        size,
        flags,
        keywords,
        internal_at,
    } = *incoming;
    let (size, at) = (blobs::signed(size)?, At(internal_at));
    tx.run(
        sql,
        params![
            slot.mailbox,
            slot.uid,
            blob,
            mail,
            flags.0,
            keywords,
            slot.modseq,
            at,
            size
        ],
    )?;
    announce(tx, account, slot.mailbox, slot.modseq);
    Ok(())
}

/// How a folder is named.
#[derive(Debug, Clone, Copy)]
enum Where<'a> {
    Id(MailboxId),
    In(&'a Folder),
}

/// Counts a message into a folder of the account and takes a UID for it; none if there is no such folder. Two
/// statements: one with RETURNING makes a table for its answer each time, and costs four times as much.
fn take_uid(
    tx: &Tx<'_>,
    account: AccountId,
    folder: Where<'_>,
    incoming: &Incoming<'_>,
) -> Result<Option<Slot>, StoreFailure> {
    let Some(slot) = next_slot(tx, account, folder)? else {
        return Ok(None);
    };
    let size = blobs::signed(incoming.size)?;
    let unseen = i64::from(!incoming.flags.contains(Flags::SEEN));
    let deleted = i64::from(incoming.flags.contains(Flags::DELETED));
    let sql = "UPDATE mailbox SET uid_next = uid_next + 1, modseq = ?2, messages = messages + 1,
            unseen = unseen + ?3, bytes = bytes + ?4, deleted = deleted + ?5 WHERE id = ?1";
    tx.run(
        sql,
        params![slot.mailbox, slot.modseq, unseen, size, deleted],
    )?;
    Ok(Some(slot))
}

/// The numbers that the next message of a folder gets.
fn next_slot(
    tx: &Tx<'_>,
    account: AccountId,
    folder: Where<'_>,
) -> Result<Option<Slot>, StoreFailure> {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Slot {
            mailbox: row.get(0)?,
            uid: row.get(1)?,
            modseq: row.get(2)?,
        })
    };
    macro_rules! next {
        ($condition:literal, $name:expr) => {{
            let sql = concat!(
                "SELECT id, uid_next, modseq + 1 FROM mailbox WHERE account = ?1 AND ",
                $condition,
                " = ?2"
            );
            tx.one(sql, params![account, $name], read)
        }};
    }
    match folder {
        Where::Id(id) => next!("id", id),
        Where::In(folder) if folder.special_use().is_empty() => next!("name", folder.name()),
        Where::In(folder) => next!("special_use", folder.special_use()),
    }
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
