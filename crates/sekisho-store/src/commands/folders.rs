//! CREATE, RENAME, DELETE, SUBSCRIBE.

use jiff::Timestamp;
use rusqlite::params;

use super::audit;
use super::deliver::find;
use super::expunge::remove;
use super::place::{STORED, Stored, move_all, read_stored, tenant_of};
use super::steps::json;
use crate::audit::Actor;
use crate::changes::Change;
use crate::failure::StoreFailure;
use crate::ids::{AccountId, MailboxId, Tenant};
use crate::limits::{MAILBOX_NAME_BYTES_MAX, MAILBOXES_MAX};
use crate::mailbox::{Folder, Hand, MailboxRow, Place};
use crate::pending::Pending;
use crate::rows::{MAILBOX, read_mailbox};
use crate::store::Store;
use crate::text::like;
use crate::writer::Tx;

impl Store {
    /// CREATE, with the levels above. Fails with `Exists`: the name, or `\Sent` for a special use that another
    /// folder has, because mail for that use goes to one place.
    pub fn create_mailbox(
        &self,
        hand: impl Into<Hand>,
        name: String,
        special_use: Option<Folder>,
        now: Timestamp,
    ) -> Pending<MailboxRow> {
        let hand = hand.into();
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let special_use = special_use.as_ref().map_or("", Folder::special_use);
            let id = create(tx, hand.account, &name, special_use, now)?;
            note(tx, hand, id, now, "mailbox.created", &name)?;
            let sql = format!("{MAILBOX} WHERE id = ?1");
            tx.one(&sql, [id], read_mailbox)?
                .ok_or(StoreFailure::NotFound("mailbox"))
        })
    }

    /// RENAME with the levels below; INBOX is renamed as RFC 9051 §6.3.6 says: its messages move, it stays.
    pub fn rename_mailbox(
        &self,
        hand: impl Into<Hand>,
        mailbox: MailboxId,
        name: String,
        now: Timestamp,
    ) -> Pending<()> {
        let hand = hand.into();
        let account = hand.account;
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let old = name_of(tx, account, mailbox)?;
            if old == Folder::Inbox.name() {
                let to = create(tx, account, &name, "", now)?;
                let all = messages(tx, mailbox)?;
                let place = |mailbox| Place { account, mailbox };
                move_all(tx, place(mailbox), &all, place(to))?;
            } else {
                rename(tx, account, mailbox, &old, &name, now)?;
            }
            note(tx, hand, mailbox, now, "mailbox.renamed", &name)
        })
    }

    /// DELETE with its messages. INBOX stays; one with levels below fails with `Invalid`.
    pub fn delete_mailbox(
        &self,
        hand: impl Into<Hand>,
        mailbox: MailboxId,
        now: Timestamp,
    ) -> Pending<()> {
        let hand = hand.into();
        let account = hand.account;
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let name = name_of(tx, account, mailbox)?;
            if name == Folder::Inbox.name() {
                return Err(StoreFailure::Invalid("INBOX cannot be deleted"));
            }
            let sql = r"SELECT 1 FROM mailbox WHERE account = ?1 AND name LIKE ?2 || '/%' ESCAPE '\' LIMIT 1";
            if tx
                .one(sql, params![account, like(&name)], |_| Ok(()))?
                .is_some()
            {
                return Err(StoreFailure::Invalid("the folder has folders below it"));
            }
            note(tx, hand, mailbox, now, "mailbox.deleted", &name)?;
            erase(tx, account, mailbox)
        })
    }

    /// SUBSCRIBE, UNSUBSCRIBE.
    pub fn subscribe(
        &self,
        account: AccountId,
        mailbox: MailboxId,
        subscribed: bool,
    ) -> Pending<()> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let sql = "UPDATE mailbox SET subscribed = ?3 WHERE id = ?1 AND account = ?2";
            match tx.run(sql, params![mailbox, account, subscribed])? {
                1 => Ok(()),
                _ => Err(StoreFailure::NotFound("mailbox")),
            }
        })
    }
}

/// The folders that come with an account.
pub(crate) fn create_standard(
    tx: &Tx<'_>,
    tenant: Tenant,
    account: AccountId,
    now: Timestamp,
) -> Result<(), StoreFailure> {
    for folder in Folder::STANDARD {
        insert(
            tx,
            tenant,
            account,
            folder.name(),
            folder.special_use(),
            now,
        )?;
    }
    Ok(())
}

/// A folder with its messages and all that remembers them.
pub(crate) fn erase(
    tx: &mut Tx<'_>,
    account: AccountId,
    mailbox: MailboxId,
) -> Result<(), StoreFailure> {
    let all = messages(tx, mailbox)?;
    remove(tx, account, mailbox, &all)?;
    tx.run("DELETE FROM expunged WHERE mailbox = ?1", [mailbox])?;
    tx.run("DELETE FROM mailbox WHERE id = ?1", [mailbox])?;
    Ok(())
}

fn messages(tx: &Tx<'_>, mailbox: MailboxId) -> Result<Vec<Stored>, StoreFailure> {
    tx.all(
        &format!("{STORED} WHERE mailbox = ?1 ORDER BY uid"),
        [mailbox],
        read_stored,
    )
}

