//! The sentences of a verdict: what happened, where, what to do.

use sekisho_words::{Language, Words, say, say_in};

use super::derive::shown;
use super::matching::Match;
use super::reasons;
use super::view::View;
use crate::explain::{self, both};
use crate::limits::REASONS_SHOWN_MAX;
use crate::{Action, ActionKind, Approver, ApproverRule, Direction, Disposition, Hold, Person};

/// Longest text behind the codes of a refusal; fits one reply line (RFC 5321 §4.5.3.1.5).
const WIRE_TEXT_BYTES_MAX: usize = 300;

/// Deliver, because no rule had anything to say. What was found is told all the same: a locked
/// attachment does not become clean because no rule minds it.
pub(super) fn no_rule(view: &View<'_>) -> Disposition {
    let found = reasons::of_findings(view);
    let key = match (view.facts.direction, found.is_some()) {
        (Direction::Inbound, false) => "policy-nothing-inbound",
        (Direction::Outbound, false) => "policy-nothing-outbound",
        (Direction::Internal, false) => "policy-nothing-internal",
        (Direction::Inbound, true) => "policy-no-rule-inbound",
        (Direction::Outbound, true) => "policy-no-rule-outbound",
        (Direction::Internal, true) => "policy-no-rule-internal",
    };
    let why = match found {
        None => say(key, &[]),
        Some(found) => both(|language| {
            say_in(
                language,
                key,
                &[("findings", found.in_language(language).into())],
            )
        }),
    };
    Disposition {
        action: ActionKind::Deliver,
        rule: String::new(),
        edits: Vec::new(),
        why,
        hold: None,
        delay: None,
        reply: None,
    }
}

/// `保留しました (規則「…」)。理由: …。 上長 … の承認を待っています。…`
pub(super) fn sentence(found: &Match<'_>, disposition: &Disposition, view: &View<'_>) -> Words {
    let title = explain::title(found.rule);
    both(|language| {
        let did = did_key(disposition.action, view.facts.direction);
        let rule = title.in_language(language).into();
        let mut text = say_in(language, did, &[("rule", rule)]);
        let reasons = found.why.in_language(language);
        if !reasons.is_empty() {
            text.push(' ');
            text.push_str(&say_in(
                language,
                "policy-because",
                &[("reasons", reasons.into())],
            ));
        }
        text.push(' ');
        text.push_str(&next(language, found, disposition, view));
        text
    })
}

fn did_key(action: ActionKind, direction: Direction) -> &'static str {
    match (action, direction) {
        (ActionKind::Deliver, Direction::Inbound) => "policy-did-deliver-inbound",
        (ActionKind::Deliver, _) => "policy-did-deliver-outbound",
        (ActionKind::Junk, _) => "policy-did-junk",
        (ActionKind::Delay, _) => "policy-did-delay",
        (ActionKind::Discard, _) => "policy-did-discard",
        (ActionKind::Hold, _) => "policy-did-hold",
        (ActionKind::Quarantine, _) => "policy-did-quarantine",
        (ActionKind::Refuse, _) => "policy-did-refuse",
    }
}

fn next(
    language: Language,
    found: &Match<'_>,
    disposition: &Disposition,
    view: &View<'_>,
) -> String {
    if let Some(hold) = &disposition.hold {
        return waits_for(language, hold, found, view);
    }
    if let Some(delay) = disposition.delay {
        let minutes = delay.seconds.div_ceil(60);
        return say_in(
            language,
            "policy-next-delay",
            &[("minutes", minutes.into())],
        );
    }
    let key = match (disposition.action, view.facts.direction) {
        (ActionKind::Quarantine, Direction::Inbound) => "policy-next-quarantine-inbound",
        (ActionKind::Quarantine, _) => "policy-next-quarantine-outbound",
        (ActionKind::Refuse, Direction::Inbound) => "policy-next-refuse-inbound",
        (ActionKind::Refuse, _) => "policy-next-refuse-outbound",
        (ActionKind::Junk, _) => "policy-next-junk",
        (ActionKind::Discard, _) => "policy-next-discard",
        _ => "policy-next-nothing",
    };
    say_in(language, key, &[])
}

fn waits_for(language: Language, hold: &Hold, found: &Match<'_>, view: &View<'_>) -> String {
    let hours = (
        "hours",
        hold.deadline
            .duration_since(view.facts.now)
            .as_hours()
            .into(),
    );
    match &hold.approver {
        Approver::Manager { person, .. } => say_in(
            language,
            "policy-next-hold-manager",
            &[("approver", called(person).into()), hours],
        ),
        Approver::Named { people } => {
            let names: Vec<String> = people.iter().take(REASONS_SHOWN_MAX).map(called).collect();
            let names = reasons::listed(language, names, people.len());
            say_in(
                language,
                "policy-next-hold-named",
                &[("approvers", names.into()), hours],
            )
        }
        Approver::Administrators => {
            let wanted = &found.action;
            let by_rule = matches!(
                wanted,
                Action::Hold {
                    approver: ApproverRule::Administrators,
                    ..
                }
            );
            let by_rule = by_rule || view.facts.direction == Direction::Inbound;
            let key = if by_rule {
                "policy-next-hold-administrators"
            } else {
                "policy-next-hold-no-manager"
            };
            say_in(language, key, &[hours])
        }
    }
}

fn called(person: &Person) -> String {
    shown(
        person
            .name
            .as_deref()
            .unwrap_or(&person.address.to_unicode()),
    )
}

/// The reason in ASCII for an SMTP reply: what is not ASCII cannot go there (RFC 6531 §3.7.4.2).
pub(super) fn on_the_wire(found: &Match<'_>) -> String {
    let reasons = found.why.en.as_str();
    let reasons = if reasons.is_empty() {
        found.rule.name.as_str()
    } else {
        reasons
    };
    let text = format!("Refused: {reasons}");
    let ascii = |c: char| if matches!(c, ' '..='~') { c } else { '?' };
    text.chars().map(ascii).take(WIRE_TEXT_BYTES_MAX).collect()
}
