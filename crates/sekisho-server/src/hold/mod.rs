//! The scheduler of mail that waits: delayed mail whose time has come leaves, approvers are reminded, deputies
//! asked, and what nobody decides ends at its deadline (P6: none ends silently).
//!
//! It keeps no plan of its own. Each round asks the store what is due at this moment, so a clock that jumps, a
//! restart or a mail that came in between changes nothing; it sleeps at most a minute.

pub mod told;

use std::time::Duration;

use jiff::Timestamp;
use sekisho_command::notice::{self, Asking};
use sekisho_command::{CommandFailure, Desk};
use sekisho_store::{AccountId, Change, HoldDue, HoldRow, NewMail, StoreFailure};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use crate::clock::Clock;
use crate::limits::{HOLD_PASSES_MAX, HOLDS_AT_ONCE, SLEEP_MAX, SLEEP_MIN, STORE_REST};

/// Goes round for ever.
pub async fn watch(desk: Desk, clock: Clock) {
    let mut changes = desk.store.changes();
    loop {
        let rest = match go_round(&desk, clock.now()).await {
            Ok(round) if round.failed => SLEEP_MAX,
            Ok(round) => rest_until(round.next, clock.now()),
            Err(failure) => {
                tracing::error!(
                    error = &failure as &dyn std::error::Error,
                    "waiting mail cannot be read"
                );
                STORE_REST
            }
        };
        let until = Instant::now() + rest;
        loop {
            tokio::select! {
                () = sleep_until(until) => break,
                change = changes.recv() => match change {
                    Ok(Change::Hold { .. } | Change::Delay { .. }) | Err(RecvError::Lagged(_)) => break,
                    Ok(_) => {}
                    Err(RecvError::Closed) => return,
                },
            }
        }
        // A burst of changes is one reason to look.
        while changes.try_recv().is_ok() {}
    }
}

/// What a round found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// When something is due next.
    pub next: Option<Timestamp>,
    /// Something that was due could not be done; it stays due.
    pub failed: bool,
}

/// Does everything that is due at `now`.
///
/// # Errors
/// The store cannot be read. What cannot be worked on is told in the log and stops nothing else.
pub async fn go_round(desk: &Desk, now: Timestamp) -> Result<Round, StoreFailure> {
    let mut failed = !release_delayed(desk, now).await;
    for _ in 0..HOLD_PASSES_MAX {
        let due = desk
            .store
            .read(move |reader| reader.holds_due(now, HOLDS_AT_ONCE))
            .await?;
        let done = due.is_empty();
        for (what, hold) in due {
            failed |= !work_on(desk, what, &hold, now).await;
        }
        // What fails stays due: going on would be going in a circle.
        if done || failed {
            break;
        }
    }
    let next = desk
        .store
        .read(|reader| Ok([reader.next_hold_due()?, reader.next_delay()?]))
        .await?;
    Ok(Round {
        next: next.into_iter().flatten().min(),
        failed,
    })
}

async fn release_delayed(desk: &Desk, now: Timestamp) -> bool {
    for _ in 0..HOLD_PASSES_MAX {
        match desk.store.release_delayed(now, HOLDS_AT_ONCE).await {
            Ok(moved) => {
                for moved in &moved {
                    tracing::info!(mail = %moved.mail, recipients = moved.recipients.len(), "delay over");
                }
                if moved.is_empty() {
                    break;
                }
            }
            Err(failure) => {
                tracing::error!(
                    error = &failure as &dyn std::error::Error,
                    "delayed mail cannot leave"
                );
                return false;
            }
        }
    }
    true
}

fn rest_until(next: Option<Timestamp>, now: Timestamp) -> Duration {
    next.map_or(SLEEP_MAX, |next| {
        Duration::try_from(next.duration_since(now)).unwrap_or_default()
    })
    .clamp(SLEEP_MIN, SLEEP_MAX)
}

async fn work_on(desk: &Desk, what: HoldDue, hold: &HoldRow, now: Timestamp) -> bool {
    let result = match what {
        HoldDue::Remind => remind(desk, hold, now).await,
        HoldDue::Deputise => ask_deputy(desk, hold, now).await,
        HoldDue::Deadline => expire(desk, hold, now).await,
    };
    let word = word(what);
    match result {
        Ok(()) => {
            metrics::counter!("sekisho_hold_events_total", "event" => word).increment(1);
            tracing::info!(mail = %hold.mail.id, event = word, "hold");
            true
        }
        Err(error) => {
            tracing::error!(mail = %hold.mail.id, event = word, %error, "a hold could not be worked on");
            false
        }
    }
}

fn word(what: HoldDue) -> &'static str {
    match what {
        HoldDue::Remind => "reminded",
        HoldDue::Deputise => "deputised",
        HoldDue::Deadline => "expired",
    }
}

async fn remind(desk: &Desk, hold: &HoldRow, now: Timestamp) -> Result<(), CommandFailure> {
    let letter = letter(desk, hold, Some(hold.approver), Asking::Reminder, now);
    let done = desk.store.hold_reminded(hold.tenant, hold.id, now, letter);
    or_done_before(done.await)
}

async fn ask_deputy(desk: &Desk, hold: &HoldRow, now: Timestamp) -> Result<(), CommandFailure> {
    let letter = letter(desk, hold, hold.deputy, Asking::Deputy, now);
    let done = desk.store.hold_deputised(hold.tenant, hold.id, now, letter);
    or_done_before(done.await)
}

async fn expire(desk: &Desk, hold: &HoldRow, now: Timestamp) -> Result<(), CommandFailure> {
    match desk.expire_hold(hold, now).await {
        // The approver was quicker.
        Ok(_) | Err(CommandFailure::State(_)) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Decided, reminded or asked in the meantime: nothing is left to do.
fn or_done_before(result: Result<(), StoreFailure>) -> Result<(), CommandFailure> {
    match result {
        Ok(()) | Err(StoreFailure::NotFound(_)) => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}

/// The letter; none when whom it goes to is gone. The deadline still ends the hold, and the sender hears of it.
fn letter(
    desk: &Desk,
    hold: &HoldRow,
    to: Option<AccountId>,
    asking: Asking,
    now: Timestamp,
) -> Vec<NewMail> {
    let snapshot = desk.directory.snapshot();
    let account = to
        .and_then(|id| snapshot.account(id))
        .filter(|account| account.tenant == hold.tenant);
    match account {
        Some(account) => vec![notice::ask_again(desk, hold, account, asking, now)],
        None => {
            tracing::warn!(mail = %hold.mail.id, "nobody is there to be asked about a held mail");
            Vec::new()
        }
    }
}
