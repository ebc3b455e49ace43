//! Entries of block and allow lists, and greylisting.

use jiff::Timestamp;
use rusqlite::params;

use super::audit;
use super::steps::json;
use crate::at::{At, at, later};
use crate::changes::Change;
use crate::failure::StoreFailure;
use crate::ids::Tenant;
use crate::limits::{GREYLIST_CLEARED_AT_ONCE, LIST_ENTRIES_MAX};
use crate::lists::{GreylistTry, Greylisted, NewListEntry, PutListEntries, RemoveListEntry};
use crate::pending::Pending;
use crate::store::Store;
use crate::writer::Tx;

impl Store {
    /// Writes entries, all or none; gives how many there were.
    pub fn put_list_entries(&self, put: PutListEntries) -> Pending<usize> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let (tenant, now) = (put.tenant, put.now);
            let sql = "DELETE FROM list_entry WHERE tenant = ?1 AND expires_at <= ?2";
            tx.run(sql, params![tenant, At(now)])?;
            for entry in &put.entries {
                write(tx, tenant, entry, &put.actor.to_string(), now)?;
            }
            let sql = "SELECT count(*) FROM list_entry WHERE tenant = ?1";
            let count: i64 = tx.one(sql, params![tenant], |row| row.get(0))?.unwrap_or(0);
            if count.unsigned_abs() > LIST_ENTRIES_MAX as u64 {
                return Err(StoreFailure::Limit {
                    what: "entries of lists",
                    max: LIST_ENTRIES_MAX,
                });
            }
            // An import is one row with its size: ten thousand rows would hide what else was done.
            let subject = match put.entries.as_slice() {
                [one] => format!("{} {}:{}", one.verb, one.kind, one.value),
                many => format!("{} entries", many.len()),
            };
            let first = put.entries.first();
            let detail = json(&serde_json::json!({
                "entries": put.entries.len(),
                "action": first.and_then(|entry| entry.action),
                "account": first.and_then(|entry| entry.account),
                "comment": first.map(|entry| entry.comment.as_str()),
            }));
            audit::write(tx, tenant, now, &put.actor, "list.added", &subject, &detail)?;
            tx.changes.push(Change::Lists { tenant });
            Ok(put.entries.len())
        })
    }

    /// Removes an entry.
    pub fn remove_list_entry(&self, remove: RemoveListEntry) -> Pending<()> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let RemoveListEntry {
                tenant,
                id,
                actor,
                now,
            } = &remove;
            let (tenant, id, now) = (*tenant, *id, *now);
            let sql = "SELECT verb || ' ' || kind || ':' || value FROM list_entry WHERE tenant = ?1 AND id = ?2";
            let subject: Option<String> = tx.one(sql, params![tenant, id], |row| row.get(0))?;
            let subject = subject.ok_or(StoreFailure::NotFound("list entry"))?;
            tx.run(
                "DELETE FROM list_entry WHERE tenant = ?1 AND id = ?2",
                params![tenant, id],
            )?;
            let detail = json(&serde_json::json!({ "id": id }));
            audit::write(tx, tenant, now, actor, "list.removed", &subject, &detail)?;
            tx.changes.push(Change::Lists { tenant });
            Ok(())
        })
    }

    /// Notes a mail at the door and says whether it may come in. No audit row: it changes nothing that is anybody's.
    pub fn greylist(&self, try_: GreylistTry) -> Pending<Greylisted> {
        Pending::new(self.door(), Vec::new(), move |tx, _| greylist(tx, &try_))
    }
}

fn write(
    tx: &Tx<'_>,
    tenant: Tenant,
    entry: &NewListEntry,
    added_by: &str,
    now: Timestamp,
) -> Result<(), StoreFailure> {
    let sql = "INSERT INTO list_entry
        (tenant, account, verb, action, kind, value, authenticated, comment, added_by, added_at, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT (tenant, kind, value, verb, coalesce(account, 0)) DO UPDATE SET
            action = excluded.action, authenticated = excluded.authenticated, comment = excluded.comment,
            added_by = excluded.added_by, added_at = excluded.added_at, expires_at = excluded.expires_at";
    tx.run(
        sql,
        params![
            tenant,
            entry.account,
            entry.verb,
            entry.action,
            entry.kind,
            entry.value,
            entry.authenticated,
            entry.comment,
            added_by,
            At(now),
            at(entry.expires_at)
        ],
    )?;
    Ok(())
}

fn greylist(tx: &Tx<'_>, try_: &GreylistTry) -> Result<Greylisted, StoreFailure> {
    let GreylistTry {
        tenant,
        client,
        sender,
        recipient,
        now,
        ..
    } = try_;
    let (tenant, now) = (*tenant, *now);
    // A few of the old ones with each new one, so that the table stays as large as what is in use.
    let sql = "DELETE FROM greylist WHERE (tenant, client, sender, recipient) IN
        (SELECT tenant, client, sender, recipient FROM greylist WHERE expires_at <= ?1 LIMIT ?2)";
    tx.run(sql, params![At(now), GREYLIST_CLEARED_AT_ONCE])?;
    let sql = "SELECT first_at, passed FROM greylist
        WHERE tenant = ?1 AND client = ?2 AND sender = ?3 AND recipient = ?4 AND expires_at > ?5";
    let known = tx.one(
        sql,
        params![tenant, client, sender, recipient, At(now)],
        |row| Ok((row.get::<_, At>(0)?.0, row.get::<_, bool>(1)?)),
    )?;
    let write = |first: Timestamp, passed: bool, expires: Timestamp| {
        let sql = "INSERT INTO greylist (tenant, client, sender, recipient, first_at, passed, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (tenant, client, sender, recipient) DO UPDATE SET
                first_at = excluded.first_at, passed = excluded.passed, expires_at = excluded.expires_at";
        tx.run(
            sql,
            params![
                tenant,
                client,
                sender,
                recipient,
                At(first),
                passed,
                At(expires)
            ],
        )
    };
    match known {
        None => {
            write(now, false, later(now, try_.again_within_s))?;
            Ok(Greylisted::Wait { first: true })
        }
        Some((first, false)) if now < later(first, try_.wait_s) => {
            Ok(Greylisted::Wait { first: false })
        }
        Some((first, _)) => {
            write(first, true, later(now, try_.pass_s))?;
            Ok(Greylisted::Pass)
        }
    }
}
