//! What came of attempts to send.

use rusqlite::params;

use super::accept::{accept_all, take_contents};
use super::onward::{Waiting, advance, mail_part, recipient, settle, to_step};
use super::steps::json;
use super::{audit, steps};
use crate::at::At;
use crate::audit::Actor;
use crate::changes::Change;
use crate::failure::StoreFailure;
use crate::limits::{CLAIM_MAX, REPLY_BYTES_MAX};
use crate::mail::RecipientState;
use crate::pending::Pending;
use crate::queue::{Attempt, AttemptReport, EntryOutcome, QueueReport};
use crate::store::Store;
use crate::text::cut;
use crate::trace::Step;
use crate::writer::Tx;

impl Store {
    /// Writes what came of attempts, with the DSNs. The outcomes are in the order of the reports.
    /// The notices are written if at least one report was written.
    pub fn report(&self, mut report: QueueReport) -> Pending<Vec<EntryOutcome>> {
        let contents = take_contents(&mut report.notices);
        Pending::new(self.door(), contents, move |tx, contents| {
            if report.reports.len() > CLAIM_MAX {
                return Err(StoreFailure::Limit {
                    what: "reports",
                    max: CLAIM_MAX,
                });
            }
            let mut outcomes = Vec::with_capacity(report.reports.len());
            for one in &report.reports {
                outcomes.push(write(tx, &report, one)?);
            }
            if outcomes
                .iter()
                .any(|outcome| matches!(outcome, EntryOutcome::Written(_)))
            {
                accept_all(tx, &report.notices, contents)?;
            }
            Ok(outcomes)
        })
    }
}

fn write(
    tx: &mut Tx<'_>,
    report: &QueueReport,
    one: &AttemptReport,
) -> Result<EntryOutcome, StoreFailure> {
    let waiting = match recipient(tx, report.tenant, one.id) {
        Err(StoreFailure::NotFound(_)) => return Ok(EntryOutcome::NotFound),
        other => other?,
    };
    if waiting.state != RecipientState::Queued {
        return Ok(EntryOutcome::Already(waiting.state));
    }
    let sql = "SELECT lease FROM queue WHERE mail = ?1 AND nr = ?2";
    let lease = tx
        .one(sql, params![one.id.mail, one.id.nr], |row| {
            row.get::<_, Option<i64>>(0)
        })?
        .flatten();
    // What the far side took is taken, whoever has the lease by now: sending it again would double it.
    let taken = matches!(one.attempt, Attempt::Sent { .. });
    if lease != Some(one.lease.0) && !taken {
        return Ok(EntryOutcome::LeaseLost);
    }
    let (to, reply) = match &one.attempt {
        Attempt::Sent {
            reply,
            relayed: false,
        } => (RecipientState::Sent, reply),
        Attempt::Sent {
            reply,
            relayed: true,
        } => (RecipientState::Relayed, reply),
        Attempt::Failed { reply } => (RecipientState::Bounced, reply),
        Attempt::Expired { reply } => (RecipientState::Expired, reply),
        Attempt::Deferred { .. } | Attempt::NotTried => return put_back(tx, report, one, &waiting),
    };
    tx.run(
        "DELETE FROM queue WHERE mail = ?1 AND nr = ?2",
        params![one.id.mail, one.id.nr],
    )?;
    advance(tx, one.id, waiting.state, to, report.now, Some(reply))?;
    add_step(tx, report, one, &waiting, to_step(to), reply)?;
    settle(tx, &mail_part(tx, report.tenant, one.id.mail)?)?;
    let detail =
        json(&serde_json::json!({ "recipient": one.id.nr, "remote": one.remote, "reply": reply }));
    let (action, actor) = (format!("queue.{to}"), Actor::System("queue"));
    audit::write(
        tx,
        report.tenant,
        report.now,
        &actor,
        &action,
        &one.id.mail.to_string(),
        &detail,
    )?;
    Ok(EntryOutcome::Written(to))
}

/// Back into the queue, for later or at once.
fn put_back(
    tx: &mut Tx<'_>,
    report: &QueueReport,
    one: &AttemptReport,
    waiting: &Waiting,
) -> Result<EntryOutcome, StoreFailure> {
    let id = one.id;
    if let Attempt::Deferred {
        reply,
        next_at,
        delay_noticed,
    } = &one.attempt
    {
        let reply = cut(reply, REPLY_BYTES_MAX);
        let sql =
            "UPDATE queue SET lease = NULL, next_at = ?3, attempts = attempts + 1, last_reply = ?4,
            delay_noticed = max(delay_noticed, ?5) WHERE mail = ?1 AND nr = ?2";
        tx.run(
            sql,
            params![id.mail, id.nr, At(*next_at), reply, delay_noticed],
        )?;
        tx.run(
            "UPDATE recipient SET reply = ?3 WHERE mail = ?1 AND nr = ?2",
            params![id.mail, id.nr, reply],
        )?;
        add_step(tx, report, one, waiting, "store-step-deferred", reply)?;
        let detail =
            json(&serde_json::json!({ "recipient": id.nr, "remote": one.remote, "reply": reply }));
        let (subject, actor) = (id.mail.to_string(), Actor::System("queue"));
        audit::write(
            tx,
            report.tenant,
            report.now,
            &actor,
            "queue.deferred",
            &subject,
            &detail,
        )?;
        tx.changes.push(Change::Queue { due_at: *next_at });
    } else {
        let sql = "UPDATE queue SET lease = NULL, next_at = ?3 WHERE mail = ?1 AND nr = ?2";
        tx.run(sql, params![id.mail, id.nr, At(report.now)])?;
        tx.changes.push(Change::Queue { due_at: report.now });
    }
    Ok(EntryOutcome::Written(RecipientState::Queued))
}

fn add_step(
    tx: &Tx<'_>,
    report: &QueueReport,
    one: &AttemptReport,
    waiting: &Waiting,
    key: &str,
    reply: &str,
) -> Result<(), StoreFailure> {
    let step = Step::new(report.now, key)
        .arg("recipient", waiting.address.as_str())
        .arg("remote", one.remote.as_str())
        .of(one.id.nr)
        .reply(reply);
    steps::add(tx, one.id.mail, &step)
}
