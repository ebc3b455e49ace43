//! Holds: one for a mail, decided once, for all its held recipients together.

use jiff::Timestamp;
use rusqlite::params;

use super::accept::{accept_all, take_contents};
use super::onward::{advance, mail_part, onward, recipients, settle, step, to_step};
use super::steps::json;
use super::{audit, steps};
use crate::at::{At, at};
use crate::changes::Change;
use crate::failure::StoreFailure;
use crate::hold::{AtDeadline, Decide, HoldDeadline, HoldDecision, HoldState, Moved, NewHold};
use crate::ids::{HoldId, MailId, Tenant};
use crate::limits::COMMENT_BYTES_MAX;
use crate::mail::{NewMail, RecipientState};
use crate::pending::Pending;
use crate::store::Store;
use crate::text::cut;
use crate::trace::Step;
use crate::writer::Tx;

impl Store {
    /// Ends a hold, for all its held recipients as one. A second decision fails with `Decided`.
    pub fn decide(&self, mut decide: Decide) -> Pending<Moved> {
        let contents = take_contents(&mut decide.notices);
        Pending::new(self.door(), contents, move |tx, contents| {
            let moved = carry_out(tx, &decide)?;
            accept_all(tx, &decide.notices, contents)?;
            Ok(moved)
        })
    }

    /// Notes that the approver was reminded; the notices go out in the same transaction.
    pub fn hold_reminded(
        &self,
        tenant: Tenant,
        hold: HoldId,
        now: Timestamp,
        notices: Vec<NewMail>,
    ) -> Pending<()> {
        let sql = "UPDATE hold SET remind_at = NULL
            WHERE id = ?1 AND tenant = ?2 AND state = 1 AND remind_at <= ?3 RETURNING mail";
        self.mark_hold(sql, "store-step-reminded", tenant, hold, now, notices)
    }

    /// Notes that the deputy was asked; the notices go out in the same transaction.
    pub fn hold_deputised(
        &self,
        tenant: Tenant,
        hold: HoldId,
        now: Timestamp,
        notices: Vec<NewMail>,
    ) -> Pending<()> {
        let sql = "UPDATE hold SET deputised = 1
            WHERE id = ?1 AND tenant = ?2 AND state = 1 AND deputised = 0 AND deputy_from <= ?3 RETURNING mail";
        self.mark_hold(sql, "store-step-deputised", tenant, hold, now, notices)
    }

    /// Moves the deadline of an open hold. The approver is reminded at half of the time that is left.
    pub fn move_hold_deadline(&self, change: HoldDeadline) -> Pending<()> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let HoldDeadline {
                hold,
                tenant,
                deadline,
                actor,
                now,
            } = &change;
            let mail = open_hold(tx, *tenant, *hold)?.mail;
            let half = now.duration_until(*deadline) / 2;
            let remind_at = now.checked_add(half).unwrap_or(*deadline);
            let sql = "UPDATE hold SET deadline = ?2, remind_at = ?3 WHERE id = ?1 AND state = 1";
            tx.run(sql, params![hold, At(*deadline), At(remind_at)])?;
            let step = Step::new(*now, "store-step-hold-deadline")
                .arg("by", actor.to_string())
                .arg("until", deadline.to_string());
            steps::add(tx, mail, &step)?;
            let detail = json(&serde_json::json!({ "hold": hold, "deadline": deadline }));
            let subject = mail.to_string();
            audit::write(tx, *tenant, *now, actor, "hold.deadline", &subject, &detail)?;
            tx.changes.push(Change::Hold {
                tenant: *tenant,
                hold: *hold,
            });
            Ok(())
        })
    }

    fn mark_hold(
        &self,
        sql: &'static str,
        key: &'static str,
        tenant: Tenant,
        hold: HoldId,
        now: Timestamp,
        mut notices: Vec<NewMail>,
    ) -> Pending<()> {
        let contents = take_contents(&mut notices);
        Pending::new(self.door(), contents, move |tx, contents| {
            let mail = tx.one(sql, params![hold, tenant, At(now)], |row| {
                row.get::<_, MailId>(0)
            })?;
            let mail = mail.ok_or(StoreFailure::NotFound("hold on which this is due"))?;
            steps::add(tx, mail, &Step::new(now, key))?;
            let action = key.replace("store-step-", "hold.");
            let actor = crate::audit::Actor::System("scheduler");
            audit::write(tx, tenant, now, &actor, &action, &mail.to_string(), "{}")?;
            tx.changes.push(Change::Hold { tenant, hold });
            accept_all(tx, &notices, contents)
        })
    }
}

/// Writes the hold of a new mail.
pub(crate) fn put(tx: &mut Tx<'_>, mail: &NewMail, new: &NewHold) -> Result<(), StoreFailure> {
    let sql = "INSERT INTO hold (mail, tenant, approver, deputy, deputy_from, remind_at, deadline, at_deadline,
            token_hash, reason, created_at, state)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let (deputy_from, remind_at, deadline) =
        (at(new.deputy_from), at(new.remind_at), At(new.deadline));
    let (id, tenant, now, state) = (mail.id, mail.tenant, At(mail.now), HoldState::Open);
    let (approver, deputy, reason) = (new.approver, new.deputy, &new.reason_json);
    tx.run(
        sql,
        params![
            id,
            tenant,
            approver,
            deputy,
            deputy_from,
            remind_at,
            deadline,
            new.at_deadline,
            new.token_hash,
            reason,
            now,
            state,
        ],
    )?;
    let hold = HoldId(tx.db.last_insert_rowid());
    tx.changes.push(Change::Hold { tenant, hold });
    Ok(())
}

