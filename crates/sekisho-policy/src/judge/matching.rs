//! Whether a rule is for a mail, and what it then wants.
//!
//! Where a fact is missing, a condition may hold and may not. Then the safe way is taken: a rule that
//! stops, delays or changes the mail is taken to match, its exception not to; a rule that only lets the
//! mail pass is taken not to match. What cannot be undone (refuse, discard) becomes a hold by the
//! administrators.

use sekisho_words::Words;

use super::evaluate::{self, Answer};
use super::tri::Tri;
use super::view::View;
use super::{edits, reasons};
use crate::predicate::{Predicate, RecipientsAre};
use crate::{Action, ApproverRule, Condition, Mode, Rule, Scope, Side};

/// A rule that holds for this mail.
pub(super) struct Match<'a> {
    pub(super) rule: &'a Rule,
    /// What it wants here.
    pub(super) action: Action,
    /// Taken to hold, because a fact is missing.
    pub(super) unsure: bool,
    /// What in this mail made it match.
    pub(super) why: Words,
    /// Places of the recipients whose copies it acts on; none: as its `applies_to` says.
    only: Option<Vec<usize>>,
}

impl Match<'_> {
    pub(super) fn acts_on(&self, place: usize, side: Side) -> bool {
        self.rule.applies_to.may_act_on(side)
            && self
                .only
                .as_ref()
                .is_none_or(|only| only.binary_search(&place).is_ok())
    }
}

pub(super) fn matches<'a>(rule: &'a Rule, view: &View<'a>) -> Option<Match<'a>> {
    if rule.mode == Mode::Off || !is_its_time(rule, view) {
        return None;
    }
    if !rule.directions.is_empty() && !rule.directions.contains(&view.facts.direction) {
        return None;
    }
    let (is_for, theirs) = evaluate::for_whom(&rule.scope, view.facts);
    if is_for == Tri::No {
        return None;
    }
    let Answer { holds, reasons } = evaluate::holds(&rule.when, view);
    let excepted = || {
        let unless = rule.unless.as_ref();
        unless.map_or(Tri::No, |unless| evaluate::holds(unless, view).holds)
    };
    let found = is_for.and(|| holds).and(|| excepted().not());
    let unsure = found == Tri::Maybe;
    if found == Tri::No || (unsure && only_lets_pass(rule)) {
        return None;
    }
    let only = narrowed(theirs, matching_recipients(rule, view));
    let action = effective(rule, unsure, only.as_deref(), view);
    Some(Match {
        rule,
        action,
        unsure,
        why: reasons::of_rule(&reasons, unsure, view),
        only,
    })
}

fn is_its_time(rule: &Rule, view: &View<'_>) -> bool {
    if rule.starts.is_none() && rule.ends.is_none() {
        return true;
    }
    let today = view.local().date();
    rule.starts.is_none_or(|starts| starts <= today) && rule.ends.is_none_or(|ends| today <= ends)
}

fn only_lets_pass(rule: &Rule) -> bool {
    matches!(rule.then.action, Action::Deliver) && (rule.then.edits.is_empty() || rule.stop)
}

/// What the rule wants of this mail: nothing that could not be undone, where it is not sure.
fn effective(rule: &Rule, unsure: bool, only: Option<&[usize]>, view: &View<'_>) -> Action {
    let wanted = if edits::must_refuse(rule, view) {
        Action::Refuse { reply: None }
    } else {
        rule.then.action.clone()
    };
    match wanted {
        Action::Refuse { .. } | Action::Discard if unsure => Action::Hold {
            approver: ApproverRule::Administrators,
            deadline_hours: crate::text::DEADLINE_HOURS_DEFAULT,
            deputy_hours: crate::text::DEPUTY_HOURS_DEFAULT,
        },
        // One mail gets one reply after DATA (RFC 5321 §4.2.5): it cannot be refused for some only.
        Action::Refuse { .. }
            if only.is_some_and(|only| only.len() < view.facts.recipients.len()) =>
        {
            Action::Quarantine
        }
        wanted => wanted,
    }
}

/// For `applies_to = "matching"`: the recipients whom the conditions are about.
fn matching_recipients(rule: &Rule, view: &View<'_>) -> Option<Vec<usize>> {
    if rule.applies_to != Scope::Matching {
        return None;
    }
    let mut asked: Vec<&RecipientsAre> = Vec::new();
    about(&rule.when, &mut asked);
    if asked.is_empty() {
        return None;
    }
    let is_such = |recipient: &crate::Recipient| {
        asked
            .iter()
            .any(|are| evaluate::is_such(are, recipient, view) != Tri::No)
    };
    let all = view.facts.recipients.iter().enumerate();
    let such = all.filter(|(_, recipient)| is_such(recipient));
    Some(such.map(|(place, _)| place).collect())
}

/// The questions about recipients that must hold, not those under `not`.
fn about<'r>(condition: &'r Condition, asked: &mut Vec<&'r RecipientsAre>) {
    match condition {
        Condition::All(members) | Condition::Any(members) => {
            members.iter().for_each(|member| about(member, asked));
        }
        Condition::Is(Predicate::Recipients(are)) => asked.push(are),
        _ => {}
    }
}

fn narrowed(a: Option<Vec<usize>>, b: Option<Vec<usize>>) -> Option<Vec<usize>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.into_iter().filter(|place| b.contains(place)).collect()),
        (a, b) => a.or(b),
    }
}
