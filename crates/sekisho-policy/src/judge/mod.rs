//! Facts and a policy to a verdict.
//!
//! 1. Findings that follow from the facts are added to those of the inspectors ([`derive`]).
//! 2. Every rule is asked in order ([`evaluate`]); one with `stop` ends it.
//! 3. For each recipient the gravest action of the rules that act on their copy wins
//!    ([`ActionKind`](crate::ActionKind) says what is graver): refuse, quarantine, hold, discard,
//!    delay, junk, deliver. Between equals the longer delay, else the earlier rule.
//! 4. Each distinct outcome becomes one disposition with its words ([`decide`], [`why`], [`reasons`]).

mod decide;
mod derive;
mod evaluate;
mod reasons;
mod why;

use evaluate::{Reason, View};
use sekisho_words::Words;

use crate::{Facts, MatchedRule, Mode, Policy, Rule, Scope, Share, Side, Verdict};

pub(crate) use derive::finding_key;

/// A rule that holds for this mail.
pub(super) struct Match<'a> {
    rule: &'a Rule,
    /// What in this mail made it match.
    why: Words,
}

/// Judges a mail.
///
/// Pure: the same facts and policy give the same verdict, today and in a year. Cost is bounded by
/// rules × (recipients + parts + findings); a mail that nothing is found in costs some microseconds.
pub fn judge(facts: &Facts, policy: &Policy) -> Verdict {
    let findings = derive::findings(facts);
    let view = View {
        facts,
        findings: &findings,
    };
    let mut matched = Vec::new();
    let mut acting = Vec::new();
    for rule in policy.rules() {
        let Some(reasons) = matches(rule, &view) else {
            continue;
        };
        let stop = rule.stop && rule.mode == Mode::Enforce;
        let found = Match {
            rule,
            why: reasons::of_rule(&reasons, &view),
        };
        matched.push(told(&found));
        if rule.mode == Mode::Enforce {
            acting.push(found);
        }
        if stop {
            break;
        }
    }
    let shares = shares(&acting, &view);
    let gravest = shares
        .iter()
        .map(|share| &share.disposition)
        .reduce(|a, b| if b.gravity() > a.gravity() { b } else { a });
    let disposition = match gravest {
        Some(disposition) => disposition.clone(),
        None => decide::disposition(&acting.iter().collect::<Vec<_>>(), &view),
    };
    Verdict {
        matched,
        disposition,
        shares,
        findings,
    }
}

fn matches<'a>(rule: &'a Rule, view: &View<'a>) -> Option<Vec<Reason<'a>>> {
    if rule.mode == Mode::Off {
        return None;
    }
    if !rule.directions.is_empty() && !rule.directions.contains(&view.facts.direction) {
        return None;
    }
    let reasons = evaluate::holds(&rule.when, view)?;
    let excepted = rule
        .unless
        .as_ref()
        .is_some_and(|unless| evaluate::holds(unless, view).is_some());
    (!excepted).then_some(reasons)
}

fn told(found: &Match<'_>) -> MatchedRule {
    MatchedRule {
        rule: found.rule.name.clone(),
        mode: found.rule.mode,
        action: found.rule.then.action.kind().word().to_owned(),
        applies_to: found.rule.applies_to,
        why: found.why.clone(),
    }
}

/// Groups the recipients by the rules that act on their copies.
fn shares(acting: &[Match<'_>], view: &View<'_>) -> Vec<Share> {
    let mut shares: Vec<Share> = Vec::new();
    for side in [Side::Internal, Side::External] {
        let on_side = |(_, recipient): &(usize, &crate::Recipient)| recipient.side == side;
        let recipients: Vec<usize> = view
            .facts
            .recipients
            .iter()
            .enumerate()
            .filter(on_side)
            .map(|(index, _)| index)
            .collect();
        if recipients.is_empty() {
            continue;
        }
        let theirs: Vec<&Match<'_>> = acting
            .iter()
            .filter(|found| acts_on(found.rule.applies_to, side))
            .collect();
        let disposition = decide::disposition(&theirs, view);
        match shares
            .iter_mut()
            .find(|share| share.disposition == disposition)
        {
            Some(share) => share.recipients.extend(recipients),
            None => shares.push(Share {
                recipients,
                disposition,
            }),
        }
    }
    for share in &mut shares {
        share.recipients.sort_unstable();
    }
    shares.sort_by_key(|share| share.recipients.first().copied());
    shares
}

fn acts_on(scope: Scope, side: Side) -> bool {
    match scope {
        Scope::All => true,
        Scope::External => side == Side::External,
        Scope::Internal => side == Side::Internal,
    }
}
