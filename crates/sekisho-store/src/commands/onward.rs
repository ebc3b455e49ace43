//! The one place where a recipient changes its state.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::deliver::{Incoming, deliver};
use super::{blobs, steps};
use crate::at::{At, later};
use crate::changes::Change;
use crate::failure::StoreFailure;
use crate::ids::{AccountId, BlobId, MailId, RecipientId, Tenant};
use crate::limits::REPLY_BYTES_MAX;
use crate::mail::RecipientState;
use crate::mailbox::{Flags, Folder};
use crate::text::cut;
use crate::trace::Step;
use crate::writer::Tx;

/// A recipient that waits, with where it is bound.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) id: RecipientId,
    pub(crate) address: String,
    pub(crate) state: RecipientState,
    account: Option<AccountId>,
    folder: Option<String>,
    destination: Option<String>,
    lifetime_s: Option<u32>,
}

/// The mail of recipients that move.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MailPart {
    pub(crate) id: MailId,
    pub(crate) tenant: Tenant,
    pub(crate) blob: Option<BlobId>,
    pub(crate) size: i64,
}

pub(crate) fn mail_part(
    tx: &Tx<'_>,
    tenant: Tenant,
    mail: MailId,
) -> Result<MailPart, StoreFailure> {
    let sql = "SELECT blob, size FROM mail WHERE id = ?1 AND tenant = ?2";
    let read = |row: &Row<'_>| {
        Ok(MailPart {
            id: mail,
            tenant,
            blob: row.get(0)?,
            size: row.get(1)?,
        })
    };
    tx.one(sql, params![mail, tenant], read)?
        .ok_or(StoreFailure::NotFound("mail"))
}

const WAITING: &str =
    "SELECT nr, address, state, account, folder, destination, lifetime_s FROM recipient";

fn read_waiting(mail: MailId, row: &Row<'_>) -> rusqlite::Result<Waiting> {
    Ok(Waiting {
        id: RecipientId {
            mail,
            nr: row.get(0)?,
        },
        address: row.get(1)?,
        state: row.get(2)?,
        account: row.get(3)?,
        folder: row.get(4)?,
        destination: row.get(5)?,
        lifetime_s: row.get(6)?,
    })
}

/// All recipients of a mail.
pub(crate) fn recipients(tx: &Tx<'_>, mail: MailId) -> Result<Vec<Waiting>, StoreFailure> {
    let sql = format!("{WAITING} WHERE mail = ?1 ORDER BY nr");
    tx.all(&sql, [mail], |row| read_waiting(mail, row))
}

/// One recipient, of this tenant.
pub(crate) fn recipient(
    tx: &Tx<'_>,
    tenant: Tenant,
    id: RecipientId,
) -> Result<Waiting, StoreFailure> {
    let sql = format!("{WAITING} WHERE mail = ?1 AND nr = ?2 AND tenant = ?3");
    let found = tx.one(&sql, params![id.mail, id.nr, tenant], |row| {
        read_waiting(id.mail, row)
    })?;
    found.ok_or(StoreFailure::NotFound("recipient"))
}

/// Changes the state, if it is still what the caller saw and the step exists.
pub(crate) fn advance(
    tx: &Tx<'_>,
    id: RecipientId,
    from: RecipientState,
    to: RecipientState,
    now: Timestamp,
    reply: Option<&str>,
) -> Result<(), StoreFailure> {
    if !from.may_become(to) {
        return Err(StoreFailure::State(from));
    }
    let reply = reply.map(|reply| cut(reply, REPLY_BYTES_MAX));
    let sql = "UPDATE recipient SET state = ?4, state_at = ?5, reply = coalesce(?6, reply)
        WHERE mail = ?1 AND nr = ?2 AND state = ?3";
    let rows = tx.run(sql, params![id.mail, id.nr, from, to, At(now), reply])?;
    if rows == 1 {
        Ok(())
    } else {
        Err(StoreFailure::State(from))
    }
}

/// Sends a waiting recipient on to where it is bound; its new state.
pub(crate) fn onward(
    tx: &mut Tx<'_>,
    mail: &MailPart,
    recipient: &Waiting,
    now: Timestamp,
) -> Result<RecipientState, StoreFailure> {
    match (recipient.account, recipient.destination.as_deref()) {
        (Some(account), _) => into_mailbox(tx, mail, recipient, account, now),
        (None, Some(destination)) => {
            advance(
                tx,
                recipient.id,
                recipient.state,
                RecipientState::Queued,
                now,
                None,
            )?;
            let lifetime_s = recipient.lifetime_s.unwrap_or_default();
            enqueue(tx, mail.tenant, recipient.id, destination, lifetime_s, now)?;
            step(tx, recipient, "store-step-queued", now)?;
            Ok(RecipientState::Queued)
        }
        (None, None) => Err(StoreFailure::Damaged(format!(
            "recipient {:?} is bound nowhere",
            recipient.id
        ))),
    }
}

