//! APPEND, COPY and MOVE: messages that a client puts into folders.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::deliver::{Incoming, find, place};
use super::expunge::remove;
use super::steps::json;
use super::{audit, blobs};
use crate::at::At;
use crate::audit::Actor;
use crate::blob::prepare::Prepared;
use crate::content::Content;
use crate::failure::StoreFailure;
use crate::ids::{AccountId, BlobId, MailId, MailboxId, Tenant};
use crate::limits::{KEYWORD_BYTES_MAX, KEYWORDS_MAX};
use crate::mailbox::{Append, Flags, Place, Placed, Quota, Transfer};
use crate::pending::Pending;
use crate::store::Store;
use crate::writer::Tx;

impl Store {
    /// APPEND. Fails with `OverQuota`, or `NotFound` for the folder.
    pub fn append(&self, mut append: Append) -> Pending<Placed> {
        let content = std::mem::replace(&mut append.content, Content::from_bytes(Vec::new()));
        Pending::new(
            self.door(),
            vec![(append.tenant, content)],
            move |tx, contents| {
                let content = contents
                    .first_mut()
                    .ok_or(StoreFailure::Invalid("no content"))?;
                carry_out_append(tx, &append, content)
            },
        )
    }

    /// COPY. Fails with `OverQuota`, or `NotFound` for the folders; messages that are gone are passed over.
    pub fn copy(&self, transfer: Transfer) -> Pending<Placed> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let messages = chosen(tx, &transfer)?;
            check_room(tx, &transfer, &messages)?;
            let placed = place_all(tx, transfer.to, &messages)?;
            note_transfer(tx, &transfer, "mailbox.copied", &placed)?;
            Ok(placed)
        })
    }

    /// MOVE (RFC 6851), as one step. Fails like COPY; for want of room only between two accounts.
    pub fn move_messages(&self, transfer: Transfer) -> Pending<Placed> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let messages = chosen(tx, &transfer)?;
            if transfer.from.account != transfer.to.account {
                check_room(tx, &transfer, &messages)?;
            }
            let placed = move_all(tx, transfer.from, &messages, transfer.to)?;
            note_transfer(tx, &transfer, "mailbox.moved", &placed)?;
            Ok(placed)
        })
    }
}

/// A message as it lies in a folder.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) uid: u32,
    pub(crate) blob: BlobId,
    mail: Option<MailId>,
    pub(crate) flags: Flags,
    keywords: String,
    internal_at: Timestamp,
    pub(crate) size: i64,
}

pub(crate) const STORED: &str =
    "SELECT uid, blob, mail, flags, keywords, internal_at, size FROM message";

pub(crate) fn read_stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        uid: row.get(0)?,
        blob: row.get(1)?,
        mail: row.get(2)?,
        flags: Flags(row.get(3)?),
        keywords: row.get(4)?,
        internal_at: row.get::<_, At>(5)?.0,
        size: row.get(6)?,
    })
}

/// Puts messages into a folder and takes them out of another.
pub(crate) fn move_all(
    tx: &mut Tx<'_>,
    from: Place,
    messages: &[Stored],
    to: Place,
) -> Result<Placed, StoreFailure> {
    let placed = place_all(tx, to, messages)?;
    remove(tx, from.account, from.mailbox, messages)?;
    Ok(placed)
}

/// Whose organisation a folder of the account is in; fails when the folder is not the account's.
pub(crate) fn tenant_of(
    tx: &Tx<'_>,
    account: AccountId,
    mailbox: MailboxId,
) -> Result<Tenant, StoreFailure> {
    let sql = "SELECT tenant FROM mailbox WHERE id = ?1 AND account = ?2";
    tx.one(sql, params![mailbox, account], |row| row.get(0))?
        .ok_or(StoreFailure::NotFound("mailbox"))
}

/// Keywords as the column has them: each once, sorted.
pub(crate) fn keyword_text(keywords: &[String]) -> Result<String, StoreFailure> {
    if keywords.len() > KEYWORDS_MAX {
        return Err(StoreFailure::Limit {
            what: "keywords",
            max: KEYWORDS_MAX,
        });
    }
    for keyword in keywords {
        if keyword.len() > KEYWORD_BYTES_MAX {
            return Err(StoreFailure::Limit {
                what: "bytes of a keyword",
                max: KEYWORD_BYTES_MAX,
            });
        }
        if keyword.is_empty() || keyword.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(StoreFailure::Invalid("a keyword is an atom"));
        }
    }
    let mut keywords: Vec<&str> = keywords.iter().map(String::as_str).collect();
    keywords.sort_unstable();
    keywords.dedup();
    Ok(keywords.join(" "))
}

