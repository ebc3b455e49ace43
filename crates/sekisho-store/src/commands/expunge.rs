//! Messages that leave a folder for good.

use jiff::Timestamp;
use rusqlite::params;

use super::deliver::announce;
use super::place::{STORED, Stored, read_stored, tenant_of};
use super::steps::json;
use super::{audit, blobs};
use crate::audit::Actor;
use crate::failure::StoreFailure;
use crate::ids::{AccountId, MailboxId};
use crate::mailbox::{Flags, Hand};
use crate::pending::Pending;
use crate::store::Store;
use crate::writer::Tx;

impl Store {
    /// EXPUNGE: messages with `\Deleted`, of those UIDs if given (RFC 4315). Returns the UIDs that went.
    pub fn expunge(
        &self,
        hand: impl Into<Hand>,
        mailbox: MailboxId,
        uids: Option<Vec<u32>>,
        now: Timestamp,
    ) -> Pending<Vec<u32>> {
        let Hand { account, by } = hand.into();
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let tenant = tenant_of(tx, account, mailbox)?;
            let deleted = deleted(tx, mailbox, uids.as_deref())?;
            if !deleted.is_empty() {
                remove(tx, account, mailbox, &deleted)?;
                let detail = json(&serde_json::json!({ "messages": deleted.len() }));
                let (actor, subject) = (Actor::Account(by), format!("mailbox:{mailbox}"));
                audit::write(
                    tx,
                    tenant,
                    now,
                    &actor,
                    "mailbox.expunged",
                    &subject,
                    &detail,
                )?;
            }
            Ok(deleted.iter().map(|message| message.uid).collect())
        })
    }
}

fn deleted(
    tx: &Tx<'_>,
    mailbox: MailboxId,
    uids: Option<&[u32]>,
) -> Result<Vec<Stored>, StoreFailure> {
    let flag = Flags::DELETED.0;
    match uids {
        None => {
            let sql = format!("{STORED} WHERE mailbox = ?1 AND flags & ?2 <> 0 ORDER BY uid");
            tx.all(&sql, params![mailbox, flag], read_stored)
        }
        Some(uids) => {
            let sql = format!(
                "{STORED} WHERE mailbox = ?1 AND flags & ?2 <> 0
                AND uid IN (SELECT value FROM json_each(?3)) ORDER BY uid"
            );
            tx.all(&sql, params![mailbox, flag, json(&uids)], read_stored)
        }
    }
}

/// Takes messages out of a folder, with all the counters, and lets their contents go.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    account: AccountId,
    mailbox: MailboxId,
    messages: &[Stored],
) -> Result<(), StoreFailure> {
    let count = |wanted: &dyn Fn(Flags) -> bool| {
        let found = messages.iter().filter(|message| wanted(message.flags));
        i64::try_from(found.count()).unwrap_or(i64::MAX)
    };
    let unseen = count(&|flags| !flags.contains(Flags::SEEN));
    let deleted = count(&|flags| flags.contains(Flags::DELETED));
    let count = count(&|_| true);
    let bytes: i64 = messages.iter().map(|message| message.size).sum();
    let sql =
        "UPDATE mailbox SET modseq = modseq + 1, messages = messages - ?2, unseen = unseen - ?3,
        bytes = bytes - ?4, deleted = deleted - ?5 WHERE id = ?1 RETURNING modseq";
    let modseq = tx.one(
        sql,
        params![mailbox, count, unseen, bytes, deleted],
        |row| row.get::<_, i64>(0),
    )?;
    let modseq = modseq.ok_or(StoreFailure::NotFound("mailbox"))?;
    for message in messages {
        tx.run(
            "DELETE FROM message WHERE mailbox = ?1 AND uid = ?2",
            params![mailbox, message.uid],
        )?;
        let sql = "INSERT INTO expunged (mailbox, modseq, uid) VALUES (?1, ?2, ?3)";
        tx.run(sql, params![mailbox, modseq, message.uid])?;
        blobs::release(tx, message.blob, 1)?;
    }
    announce(tx, account, mailbox, modseq);
    Ok(())
}
