//! Decisions on suspected mail.

use super::accept::{accept_all, take_contents};
use super::audit;
use super::onward::{advance, mail_part, onward, recipient, settle, step, to_step};
use super::steps::json;
use crate::failure::StoreFailure;
use crate::hold::{Moved, QuarantineDecision};
use crate::ids::RecipientId;
use crate::limits::ROWS_MAX;
use crate::mail::RecipientState;
use crate::pending::Pending;
use crate::store::Store;
use crate::writer::Tx;

impl Store {
    /// Releases or throws away quarantined recipients: all of them, or none.
    pub fn decide_quarantine(&self, mut decision: QuarantineDecision) -> Pending<Vec<Moved>> {
        let contents = take_contents(&mut decision.notices);
        Pending::new(self.door(), contents, move |tx, contents| {
            if decision.recipients.len() > ROWS_MAX {
                return Err(StoreFailure::Limit {
                    what: "recipients",
                    max: ROWS_MAX,
                });
            }
            let mut moved: Vec<Moved> = Vec::new();
            for id in &decision.recipients {
                let state = decide(tx, &decision, *id)?;
                match moved.last_mut() {
                    Some(last) if last.mail == id.mail => last.recipients.push((*id, state)),
                    _ => moved.push(Moved {
                        mail: id.mail,
                        recipients: vec![(*id, state)],
                    }),
                }
            }
            accept_all(tx, &decision.notices, contents)?;
            Ok(moved)
        })
    }
}

fn decide(
    tx: &mut Tx<'_>,
    decision: &QuarantineDecision,
    id: RecipientId,
) -> Result<RecipientState, StoreFailure> {
    let (tenant, now) = (decision.tenant, decision.now);
    let part = mail_part(tx, tenant, id.mail)?;
    let waiting = recipient(tx, tenant, id)?;
    if waiting.state != RecipientState::Quarantined {
        return Err(StoreFailure::State(waiting.state));
    }
    let state = if decision.release {
        onward(tx, &part, &waiting, now)?
    } else {
        let to = RecipientState::Discarded;
        advance(tx, id, waiting.state, to, now, None)?;
        step(tx, &waiting, to_step(to), now)?;
        to
    };
    settle(tx, &part)?;
    let action = if decision.release {
        "quarantine.released"
    } else {
        "quarantine.deleted"
    };
    let detail = json(&serde_json::json!({ "recipient": id.nr, "state": state }));
    audit::write(
        tx,
        tenant,
        now,
        &decision.actor,
        action,
        &id.mail.to_string(),
        &detail,
    )?;
    Ok(state)
}
