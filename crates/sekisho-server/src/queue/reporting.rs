//! What came of an attempt, written with the notices that it calls for, in one transaction.

use std::time::Instant;

use jiff::Timestamp;
use sekisho_address::Address;
use sekisho_command::notice;
use sekisho_smtp::client::{Outcome, RemoteReply};
use sekisho_smtp::dsn::{Action, RecipientReport};
use sekisho_smtp::{EnhancedStatus, Notify};
use sekisho_store::{
    Attempt, AttemptReport, EntryOutcome, NewMail, QueueEntry, QueueReport, StoreFailure,
};
use tokio::time::sleep;

use super::attempt::ours;
use super::backoff::Waiting;
use super::batch::Batch;
use super::envelope::{notify, original};
use super::ready::Ready;
use super::{Outbound, random};
use crate::limits::STORE_REST;

/// The last word on one recipient.
pub(super) struct Done {
    pub(super) entry: QueueEntry,
    pub(super) outcome: Outcome,
    pub(super) reply: RemoteReply,
    pub(super) remote: String,
    /// Reports of success are the next server's turn.
    pub(super) dsn_passed_on: bool,
    /// The destination is left alone until then.
    pub(super) not_before: Option<Timestamp>,
}

/// A report in the making.
struct Told {
    attempt: Attempt,
    /// Of what the sender is told.
    action: Option<Action>,
    retry_until: Option<Timestamp>,
}

/// Writes what came of an attempt; does not return before it is written or pointless.
pub(super) async fn report(
    out: &Outbound,
    batch: &Batch,
    ready: Option<&Ready>,
    done: Vec<Done>,
    started: Instant,
) {
    let now = out.clock.now();
    let told: Vec<Told> = done.iter().map(|done| told(done, now)).collect();
    for (done, told) in done.iter().zip(&told) {
        note(done, told, started);
    }
    let mut with_notices = true;
    loop {
        let notices = match ready {
            Some(ready) if with_notices => notices(out, ready, &done, &told, now),
            _ => Vec::new(),
        };
        let written = QueueReport {
            reports: reports(batch, &done, &told, with_notices, now),
            tenant: batch.tenant,
            now,
            notices,
        };
        match out.desk.store.report(written).await {
            Ok(outcomes) => return note_outcomes(batch, &done, &outcomes),
            Err(StoreFailure::Stopped(why)) => {
                return tracing::error!(mail = %batch.mail, why, "what came of an attempt could not be written");
            }
            Err(failure) => {
                tracing::error!(mail = %batch.mail, error = &failure as &dyn std::error::Error,
                    "what came of an attempt could not be written; once more");
                // A notice that the store does not take must not keep the report of a sent mail.
                with_notices = with_notices && failure.is_temporary();
            }
        }
        // What was sent and is not written would be sent again: there is nothing better to do than to go on.
        sleep(STORE_REST).await;
    }
}

fn told(done: &Done, now: Timestamp) -> Told {
    let reply = done.reply.to_string();
    let entry = &done.entry;
    let wanted = notify(entry).unwrap_or(Notify::DEFAULT);
    let plain = |attempt, action| Told {
        attempt,
        action,
        retry_until: None,
    };
    match done.outcome {
        Outcome::Sent => {
            // RFC 3461 §5.2.3: a server that reports no further; the sender who asked hears "relayed" from us.
            let relayed = wanted.success && !done.dsn_passed_on;
            let action = relayed.then_some(Action::Relayed);
            plain(Attempt::Sent { reply, relayed }, action)
        }
        Outcome::Permanent => {
            let action = wanted.failure.then_some(Action::Failed);
            plain(Attempt::Failed { reply }, action)
        }
        Outcome::Temporary => match Waiting::from(entry).next_at(now, random()) {
            None => {
                let action = wanted.failure.then_some(Action::Failed);
                plain(Attempt::Expired { reply }, action)
            }
            Some(next_at) => {
                let next_at = done.not_before.map_or(next_at, |until| next_at.max(until));
                let tells = wanted.delay
                    && entry.reverse_path.is_some()
                    && !entry.delay_noticed
                    && now >= Waiting::from(entry).notice_at();
                Told {
                    attempt: Attempt::Deferred {
                        reply,
                        next_at: next_at.min(entry.expires_at.max(now)),
                        delay_noticed: tells,
                    },
                    action: tells.then_some(Action::Delayed),
                    retry_until: Some(entry.expires_at),
                }
            }
        },
    }
}

fn reports(
    batch: &Batch,
    done: &[Done],
    told: &[Told],
    with_notices: bool,
    now: Timestamp,
) -> Vec<AttemptReport> {
    done.iter()
        .zip(told)
        .map(|(done, told)| AttemptReport {
            id: done.entry.id,
            lease: batch.lease(&done.entry),
            remote: done.remote.clone(),
            attempt: match &told.attempt {
                // No bounce without its notice: it waits until the notice can be written.
                Attempt::Failed { reply } | Attempt::Expired { reply }
                    if !with_notices && told.action.is_some() =>
                {
                    put_off(reply, &done.entry, now)
                }
                Attempt::Deferred { reply, .. } if !with_notices => {
                    put_off(reply, &done.entry, now)
                }
                attempt => attempt.clone(),
            },
        })
        .collect()
}

