//! Claims of the queue, and what an administrator does with it.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::accept::{accept_all, take_contents};
use super::onward::{advance, mail_part, recipient, settle, step, to_step};
use super::steps::json;
use super::{audit, steps};
use crate::at::At;
use crate::audit::Actor;
use crate::changes::Change;
use crate::content::BlobRef;
use crate::failure::StoreFailure;
use crate::ids::{RecipientId, Tenant};
use crate::limits::{CLAIM_MAX, ROWS_MAX};
use crate::mail::RecipientState;
use crate::pending::Pending;
use crate::queue::{Claim, EntryOutcome, Lease, QueueDelete, QueueEntry, QueueScope};
use crate::store::Store;
use crate::trace::Step;
use crate::writer::Tx;

impl Store {
    /// Hands out entries that are due, those of one mail and destination together.
    pub fn claim(&self, claim: Claim) -> Pending<Vec<QueueEntry>> {
        Pending::new(self.door(), Vec::new(), move |tx, _| carry_out(tx, &claim))
    }

    /// Makes a lease longer while a large mail is being sent. Fails with `LeaseLost`.
    pub fn extend_lease(
        &self,
        entries: Vec<(RecipientId, Lease)>,
        until: Timestamp,
    ) -> Pending<()> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            for (id, lease) in &entries {
                let sql = "UPDATE queue SET next_at = max(next_at, ?4) WHERE mail = ?1 AND nr = ?2 AND lease = ?3";
                if tx.run(sql, params![id.mail, id.nr, lease.0, At(until)])? != 1 {
                    return Err(StoreFailure::LeaseLost);
                }
            }
            Ok(())
        })
    }

    /// Makes entries due now, except those being sent. Returns how many.
    pub fn retry_now(
        &self,
        tenant: Tenant,
        scope: QueueScope,
        actor: Actor,
        now: Timestamp,
    ) -> Pending<u64> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let (rows, subject) = retry(tx, tenant, &scope, now)?;
            if rows > 0 {
                let detail = json(&serde_json::json!({ "entries": rows }));
                audit::write(tx, tenant, now, &actor, "queue.retry", &subject, &detail)?;
                tx.changes.push(Change::Queue { due_at: now });
            }
            Ok(rows as u64)
        })
    }

    /// Ends entries by hand (state `bounced`), with the bounces given.
    pub fn delete_queued(&self, mut delete: QueueDelete) -> Pending<Vec<EntryOutcome>> {
        let contents = take_contents(&mut delete.notices);
        Pending::new(self.door(), contents, move |tx, contents| {
            if delete.recipients.len() > ROWS_MAX {
                return Err(StoreFailure::Limit {
                    what: "recipients",
                    max: ROWS_MAX,
                });
            }
            let mut outcomes = Vec::with_capacity(delete.recipients.len());
            for id in &delete.recipients {
                outcomes.push(delete_one(tx, &delete, *id)?);
            }
            if outcomes
                .iter()
                .any(|outcome| matches!(outcome, EntryOutcome::Written(_)))
            {
                accept_all(tx, &delete.notices, contents)?;
            }
            Ok(outcomes)
        })
    }
}

const ENTRY: &str = "SELECT q.mail, q.nr, q.tenant, q.destination, r.address, r.original, r.notify, m.sender,
        m.return_full, m.envelope_id, m.body_kind, m.smtputf8, m.blob, q.attempts, q.queued_at, q.expires_at,
        q.delay_noticed, q.last_reply
    FROM queue q JOIN recipient r ON r.mail = q.mail AND r.nr = q.nr JOIN mail m ON m.id = q.mail
    WHERE q.next_at <= ?1 AND q.destination NOT IN (SELECT value FROM json_each(?2))";

fn carry_out(tx: &mut Tx<'_>, claim: &Claim) -> Result<Vec<QueueEntry>, StoreFailure> {
    if claim.lease_until <= claim.now {
        return Err(StoreFailure::Invalid("a lease must end after it begins"));
    }
    let lease = Lease(tx.next_lease());
    let max = i64::try_from(claim.max.min(CLAIM_MAX)).unwrap_or(i64::MAX);
    let skip = json(&claim.skip);
    let read = |row: &Row<'_>| read_entry(row, lease);
    let mut entries = match &claim.destination {
        None => {
            let sql = format!("{ENTRY} ORDER BY q.next_at, q.mail, q.nr LIMIT ?3");
            tx.all(&sql, params![At(claim.now), skip, max], read)?
        }
        Some(destination) => {
            let sql =
                format!("{ENTRY} AND q.destination = ?4 ORDER BY q.next_at, q.mail, q.nr LIMIT ?3");
            tx.all(&sql, params![At(claim.now), skip, max, destination], read)?
        }
    };
    for entry in &entries {
        let sql = "UPDATE queue SET lease = ?3, next_at = ?4 WHERE mail = ?1 AND nr = ?2";
        tx.run(
            sql,
            params![entry.id.mail, entry.id.nr, lease.0, At(claim.lease_until)],
        )?;
    }
    entries.sort_by(|a, b| (&a.destination, a.id).cmp(&(&b.destination, b.id)));
    Ok(entries)
}

