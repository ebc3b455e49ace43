//! Delay and cancel. One writer makes them exclude each other: what was cancelled has no row left to be sent by,
//! and what was claimed cannot be cancelled.

use jiff::Timestamp;
use rusqlite::params;

use super::accept::{accept_all, take_contents};
use super::audit;
use super::onward::{
    Waiting, advance, mail_part, onward, recipient, recipients, settle, step, to_step,
};
use super::steps::json;
use crate::at::At;
use crate::audit::Actor;
use crate::changes::Change;
use crate::failure::StoreFailure;
use crate::hold::{Cancel, Cancelled, Moved};
use crate::ids::{HoldId, RecipientId, Tenant};
use crate::limits::ROWS_MAX;
use crate::mail::RecipientState;
use crate::pending::Pending;
use crate::store::Store;
use crate::writer::Tx;

impl Store {
    /// Sends delayed mails onward whose time has come, at most `max` recipients.
    pub fn release_delayed(&self, now: Timestamp, max: usize) -> Pending<Vec<Moved>> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let sql = "SELECT mail, nr, tenant FROM delay WHERE until_at <= ?1 ORDER BY until_at, mail, nr LIMIT ?2";
            let max = i64::try_from(max.min(ROWS_MAX)).unwrap_or(i64::MAX);
            let due = tx.all(sql, params![At(now), max], |row| {
                Ok((
                    RecipientId {
                        mail: row.get(0)?,
                        nr: row.get(1)?,
                    },
                    row.get::<_, Tenant>(2)?,
                ))
            })?;
            let mut moved: Vec<Moved> = Vec::new();
            for (id, tenant) in due {
                let state = release(tx, tenant, id, now)?;
                match moved.last_mut() {
                    Some(last) if last.mail == id.mail => last.recipients.push((id, state)),
                    _ => moved.push(Moved {
                        mail: id.mail,
                        recipients: vec![(id, state)],
                    }),
                }
            }
            Ok(moved)
        })
    }

    /// The sender takes a mail back: held and delayed recipients, and queued ones not being sent, stop.
    /// Excludes a claim of the same entry. Fails with `NotFound` for no such mail.
    pub fn cancel(&self, mut cancel: Cancel) -> Pending<Cancelled> {
        let contents = take_contents(&mut cancel.notices);
        Pending::new(self.door(), contents, move |tx, contents| {
            let cancelled = carry_out(tx, &cancel)?;
            if !cancelled.stopped.is_empty() {
                accept_all(tx, &cancel.notices, contents)?;
            }
            Ok(cancelled)
        })
    }
}

fn release(
    tx: &mut Tx<'_>,
    tenant: Tenant,
    id: RecipientId,
    now: Timestamp,
) -> Result<RecipientState, StoreFailure> {
    let part = mail_part(tx, tenant, id.mail)?;
    let waiting = recipient(tx, tenant, id)?;
    tx.run(
        "DELETE FROM delay WHERE mail = ?1 AND nr = ?2",
        params![id.mail, id.nr],
    )?;
    let state = onward(tx, &part, &waiting, now)?;
    settle(tx, &part)?;
    let detail = json(&serde_json::json!({ "recipient": id.nr, "state": state }));
    let actor = Actor::System("scheduler");
    audit::write(
        tx,
        tenant,
        now,
        &actor,
        "delay.released",
        &id.mail.to_string(),
        &detail,
    )?;
    Ok(state)
}

fn carry_out(tx: &mut Tx<'_>, cancel: &Cancel) -> Result<Cancelled, StoreFailure> {
    let part = mail_part(tx, cancel.tenant, cancel.mail)?;
    let mut cancelled = Cancelled {
        stopped: Vec::new(),
        gone: Vec::new(),
    };
    let mut held = false;
    for waiting in recipients(tx, cancel.mail)? {
        if take_out(tx, &waiting)? {
            held |= waiting.state == RecipientState::Held;
            stop(tx, &waiting, cancel.now)?;
            cancelled.stopped.push(waiting.id);
        } else {
            cancelled.gone.push((waiting.id, waiting.state));
        }
    }
    if held {
        close_hold(tx, cancel)?;
    }
    if !cancelled.stopped.is_empty() {
        settle(tx, &part)?;
        let detail = json(&serde_json::json!({
            "stopped": cancelled.stopped.len(), "gone": cancelled.gone.len(),
        }));
        let subject = cancel.mail.to_string();
        audit::write(
            tx,
            cancel.tenant,
            cancel.now,
            &cancel.actor,
            "mail.cancelled",
            &subject,
            &detail,
        )?;
    }
    Ok(cancelled)
}

/// Takes the recipient out of what would send it. `false`: too late.
fn take_out(tx: &Tx<'_>, waiting: &Waiting) -> Result<bool, StoreFailure> {
    let id = params![waiting.id.mail, waiting.id.nr];
    match waiting.state {
        RecipientState::Held => Ok(true),
        RecipientState::Delayed => {
            Ok(tx.run("DELETE FROM delay WHERE mail = ?1 AND nr = ?2", id)? == 1)
        }
        // A lease that ran out may still have its worker: only the next claim or report makes it free.
        RecipientState::Queued => {
            let sql = "DELETE FROM queue WHERE mail = ?1 AND nr = ?2 AND lease IS NULL";
            Ok(tx.run(sql, id)? == 1)
        }
        _ => Ok(false),
    }
}

fn stop(tx: &Tx<'_>, waiting: &Waiting, now: Timestamp) -> Result<(), StoreFailure> {
    let to = RecipientState::Cancelled;
    advance(tx, waiting.id, waiting.state, to, now, None)?;
    step(tx, waiting, to_step(to), now)
}

fn close_hold(tx: &mut Tx<'_>, cancel: &Cancel) -> Result<(), StoreFailure> {
    let sql = "UPDATE hold SET state = 5, decided_by = ?2, decided_at = ?3, remind_at = NULL
        WHERE mail = ?1 AND state = 1 RETURNING id";
    let by = cancel.actor.to_string();
    let params = params![cancel.mail, by, At(cancel.now)];
    if let Some(hold) = tx.one(sql, params, |row| row.get::<_, HoldId>(0))? {
        tx.changes.push(Change::Hold {
            tenant: cancel.tenant,
            hold,
        });
    }
    Ok(())
}
