//! Folders and messages.

use rusqlite::{Connection, params};

use super::{Reader, all, one};
use crate::at::time;
use crate::commands::{QUOTA, find_mailbox, json, read_quota};
use crate::failure::StoreFailure;
use crate::ids::{AccountId, MailboxId, Tenant};
use crate::mail::Summary;
use crate::mailbox::{
    Folder, MailboxChanges, MailboxRow, MessageRow, MessageView, Quota, Snapshot,
};
use crate::rows::{ENTRY, MAILBOX, read_entry, read_mailbox};

impl Reader {
    /// The folders of an account, INBOX first, then by name.
    pub fn mailboxes(&self, account: AccountId) -> Result<Vec<MailboxRow>, StoreFailure> {
        let sql = format!("{MAILBOX} WHERE account = ?1 ORDER BY name <> 'INBOX', name");
        all(self.db()?, &sql, [account], read_mailbox)
    }

    /// One folder by use or name.
    pub fn mailbox(&self, account: AccountId, folder: &Folder) -> Result<MailboxRow, StoreFailure> {
        let db = self.db()?;
        let id = find_mailbox(db, account, folder)?.ok_or(StoreFailure::NotFound("mailbox"))?;
        Ok(mailbox(db, account, id)?.0)
    }

    /// SELECT.
    pub fn snapshot(&self, account: AccountId, id: MailboxId) -> Result<Snapshot, StoreFailure> {
        self.at_once(|db| {
            let (mailbox, tenant) = mailbox(db, account, id)?;
            let sql = format!("{ENTRY} WHERE mailbox = ?1 ORDER BY uid");
            let messages = all(db, &sql, [id], |row| read_entry(row, tenant))?;
            Ok(Snapshot { mailbox, messages })
        })
    }

    /// What changed since `modseq`.
    pub fn changes_since(
        &self,
        account: AccountId,
        id: MailboxId,
        modseq: u64,
    ) -> Result<MailboxChanges, StoreFailure> {
        let since = i64::try_from(modseq).unwrap_or(i64::MAX);
        self.at_once(|db| {
            let (mailbox, tenant) = mailbox(db, account, id)?;
            let sql = format!("{ENTRY} WHERE mailbox = ?1 AND modseq > ?2 ORDER BY uid");
            let changed = all(db, &sql, params![id, since], |row| read_entry(row, tenant))?;
            let sql = "SELECT uid FROM expunged WHERE mailbox = ?1 AND modseq > ?2 ORDER BY uid";
            let vanished = all(db, sql, params![id, since], |row| row.get(0))?;
            let (highest_modseq, uid_next) = (mailbox.highest_modseq, mailbox.uid_next);
            Ok(MailboxChanges {
                highest_modseq,
                uid_next,
                changed,
                vanished,
            })
        })
    }

    /// Messages with what lists show, by rising UID; those that are gone are left out.
    pub fn messages(
        &self,
        account: AccountId,
        id: MailboxId,
        uids: &[u32],
    ) -> Result<Vec<MessageRow>, StoreFailure> {
        self.at_once(|db| {
            let (_, tenant) = mailbox(db, account, id)?;
            let columns = ENTRY.replacen(
                " FROM message",
                ", coalesce(subject, ''), coalesce(from_text, ''), coalesce(to_text, ''), coalesce(message_id, ''), date_at,
                coalesce(envelope, ''), coalesce(body_structure, ''), list_header
                FROM message JOIN blob ON blob.id = message.blob",
                1,
            );
            let sql = format!("{columns} WHERE mailbox = ?1 AND uid IN (SELECT value FROM json_each(?2)) ORDER BY uid");
            all(db, &sql, params![id, json(&uids)], |row| read_message(row, tenant))
        })
    }

    /// Room of an account.
    pub fn quota(&self, account: AccountId) -> Result<Quota, StoreFailure> {
        one(self.db()?, QUOTA, [account], read_quota)?.ok_or(StoreFailure::NotFound("account"))
    }
}

fn mailbox(
    db: &Connection,
    account: AccountId,
    id: MailboxId,
) -> Result<(MailboxRow, Tenant), StoreFailure> {
    let sql = MAILBOX.replacen(" FROM", ", tenant FROM", 1) + " WHERE id = ?1 AND account = ?2";
    let found = one(db, &sql, params![id, account], |row| {
        Ok((read_mailbox(row)?, row.get(12)?))
    })?;
    found.ok_or(StoreFailure::NotFound("mailbox"))
}

fn read_message(row: &rusqlite::Row<'_>, tenant: Tenant) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        entry: read_entry(row, tenant)?,
        summary: Summary {
            subject: row.get(8)?,
            from: row.get(9)?,
            to: row.get(10)?,
            message_id: row.get(11)?,
            date: time(row.get(12)?),
        },
        view: MessageView {
            envelope: row.get(13)?,
            body_structure: row.get(14)?,
            list_header: row.get(15)?,
        },
    })
}