fn carry_out_append(
    tx: &mut Tx<'_>,
    append: &Append,
    content: &mut Prepared,
) -> Result<Placed, StoreFailure> {
    let mailbox =
        find(tx, append.account, &append.folder)?.ok_or(StoreFailure::NotFound("mailbox"))?;
    if tenant_of(tx, append.account, mailbox)? != append.tenant {
        return Err(StoreFailure::NotFound("mailbox"));
    }
    check_quota(tx, append.account, content.length)?;
    let size = content.length;
    let keywords = keyword_text(&append.keywords)?;
    let blob = blobs::put(tx, content, 1, Some((&append.summary, &append.view)))?;
    let incoming = Incoming {
        blob,
        mail: None,
        size,
        flags: append.flags,
        keywords: &keywords,
        internal_at: append.internal_at,
    };
    let slot = place(tx, append.account, mailbox, &incoming)?;
    let placed = Placed {
        mailbox,
        uid_validity: uid_validity(tx, mailbox)?,
        uids: vec![(0, slot.uid)],
    };
    note(
        tx,
        (append.tenant, append.by, append.now),
        "mailbox.appended",
        mailbox,
        &placed,
    )?;
    Ok(placed)
}

fn uid_validity(tx: &Tx<'_>, mailbox: MailboxId) -> Result<u32, StoreFailure> {
    let sql = "SELECT uid_validity FROM mailbox WHERE id = ?1";
    tx.one(sql, [mailbox], |row| row.get(0))?
        .ok_or(StoreFailure::NotFound("mailbox"))
}

fn check_quota(tx: &Tx<'_>, account: AccountId, bytes: u64) -> Result<(), StoreFailure> {
    let quota = tx
        .one(QUOTA, [account], read_quota)?
        .ok_or(StoreFailure::NotFound("account"))?;
    match quota.quota_bytes {
        Some(quota_bytes) if !quota.has_room(bytes) => Err(StoreFailure::OverQuota {
            used_bytes: quota.used_bytes,
            quota_bytes,
        }),
        _ => Ok(()),
    }
}

/// For `read_quota`. What is used is kept folder by folder.
pub(crate) const QUOTA: &str = "SELECT (SELECT coalesce(sum(bytes), 0) FROM mailbox WHERE mailbox.account = account.id), quota_bytes
    FROM account WHERE id = ?1";

pub(crate) fn read_quota(row: &Row<'_>) -> rusqlite::Result<Quota> {
    let quota = row.get::<_, Option<i64>>(1)?;
    Ok(Quota {
        used_bytes: row.get::<_, i64>(0)?.unsigned_abs(),
        quota_bytes: quota.map(i64::unsigned_abs),
    })
}

/// The messages of these UIDs that are there, by rising UID. Both folders are of one organisation.
fn chosen(tx: &Tx<'_>, transfer: &Transfer) -> Result<Vec<Stored>, StoreFailure> {
    let Transfer { from, to, uids, .. } = transfer;
    if tenant_of(tx, from.account, from.mailbox)? != tenant_of(tx, to.account, to.mailbox)? {
        return Err(StoreFailure::NotFound("mailbox"));
    }
    let sql = format!(
        "{STORED} WHERE mailbox = ?1 AND uid IN (SELECT value FROM json_each(?2)) ORDER BY uid"
    );
    tx.all(&sql, params![from.mailbox, json(uids)], read_stored)
}

fn check_room(tx: &Tx<'_>, transfer: &Transfer, messages: &[Stored]) -> Result<(), StoreFailure> {
    let sizes = messages.iter().map(|message| message.size.unsigned_abs());
    check_quota(tx, transfer.to.account, sizes.sum())
}

fn place_all(tx: &mut Tx<'_>, to: Place, messages: &[Stored]) -> Result<Placed, StoreFailure> {
    tenant_of(tx, to.account, to.mailbox)?;
    let mut uids = Vec::with_capacity(messages.len());
    for message in messages {
        blobs::hold(tx, message.blob)?;
        let incoming = Incoming {
            blob: message.blob,
            mail: message.mail,
            size: message.size.unsigned_abs(),
            flags: message.flags,
            keywords: &message.keywords,
            internal_at: message.internal_at,
        };
        uids.push((
            message.uid,
            place(tx, to.account, to.mailbox, &incoming)?.uid,
        ));
    }
    Ok(Placed {
        mailbox: to.mailbox,
        uid_validity: uid_validity(tx, to.mailbox)?,
        uids,
    })
}

fn note_transfer(
    tx: &mut Tx<'_>,
    transfer: &Transfer,
    action: &str,
    placed: &Placed,
) -> Result<(), StoreFailure> {
    let tenant = tenant_of(tx, transfer.to.account, transfer.to.mailbox)?;
    let who = (tenant, transfer.by, transfer.now);
    note(tx, who, action, transfer.from.mailbox, placed)
}

fn note(
    tx: &mut Tx<'_>,
    (tenant, by, now): (Tenant, AccountId, Timestamp),
    action: &str,
    from: MailboxId,
    placed: &Placed,
) -> Result<(), StoreFailure> {
    let detail = json(&serde_json::json!({ "to": placed.mailbox, "messages": placed.uids.len() }));
    audit::write(
        tx,
        tenant,
        now,
        &Actor::Account(by),
        action,
        &format!("mailbox:{from}"),
        &detail,
    )
}