fn put_off(reply: &str, entry: &QueueEntry, now: Timestamp) -> Attempt {
    let later = Waiting {
        expires_at: Timestamp::MAX,
        ..Waiting::from(entry)
    };
    Attempt::Deferred {
        reply: reply.to_owned(),
        next_at: later.next_at(now, random()).unwrap_or(now),
        delay_noticed: false,
    }
}

/// One report for each kind of news: what failed, what is late, what was handed on.
fn notices(
    out: &Outbound,
    ready: &Ready,
    done: &[Done],
    told: &[Told],
    now: Timestamp,
) -> Vec<NewMail> {
    [Action::Failed, Action::Delayed, Action::Relayed]
        .into_iter()
        .filter_map(|action| {
            let recipients: Vec<RecipientReport> = done
                .iter()
                .zip(told)
                .filter(|(_, told)| told.action == Some(action))
                .filter_map(|(done, told)| recipient(done, told, action, now))
                .collect();
            notice::delivery_report(
                &out.desk,
                ready.mail.as_ref(),
                &recipients,
                &ready.content,
                now,
            )
        })
        .collect()
}

fn recipient(done: &Done, told: &Told, action: Action, now: Timestamp) -> Option<RecipientReport> {
    let expired = matches!(told.attempt, Attempt::Expired { .. });
    Some(RecipientReport {
        original: original(&done.entry),
        address: Address::parse(&done.entry.address).ok()?,
        action,
        // RFC 3463 §3.5, X.4.7: delivery time expired.
        status: if expired {
            EnhancedStatus::new(5, 4, 7)
        } else {
            done.reply.status()
        },
        remote_mta: host_of(&done.remote),
        diagnostic: Some(done.reply.to_string()),
        last_attempt: Some(now),
        retry_until: told.retry_until,
    })
}

/// `mx.example.jp` of `mx.example.jp [192.0.2.1]`.
fn host_of(remote: &str) -> Option<String> {
    let host = remote.split(' ').next()?;
    (!host.is_empty()).then(|| host.to_owned())
}

/// One line and one count for each recipient of an attempt.
fn note(done: &Done, told: &Told, started: Instant) {
    let (outcome, next_at) = match &told.attempt {
        Attempt::Sent { .. } => ("sent", None),
        Attempt::Deferred { next_at, .. } => ("deferred", Some(*next_at)),
        Attempt::Failed { .. } => ("failed", None),
        Attempt::Expired { .. } => ("expired", None),
        Attempt::NotTried => ("not_tried", None),
    };
    metrics::counter!("sekisho_delivery_attempts_total", "outcome" => outcome).increment(1);
    let entry = &done.entry;
    tracing::info!(
        mail = %entry.id.mail,
        to = entry.address,
        destination = entry.destination,
        remote = done.remote,
        attempt = u64::from(entry.attempts) + 1,
        outcome,
        reply = %done.reply,
        next_at = next_at.map(tracing::field::display),
        took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "delivery"
    );
}

/// A lease that was lost means that another attempt may have sent the mail too.
fn note_outcomes(batch: &Batch, done: &[Done], outcomes: &[EntryOutcome]) {
    for (done, outcome) in done.iter().zip(outcomes) {
        match outcome {
            EntryOutcome::Written(_) => {}
            EntryOutcome::Already(state) => {
                tracing::warn!(mail = %batch.mail, to = done.entry.address, %state,
                    "an attempt came to an end twice; the recipient may have the mail twice");
            }
            EntryOutcome::LeaseLost | EntryOutcome::NotFound => {
                tracing::warn!(mail = %batch.mail, to = done.entry.address,
                    "the queue entry has passed to another worker or is gone");
            }
        }
    }
}

/// Puts a mail back without an attempt.
pub(super) async fn not_tried(out: &Outbound, batch: Batch) {
    let reports = batch
        .entries
        .iter()
        .map(|entry| AttemptReport {
            id: entry.id,
            lease: batch.lease(entry),
            remote: String::new(),
            attempt: Attempt::NotTried,
        })
        .collect();
    let written = QueueReport {
        reports,
        tenant: batch.tenant,
        now: out.clock.now(),
        notices: Vec::new(),
    };
    // If it fails, the lease runs out and the entries come due by themselves.
    if let Err(error) = out.desk.store.report(written).await {
        tracing::error!(mail = %batch.mail, %error, "a mail could not be put back; it waits for its lease to end");
    }
}

/// The delivery itself has stopped on this mail (a defect): it is put off like any other failure, and stops
/// no other.
pub(super) async fn stopped(out: &Outbound, batch: &Batch) {
    let why = ours(
        451,
        (4, 3, 0),
        "the delivery stopped on this mail; see the log",
    );
    let done = batch
        .entries
        .iter()
        .map(|entry| Done {
            entry: entry.clone(),
            outcome: Outcome::Temporary,
            reply: why.clone(),
            remote: String::new(),
            dsn_passed_on: false,
            not_before: None,
        })
        .collect();
    report(out, batch, None, done, Instant::now()).await;
}
