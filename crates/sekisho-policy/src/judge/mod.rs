//! Facts and a policy to a verdict.
//!
//! 1. Findings that follow from the facts are added to those of the inspectors ([`derive`]).
//! 2. Every rule is asked in order ([`evaluate`]); one with `stop` ends it. What a rule asks may not be
//!    known: then it is taken the safe way ([`matching`]).
//! 3. For each recipient the gravest action of the rules that act on their copy wins
//!    ([`ActionKind`](crate::ActionKind) says what is graver): refuse, quarantine, hold, discard,
//!    delay, junk, deliver. Between equals the longer delay, else the earlier rule.
//! 4. Each distinct outcome becomes one disposition with its edits and words ([`decide`], [`edits`],
//!    [`why`], [`reasons`]).

mod decide;
mod derive;
mod edits;
mod evaluate;
mod matching;
mod notify;
mod reasons;
mod tri;
mod view;
mod why;

use std::collections::BTreeMap;

use matching::Match;
use view::View;

use crate::{Facts, MatchedRule, Mode, Policy, Share, Verdict};

pub(crate) use derive::finding_key;

/// Judges a mail.
///
/// Pure: the same facts and policy give the same verdict, today and in a year. Cost is bounded by
/// rules × (recipients + parts + findings); a mail that nothing is found in costs some microseconds.
pub fn judge(facts: &Facts, policy: &Policy) -> Verdict {
    let findings = derive::findings(facts);
    let view = View::new(facts, &findings, policy);
    let mut matched = Vec::new();
    let mut acting = Vec::new();
    let mut notify = Vec::new();
    for rule in policy.rules() {
        let Some(found) = matching::matches(rule, &view) else {
            continue;
        };
        let stop = rule.stop && rule.mode == Mode::Enforce;
        matched.push(told(&found));
        notify.extend(notify::of(&found, &view));
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
        None => decide::disposition(&acting.iter().collect::<Vec<_>>(), &[], &view),
    };
    Verdict {
        matched,
        disposition,
        shares,
        notify,
        findings,
    }
}

fn told(found: &Match<'_>) -> MatchedRule {
    MatchedRule {
        rule: found.rule.name.clone(),
        mode: found.rule.mode,
        unsure: found.unsure,
        action: found.action.kind().word().to_owned(),
        applies_to: found.rule.applies_to,
        why: found.why.clone(),
    }
}

/// Groups the recipients by the rules that act on their copies.
fn shares(acting: &[Match<'_>], view: &View<'_>) -> Vec<Share> {
    let mut groups: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for (place, recipient) in view.facts.recipients.iter().enumerate() {
        let theirs = acting
            .iter()
            .enumerate()
            .filter(|(_, found)| found.acts_on(place, recipient.side))
            .map(|(nr, _)| nr);
        groups.entry(theirs.collect()).or_default().push(place);
    }
    let mut shares: Vec<Share> = Vec::new();
    for (rules, recipients) in groups {
        let theirs: Vec<&Match<'_>> = rules.iter().filter_map(|nr| acting.get(*nr)).collect();
        let disposition = decide::disposition(&theirs, &recipients, view);
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