fn read_entry(row: &Row<'_>, lease: Lease) -> rusqlite::Result<QueueEntry> {
    let tenant = row.get(2)?;
    Ok(QueueEntry {
        id: RecipientId {
            mail: row.get(0)?,
            nr: row.get(1)?,
        },
        tenant,
        lease,
        destination: row.get(3)?,
        address: row.get(4)?,
        original: row.get(5)?,
        notify: row.get(6)?,
        reverse_path: row.get(7)?,
        return_full: row.get(8)?,
        envelope_id: row.get(9)?,
        body_kind: row.get(10)?,
        smtputf8: row.get(11)?,
        content: BlobRef {
            tenant,
            blob: row.get(12)?,
        },
        attempts: row.get(13)?,
        queued_at: row.get::<_, At>(14)?.0,
        expires_at: row.get::<_, At>(15)?.0,
        delay_noticed: row.get(16)?,
        last_reply: row.get(17)?,
    })
}

/// How many entries were made due, and what to call them in the log.
fn retry(
    tx: &Tx<'_>,
    tenant: Tenant,
    scope: &QueueScope,
    now: Timestamp,
) -> Result<(usize, String), StoreFailure> {
    const FREE: &str =
        "UPDATE queue SET next_at = min(next_at, ?2) WHERE tenant = ?1 AND lease IS NULL";
    Ok(match scope {
        QueueScope::Recipient(id) => {
            let sql = format!("{FREE} AND mail = ?3 AND nr = ?4");
            (
                tx.run(&sql, params![tenant, At(now), id.mail, id.nr])?,
                id.mail.to_string(),
            )
        }
        QueueScope::Mail(mail) => (
            tx.run(
                &format!("{FREE} AND mail = ?3"),
                params![tenant, At(now), mail],
            )?,
            mail.to_string(),
        ),
        QueueScope::Destination(name) => (
            tx.run(
                &format!("{FREE} AND destination = ?3"),
                params![tenant, At(now), name],
            )?,
            name.clone(),
        ),
        QueueScope::All => (tx.run(FREE, params![tenant, At(now)])?, "all".to_owned()),
    })
}

fn delete_one(
    tx: &mut Tx<'_>,
    delete: &QueueDelete,
    id: RecipientId,
) -> Result<EntryOutcome, StoreFailure> {
    let waiting = match recipient(tx, delete.tenant, id) {
        Err(StoreFailure::NotFound(_)) => return Ok(EntryOutcome::NotFound),
        other => other?,
    };
    if waiting.state != RecipientState::Queued {
        return Ok(EntryOutcome::Already(waiting.state));
    }
    let sql = "DELETE FROM queue WHERE mail = ?1 AND nr = ?2 AND lease IS NULL";
    if tx.run(sql, params![id.mail, id.nr])? != 1 {
        return Ok(EntryOutcome::Already(RecipientState::Queued));
    }
    let to = RecipientState::Bounced;
    // The last reply stays the far side's: why it ended is a step, whose words are made for whoever reads it.
    advance(tx, id, waiting.state, to, delete.now, None)?;
    let deleted = Step::new(delete.now, "store-step-queue-deleted")
        .arg("recipient", waiting.address.as_str())
        .arg("by", delete.actor.to_string())
        .of(id.nr);
    steps::add(tx, id.mail, &deleted)?;
    step(tx, &waiting, to_step(to), delete.now)?;
    settle(tx, &mail_part(tx, delete.tenant, id.mail)?)?;
    let detail = json(&serde_json::json!({ "recipient": id.nr }));
    let subject = id.mail.to_string();
    audit::write(
        tx,
        delete.tenant,
        delete.now,
        &delete.actor,
        "queue.deleted",
        &subject,
        &detail,
    )?;
    Ok(EntryOutcome::Written(to))
}