fn into_mailbox(
    tx: &mut Tx<'_>,
    mail: &MailPart,
    recipient: &Waiting,
    account: AccountId,
    now: Timestamp,
) -> Result<RecipientState, StoreFailure> {
    let folder = folder_from(recipient.folder.as_deref());
    let exists = tx
        .one("SELECT 1 FROM account WHERE id = ?1", [account], |_| Ok(()))?
        .is_some();
    if !exists {
        // The account went while the mail waited: the caller bounces it, nothing is dropped in silence.
        let to = RecipientState::Bounced;
        advance(
            tx,
            recipient.id,
            recipient.state,
            to,
            now,
            Some("550 5.1.1 mailbox is gone"),
        )?;
        step(tx, recipient, "store-step-account-gone", now)?;
        return Ok(to);
    }
    let to = delivered_state(&folder);
    advance(tx, recipient.id, recipient.state, to, now, None)?;
    let blob = mail.blob.ok_or(StoreFailure::NotFound("content"))?;
    let incoming = Incoming {
        blob,
        mail: Some(mail.id),
        size: mail.size.unsigned_abs(),
        flags: Flags::default(),
        keywords: "",
        internal_at: now,
    };
    let sql = "SELECT 1 FROM recipient WHERE mail = ?1 AND account = ?2 AND uid IS NOT NULL";
    if tx
        .one(sql, params![mail.id, account], |_| Ok(()))?
        .is_none()
    {
        let slot = deliver(tx, account, &folder, &incoming)?;
        blobs::hold(tx, blob)?;
        let sql = "UPDATE recipient SET mailbox = ?3, uid = ?4 WHERE mail = ?1 AND nr = ?2";
        tx.run(
            sql,
            params![mail.id, recipient.id.nr, slot.mailbox, slot.uid],
        )?;
    }
    step(tx, recipient, to_step(to), now)?;
    Ok(to)
}

/// The state of a recipient delivered into that folder.
pub(crate) fn delivered_state(folder: &Folder) -> RecipientState {
    if *folder == Folder::Junk {
        RecipientState::Junked
    } else {
        RecipientState::Mailbox
    }
}

/// The trace's word for a state entered.
pub(crate) fn to_step(state: RecipientState) -> &'static str {
    match state {
        RecipientState::Queued => "store-step-queued",
        RecipientState::Held => "store-step-held",
        RecipientState::Delayed => "store-step-delayed",
        RecipientState::Quarantined => "store-step-quarantined",
        RecipientState::Mailbox => "store-step-mailbox",
        RecipientState::Junked => "store-step-junked",
        RecipientState::Sent => "store-step-sent",
        RecipientState::Relayed => "store-step-relayed",
        RecipientState::Bounced => "store-step-bounced",
        RecipientState::Expired => "store-step-expired",
        RecipientState::Returned => "store-step-returned",
        RecipientState::Cancelled => "store-step-cancelled",
        RecipientState::Refused => "store-step-refused",
        RecipientState::Discarded => "store-step-discarded",
    }
}

/// A step of one recipient.
pub(crate) fn step(
    tx: &Tx<'_>,
    recipient: &Waiting,
    key: &str,
    now: Timestamp,
) -> Result<(), StoreFailure> {
    let step = Step::new(now, key)
        .arg("recipient", recipient.address.as_str())
        .of(recipient.id.nr);
    steps::add(tx, recipient.id.mail, &step)
}

/// A new entry of the queue, due now.
pub(crate) fn enqueue(
    tx: &mut Tx<'_>,
    tenant: Tenant,
    id: RecipientId,
    destination: &str,
    lifetime_s: u32,
    now: Timestamp,
) -> Result<(), StoreFailure> {
    let sql = "INSERT INTO queue (mail, nr, tenant, destination, queued_at, next_at, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
    let expires = At(later(now, lifetime_s));
    tx.run(
        sql,
        params![id.mail, id.nr, tenant, destination, At(now), expires],
    )?;
    tx.changes.push(Change::Queue { due_at: now });
    Ok(())
}

/// Lets the content go when no recipient waits any more.
pub(crate) fn settle(tx: &Tx<'_>, mail: &MailPart) -> Result<(), StoreFailure> {
    let sql = "SELECT 1 FROM recipient WHERE mail = ?1 AND state IN (1, 2, 3, 4) LIMIT 1";
    if tx.one(sql, [mail.id], |_| Ok(()))?.is_some() {
        return Ok(());
    }
    let sql = "UPDATE mail SET blob = NULL WHERE id = ?1 AND blob IS NOT NULL";
    if let (1, Some(blob)) = (tx.run(sql, [mail.id])?, mail.blob) {
        blobs::release(tx, blob, 1)?;
    }
    Ok(())
}

/// The folder column: `*junk` and its like by use, anything else by name.
pub(crate) fn folder_text(folder: &Folder) -> String {
    match folder {
        Folder::Named(name) => name.clone(),
        other => format!("*{}", other.name()),
    }
}

/// The other way.
pub(crate) fn folder_from(text: Option<&str>) -> Folder {
    let Some(text) = text else {
        return Folder::Inbox;
    };
    let standard = text.strip_prefix('*');
    let known = Folder::STANDARD
        .into_iter()
        .find(|folder| Some(folder.name()) == standard);
    known.unwrap_or_else(|| Folder::Named(text.to_owned()))
}
