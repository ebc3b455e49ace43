//! One disposition out of the rules that act on a copy.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};
use sekisho_address::Address;

use super::matching::Match;
use super::view::View;
use super::{edits, why};
use crate::{
    Action, ActionKind, Approver, ApproverRule, Delay, Disposition, Facts, Hold, Person, ReplyText,
};

impl Disposition {
    /// For comparing: the action, then the time.
    pub(super) fn gravity(&self) -> (ActionKind, u32) {
        (self.action, self.delay.map_or(0, |delay| delay.seconds))
    }
}

fn gravity(action: &Action) -> (ActionKind, u32) {
    let seconds = if let Action::Delay { seconds } = action {
        *seconds
    } else {
        0
    };
    (action.kind(), seconds)
}

/// The gravest of these rules decides; all of them may edit.
pub(super) fn disposition(
    acting: &[&Match<'_>],
    recipients: &[usize],
    view: &View<'_>,
) -> Disposition {
    let gravest = acting
        .iter()
        .enumerate()
        .max_by_key(|(n, found)| (gravity(&found.action), Reverse(*n)));
    let Some((_, found)) = gravest else {
        return why::no_rule(view);
    };
    let facts = view.facts;
    let mut disposition = Disposition {
        action: found.action.kind(),
        rule: found.rule.name.clone(),
        edits: edits::of(acting, recipients, view),
        why: sekisho_words::Words::default(),
        hold: None,
        delay: None,
        reply: None,
    };
    match &found.action {
        Action::Hold {
            approver,
            deadline_hours,
            deputy_hours,
        } => {
            disposition.hold = Some(hold(facts, approver, *deadline_hours, *deputy_hours));
        }
        Action::Delay { seconds } => {
            let until = later(facts.now, SignedDuration::from_secs((*seconds).into()));
            disposition.delay = Some(Delay {
                seconds: *seconds,
                until,
            });
        }
        Action::Refuse { reply } => {
            disposition.reply = Some(reply.clone().unwrap_or_else(|| refusal(found)));
        }
        Action::Deliver | Action::Junk | Action::Discard | Action::Quarantine => {}
    }
    disposition.why = why::sentence(found, &disposition, view);
    disposition
}

fn refusal(found: &Match<'_>) -> ReplyText {
    // RFC 3463 §3.8: X.7.1, delivery not authorized, message refused.
    ReplyText {
        code: 550,
        enhanced: "5.7.1".to_owned(),
        text: why::on_the_wire(found),
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn hold(facts: &Facts, rule: &ApproverRule, deadline_hours: u32, deputy_hours: u32) -> Hold {
    let approver = approver(facts, rule);
    let hours = |hours: u32| later(facts.now, SignedDuration::from_hours(hours.into()));
    let has_deputy = matches!(
        &approver,
        Approver::Manager {
            deputy: Some(_),
            ..
        }
    );
    Hold {
        approver,
        remind_at: later(
            facts.now,
            SignedDuration::from_mins(i64::from(deadline_hours) * 30),
        ),
        deputy_at: has_deputy.then(|| hours(deputy_hours.min(deadline_hours))),
        deadline: hours(deadline_hours),
    }
}

/// Who decides. Never the sender, and never nobody: then it is the administrators.
fn approver(facts: &Facts, rule: &ApproverRule) -> Approver {
    let sender = facts.sender.address.as_ref().map(Address::key);
    let may_decide = |person: &&Person| Some(person.address.key()) != sender;
    match rule {
        ApproverRule::Administrators => Approver::Administrators,
        ApproverRule::Named(people) => {
            let person = |address: &Address| Person {
                address: address.clone(),
                name: None,
            };
            let people: Vec<Person> = people
                .iter()
                .map(person)
                .filter(|person| may_decide(&person))
                .collect();
            if people.is_empty() {
                Approver::Administrators
            } else {
                Approver::Named { people }
            }
        }
        ApproverRule::Manager => {
            let manager = facts.sender.manager.as_ref().filter(may_decide);
            let deputy = facts.sender.deputy.as_ref().filter(may_decide);
            match manager {
                Some(person) => {
                    let deputy =
                        deputy.filter(|deputy| deputy.address.key() != person.address.key());
                    Approver::Manager {
                        person: person.clone(),
                        deputy: deputy.cloned(),
                    }
                }
                None => Approver::Administrators,
            }
        }
    }
}
