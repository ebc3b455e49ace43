//! STORE. The one change without an audit row: reading one's mail would fill the log.

use rusqlite::params;

use super::deliver::announce;
use super::place::{keyword_text, tenant_of};
use super::steps::json;
use crate::failure::StoreFailure;
use crate::ids::Tenant;
use crate::mailbox::{FlagMode, Flags, FlagsSet, MessageEntry, SetFlags};
use crate::pending::Pending;
use crate::rows::{ENTRY, keywords_from, read_entry};
use crate::store::Store;
use crate::writer::Tx;

impl Store {
    /// STORE.
    pub fn set_flags(&self, set: SetFlags) -> Pending<FlagsSet> {
        Pending::new(self.door(), Vec::new(), move |tx, _| carry_out(tx, &set))
    }
}

fn carry_out(tx: &mut Tx<'_>, set: &SetFlags) -> Result<FlagsSet, StoreFailure> {
    let tenant = tenant_of(tx, set.account, set.mailbox)?;
    keyword_text(&set.keywords)?;
    let mut done = FlagsSet::default();
    let mut changed = Vec::new();
    for entry in entries(tx, set, tenant)? {
        if set
            .unchanged_since
            .is_some_and(|modseq| entry.modseq > modseq)
        {
            done.modified.push(entry.uid);
            continue;
        }
        let new = changed_entry(set, &entry)?;
        if new != entry {
            changed.push(Changed {
                place: done.entries.len(),
                unseen: unseen(&new) - unseen(&entry),
                deleted: deleted(&new) - deleted(&entry),
            });
        }
        done.entries.push(new);
    }
    if !changed.is_empty() {
        write(tx, set, &mut done.entries, &changed)?;
    }
    Ok(done)
}

fn entries(tx: &Tx<'_>, set: &SetFlags, tenant: Tenant) -> Result<Vec<MessageEntry>, StoreFailure> {
    let sql = format!(
        "{ENTRY} WHERE mailbox = ?1 AND uid IN (SELECT value FROM json_each(?2)) ORDER BY uid"
    );
    tx.all(&sql, params![set.mailbox, json(&set.uids)], |row| {
        read_entry(row, tenant)
    })
}

/// The entry with its flags changed, its mod-sequence not yet.
fn changed_entry(set: &SetFlags, entry: &MessageEntry) -> Result<MessageEntry, StoreFailure> {
    let mut new = entry.clone();
    match set.mode {
        FlagMode::Add => {
            new.flags = new.flags.with(set.flags);
            new.keywords.extend(set.keywords.iter().cloned());
        }
        FlagMode::Remove => {
            new.flags = new.flags.without(set.flags);
            new.keywords
                .retain(|keyword| !set.keywords.contains(keyword));
        }
        FlagMode::Replace => {
            new.flags = set.flags;
            new.keywords.clone_from(&set.keywords);
        }
    }
    new.flags = Flags(new.flags.0 & Flags::ALL.0);
    new.keywords = keywords_from(&keyword_text(&dedup(new.keywords))?);
    Ok(new)
}

fn dedup(mut keywords: Vec<String>) -> Vec<String> {
    keywords.sort_unstable();
    keywords.dedup();
    keywords
}

/// An entry that is written, and what it does to the folder's counters.
struct Changed {
    place: usize,
    unseen: i64,
    deleted: i64,
}

fn unseen(entry: &MessageEntry) -> i64 {
    i64::from(!entry.flags.contains(Flags::SEEN))
}

fn deleted(entry: &MessageEntry) -> i64 {
    i64::from(entry.flags.contains(Flags::DELETED))
}

/// One mod-sequence for the whole command.
fn write(
    tx: &mut Tx<'_>,
    set: &SetFlags,
    entries: &mut [MessageEntry],
    changed: &[Changed],
) -> Result<(), StoreFailure> {
    let unseen: i64 = changed.iter().map(|one| one.unseen).sum();
    let deleted: i64 = changed.iter().map(|one| one.deleted).sum();
    let sql = "UPDATE mailbox SET modseq = modseq + 1, unseen = unseen + ?2, deleted = deleted + ?3
        WHERE id = ?1 RETURNING modseq";
    let modseq = tx.one(sql, params![set.mailbox, unseen, deleted], |row| {
        row.get::<_, i64>(0)
    })?;
    let modseq = modseq.ok_or(StoreFailure::NotFound("mailbox"))?;
    for one in changed {
        let Some(entry) = entries.get_mut(one.place) else {
            continue;
        };
        entry.modseq = modseq.unsigned_abs();
        let sql = "UPDATE message SET flags = ?3, keywords = ?4, modseq = ?5 WHERE mailbox = ?1 AND uid = ?2";
        let keywords = entry.keywords.join(" ");
        tx.run(
            sql,
            params![set.mailbox, entry.uid, entry.flags.0, keywords, modseq],
        )?;
    }
    announce(tx, set.account, set.mailbox, modseq);
    Ok(())
}