fn name_of(tx: &Tx<'_>, account: AccountId, mailbox: MailboxId) -> Result<String, StoreFailure> {
    let sql = "SELECT name FROM mailbox WHERE id = ?1 AND account = ?2";
    tx.one(sql, params![mailbox, account], |row| row.get(0))?
        .ok_or(StoreFailure::NotFound("mailbox"))
}

fn check_name(name: &str) -> Result<(), StoreFailure> {
    if name.len() > MAILBOX_NAME_BYTES_MAX {
        return Err(StoreFailure::Limit {
            what: "bytes of a folder name",
            max: MAILBOX_NAME_BYTES_MAX,
        });
    }
    if name.contains(char::is_control) || name.split('/').any(str::is_empty) {
        return Err(StoreFailure::Invalid("not a folder name"));
    }
    let first = name.split('/').next().unwrap_or(name);
    if first.eq_ignore_ascii_case(Folder::SHARED) {
        return Err(StoreFailure::Invalid("shared mailboxes are there"));
    }
    Ok(())
}

/// A new folder, with the levels above it that are missing.
fn create(
    tx: &Tx<'_>,
    account: AccountId,
    name: &str,
    special_use: &str,
    now: Timestamp,
) -> Result<MailboxId, StoreFailure> {
    check_name(name)?;
    if name.eq_ignore_ascii_case("inbox") || find(tx, account, &named(name))?.is_some() {
        return Err(StoreFailure::Exists(name.to_owned()));
    }
    let sql = "SELECT tenant FROM account WHERE id = ?1";
    let tenant: Tenant = tx
        .one(sql, [account], |row| row.get(0))?
        .ok_or(StoreFailure::NotFound("account"))?;
    let sql = "SELECT 1 FROM mailbox WHERE account = ?1 AND special_use = ?2 AND ?2 <> ''";
    let taken = tx.one(sql, params![account, special_use], |_| Ok(()))?;
    if taken.is_some() {
        return Err(StoreFailure::Exists(format!("\\{special_use}")));
    }
    create_above(tx, tenant, account, name, now)?;
    insert(tx, tenant, account, name, special_use, now)
}

fn create_above(
    tx: &Tx<'_>,
    tenant: Tenant,
    account: AccountId,
    name: &str,
    now: Timestamp,
) -> Result<(), StoreFailure> {
    for (end, _) in name.match_indices('/') {
        let above = name.get(..end).unwrap_or_default();
        if find(tx, account, &named(above))?.is_none() {
            insert(tx, tenant, account, above, "", now)?;
        }
    }
    Ok(())
}

fn named(name: &str) -> Folder {
    Folder::Named(name.to_owned())
}

fn insert(
    tx: &Tx<'_>,
    tenant: Tenant,
    account: AccountId,
    name: &str,
    special_use: &str,
    now: Timestamp,
) -> Result<MailboxId, StoreFailure> {
    let count = tx.one(
        "SELECT count(*) FROM mailbox WHERE account = ?1",
        [account],
        |row| row.get(0),
    )?;
    if count.unwrap_or(0i64) >= MAILBOXES_MAX as i64 {
        return Err(StoreFailure::Limit {
            what: "folders",
            max: MAILBOXES_MAX,
        });
    }
    let sql = "INSERT INTO mailbox (tenant, account, name, special_use, subscribed, uid_validity)
        VALUES (?1, ?2, ?3, ?4, 1, ?5)";
    let uid_validity = tx.next_uid_validity(now)?;
    tx.run(
        sql,
        params![tenant, account, name, special_use, uid_validity],
    )?;
    Ok(MailboxId(tx.db.last_insert_rowid()))
}

fn rename(
    tx: &Tx<'_>,
    account: AccountId,
    mailbox: MailboxId,
    old: &str,
    new: &str,
    now: Timestamp,
) -> Result<(), StoreFailure> {
    check_name(new)?;
    if new
        .strip_prefix(old)
        .is_some_and(|rest| rest.starts_with('/'))
    {
        return Err(StoreFailure::Invalid("a folder cannot move below itself"));
    }
    if new.eq_ignore_ascii_case("inbox") || find(tx, account, &named(new))?.is_some() {
        return Err(StoreFailure::Exists(new.to_owned()));
    }
    create_above(tx, tenant_of(tx, account, mailbox)?, account, new, now)?;
    let sql = r"UPDATE mailbox SET name = ?3 || substr(name, length(?2) + 1)
        WHERE account = ?1 AND (id = ?4 OR name LIKE ?5 || '/%' ESCAPE '\')";
    tx.run(sql, params![account, old, new, mailbox, like(old)])?;
    Ok(())
}

fn note(
    tx: &mut Tx<'_>,
    Hand { account, by }: Hand,
    mailbox: MailboxId,
    now: Timestamp,
    action: &str,
    name: &str,
) -> Result<(), StoreFailure> {
    let tenant = tenant_of(tx, account, mailbox)?;
    let (actor, subject) = (Actor::Account(by), format!("mailbox:{mailbox}"));
    let detail = json(&serde_json::json!({ "name": name }));
    tx.changes.push(Change::Folders { account });
    audit::write(tx, tenant, now, &actor, action, &subject, &detail)
}
