//! What is wrong with a policy that can be read: rules that never hold, never get a mail, or fight.
//!
//! Only what follows from the rules alone is told: a rule is said to be within another when every mail
//! that meets the one meets the other, for all facts there could be ([`implies`]). What is not decidable so
//! is not told.

mod implies;
mod never;

use jiff::civil::Date;
use sekisho_words::{Words, say_in};

use crate::explain::{both, title};
use crate::{Action, Mode, Policy, Rule, Scope};

use implies::is_within;

/// Something about a rule that its owner should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The rule.
    pub rule: String,
    /// The other one, where two are about it.
    pub other: Option<String>,
    /// What sort of remark: `never`, `shadowed`, `overruled`, `fights`, `twice`, `over`.
    pub kind: &'static str,
    /// What it is, and what to do.
    pub words: Words,
}

/// Looks through the rules of a policy that are not off. `today`: to tell rules whose time is over.
///
/// ```
/// use sekisho_policy::{Policy, check};
///
/// let policy = Policy::parse(r#"
///     [[rule]]
///     name = "all"
///     when = { recipients = { side = "external" } }
///     then = "deliver"
///     stop = true
///
///     [[rule]]
///     name = "plans"
///     when = { subject = "計画", recipients = { side = "external" } }
///     then = "quarantine"
/// "#).unwrap();
/// let remarks = check(&policy, jiff::civil::date(2026, 4, 1));
/// assert_eq!((remarks[0].rule.as_str(), remarks[0].kind), ("plans", "shadowed"));
/// ```
pub fn check(policy: &Policy, today: Date) -> Vec<Remark> {
    let rules: Vec<&Rule> = policy
        .rules()
        .iter()
        .filter(|rule| rule.mode != Mode::Off)
        .collect();
    let mut remarks = Vec::new();
    for (place, rule) in rules.iter().enumerate() {
        if rule.ends.is_some_and(|ends| ends < today) {
            remarks.push(remark(rule, None, "over"));
        } else if never::never(rule) {
            remarks.push(remark(rule, None, "never"));
        } else {
            let (before, from) = rules.split_at(place);
            let after = from.get(1..).unwrap_or_default();
            remarks.extend(beside(rule, before, after));
        }
    }
    remarks
}

/// The gravest thing that another rule does to this one.
fn beside(rule: &Rule, before: &[&Rule], after: &[&Rule]) -> Option<Remark> {
    let acts = |other: &&&Rule| other.mode == Mode::Enforce && other.name != rule.name;
    let takes_all = |other: &&&Rule| other.stop && is_within(rule, other);
    if let Some(other) = before.iter().filter(acts).find(takes_all) {
        return Some(remark(rule, Some(other), "shadowed"));
    }
    if rule.mode != Mode::Enforce {
        return None;
    }
    // Two of the same mails: the pair is told once, at the later one.
    let same = |other: &&&Rule| is_within(rule, other) && is_within(other, rule);
    if let Some(other) = before.iter().filter(acts).find(same) {
        let kind = if other.then == rule.then && other.applies_to == rule.applies_to {
            "twice"
        } else if other.then.action == rule.then.action || only_changes(rule) || only_changes(other)
        {
            return None;
        } else {
            "fights"
        };
        return Some(remark(rule, Some(other), kind));
    }
    if only_changes(rule) || !rule.then.edits.is_empty() || rule.stop {
        return None;
    }
    let others = before.iter().chain(after).filter(acts);
    let overrules = |other: &&&Rule| {
        other.then.action.kind() > rule.then.action.kind()
            && covers(other.applies_to, rule.applies_to)
            && is_within(rule, other)
            && !is_within(other, rule)
    };
    let mut overruling = others.filter(overrules);
    overruling
        .next()
        .map(|other| remark(rule, Some(other), "overruled"))
}

/// Whether a rule decides nothing and only changes or tells.
fn only_changes(rule: &Rule) -> bool {
    matches!(rule.then.action, Action::Deliver)
        && !(rule.then.edits.is_empty() && rule.then.notify.is_empty())
}

/// Whether the copies of `inner` are all among those of `outer`.
fn covers(outer: Scope, inner: Scope) -> bool {
    outer == Scope::All || (outer == inner && outer != Scope::Matching)
}

fn remark(rule: &Rule, other: Option<&Rule>, kind: &'static str) -> Remark {
    let key = match kind {
        "over" => "policy-check-over",
        "never" => "policy-check-never",
        "shadowed" => "policy-check-shadowed",
        "overruled" => "policy-check-overruled",
        "fights" => "policy-check-fights",
        _ => "policy-check-twice",
    };
    let words = both(|language| {
        let name = title(rule).in_language(language).to_owned();
        let beside = other.map(|other| title(other).in_language(language).to_owned());
        let wins = other.filter(|other| other.then.action.kind() > rule.then.action.kind());
        let wins = title(wins.unwrap_or(rule)).in_language(language).to_owned();
        let ends = rule.ends.map(|day| day.to_string()).unwrap_or_default();
        let args = [
            ("rule", name.into()),
            ("other", beside.unwrap_or_default().into()),
            ("wins", wins.into()),
            ("ends", ends.into()),
        ];
        say_in(language, key, &args)
    });
    Remark {
        rule: rule.name.clone(),
        other: other.map(|other| other.name.clone()),
        kind,
        words,
    }
}