/// What is needed of a hold to decide it.
struct Open {
    mail: MailId,
    deadline: Timestamp,
    at_deadline: AtDeadline,
}

fn open_hold(tx: &Tx<'_>, tenant: Tenant, hold: HoldId) -> Result<Open, StoreFailure> {
    let sql = "SELECT state, mail, deadline, at_deadline, decided_by FROM hold WHERE id = ?1 AND tenant = ?2";
    let read = |row: &rusqlite::Row<'_>| {
        let state: HoldState = row.get(0)?;
        let open = Open {
            mail: row.get(1)?,
            deadline: row.get::<_, At>(2)?.0,
            at_deadline: row.get(3)?,
        };
        Ok((state, open, row.get::<_, Option<String>>(4)?))
    };
    let found = tx.one(sql, params![hold, tenant], read)?;
    match found.ok_or(StoreFailure::NotFound("hold"))? {
        (HoldState::Open, open, _) => Ok(open),
        (state, _, by) => {
            let by = by.unwrap_or_default();
            Err(StoreFailure::Decided(
                format!("{state:?} by {by}").to_lowercase(),
            ))
        }
    }
}

fn carry_out(tx: &mut Tx<'_>, decide: &Decide) -> Result<Moved, StoreFailure> {
    let open = open_hold(tx, decide.tenant, decide.hold)?;
    let release = match decide.decision {
        HoldDecision::Release => true,
        HoldDecision::Refuse | HoldDecision::Cancel => false,
        HoldDecision::Expire if decide.now < open.deadline => {
            return Err(StoreFailure::Invalid("the deadline has not passed"));
        }
        HoldDecision::Expire => open.at_deadline == AtDeadline::Release,
    };
    let (state, refused_to) = match decide.decision {
        HoldDecision::Release => (HoldState::Released, RecipientState::Returned),
        HoldDecision::Refuse => (HoldState::Refused, RecipientState::Returned),
        HoldDecision::Expire => (HoldState::Expired, RecipientState::Returned),
        HoldDecision::Cancel => (HoldState::Cancelled, RecipientState::Cancelled),
    };
    close(tx, decide, state)?;
    let moved = move_held(tx, decide, open.mail, (!release).then_some(refused_to))?;
    write_audit(tx, decide, &moved)?;
    Ok(moved)
}

/// Closes the hold's row.
fn close(tx: &mut Tx<'_>, decide: &Decide, state: HoldState) -> Result<(), StoreFailure> {
    let comment = decide
        .comment
        .as_deref()
        .map(|comment| cut(comment, COMMENT_BYTES_MAX));
    let sql = "UPDATE hold SET state = ?2, decided_by = ?3, decided_at = ?4, comment = ?5, remind_at = NULL
        WHERE id = ?1 AND state = 1";
    let by = decide.actor.to_string();
    if tx.run(
        sql,
        params![decide.hold, state, by, At(decide.now), comment],
    )? != 1
    {
        return Err(StoreFailure::Decided(String::new()));
    }
    tx.changes.push(Change::Hold {
        tenant: decide.tenant,
        hold: decide.hold,
    });
    Ok(())
}

/// Moves every held recipient: onward, or to `refused_to`.
fn move_held(
    tx: &mut Tx<'_>,
    decide: &Decide,
    mail: MailId,
    refused_to: Option<RecipientState>,
) -> Result<Moved, StoreFailure> {
    let part = mail_part(tx, decide.tenant, mail)?;
    let step_decided = Step::new(
        decide.now,
        format!("store-step-hold-{}", word(&decide.decision)),
    )
    .arg("by", decide.actor.to_string())
    .arg("comment", decide.comment.clone().unwrap_or_default());
    steps::add(tx, mail, &step_decided)?;
    let mut moved = Moved {
        mail,
        recipients: Vec::new(),
    };
    for recipient in recipients(tx, mail)? {
        if recipient.state != RecipientState::Held {
            continue;
        }
        let state = match refused_to {
            None => onward(tx, &part, &recipient, decide.now)?,
            Some(to) => {
                advance(
                    tx,
                    recipient.id,
                    RecipientState::Held,
                    to,
                    decide.now,
                    decide.comment.as_deref(),
                )?;
                step(tx, &recipient, to_step(to), decide.now)?;
                to
            }
        };
        moved.recipients.push((recipient.id, state));
    }
    settle(tx, &part)?;
    Ok(moved)
}

fn word(decision: &HoldDecision) -> &'static str {
    match decision {
        HoldDecision::Release => "released",
        HoldDecision::Refuse => "refused",
        HoldDecision::Expire => "expired",
        HoldDecision::Cancel => "cancelled",
    }
}

fn write_audit(tx: &mut Tx<'_>, decide: &Decide, moved: &Moved) -> Result<(), StoreFailure> {
    let action = format!("hold.{}", word(&decide.decision));
    let detail = json(&serde_json::json!({
        "hold": decide.hold, "comment": decide.comment, "recipients": moved.recipients.len(),
    }));
    let subject = moved.mail.to_string();
    audit::write(
        tx,
        decide.tenant,
        decide.now,
        &decide.actor,
        &action,
        &subject,
        &detail,
    )
}
