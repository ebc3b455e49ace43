//! The sentences of a verdict: what happened, where, what to do.

use sekisho_words::{Arg, Language, Words, say, say_in};

use super::Match;
use super::derive::shown;
use super::evaluate::{Reason, View, is_such};
use crate::explain::{self, both};
use crate::limits::REASONS_SHOWN_MAX;
use crate::predicate::RecipientsAre;
use crate::{Action, ActionKind, Approver, ApproverRule, Direction, Disposition, Hold, Person};

/// Longest text behind the codes of a refusal; fits one reply line (RFC 5321 §4.5.3.1.5).
const WIRE_TEXT_BYTES_MAX: usize = 300;

/// Deliver, because no rule had anything to say.
pub(super) fn nothing_found(view: &View<'_>) -> Disposition {
    let key = match view.facts.direction {
        Direction::Inbound => "policy-nothing-inbound",
        Direction::Outbound => "policy-nothing-outbound",
        Direction::Internal => "policy-nothing-internal",
    };
    Disposition {
        action: ActionKind::Deliver,
        rule: String::new(),
        edits: Vec::new(),
        why: say(key, &[]),
        hold: None,
        delay: None,
        reply: None,
    }
}

/// `保留しました (規則「…」)。理由: …。 上長 … の承認を待っています。…`
pub(super) fn sentence(found: &Match<'_>, disposition: &Disposition, view: &View<'_>) -> Words {
    let title = explain::title(found.rule);
    let reasons = reasons(found, view);
    both(|language| {
        let did = did_key(disposition.action, view.facts.direction);
        let rule = title.in_language(language).into();
        let mut text = say_in(language, did, &[("rule", rule)]);
        let reasons = reasons.in_language(language);
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
            let names = joined(language, names, people.len());
            say_in(
                language,
                "policy-next-hold-named",
                &[("approvers", names.into()), hours],
            )
        }
        Approver::Administrators => {
            let wanted = &found.rule.then.action;
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

/// What made the rule match, one after the other.
pub(super) fn reasons(found: &Match<'_>, view: &View<'_>) -> Words {
    // Ten thousand numbers are one reason: each kind of finding is told once, at its first place.
    let mut told: Vec<&Reason<'_>> = Vec::new();
    for reason in &found.reasons {
        if !told.iter().any(|earlier| same_kind(earlier, reason)) {
            told.push(reason);
        }
    }
    let count = told.len();
    both(|language| {
        let texts = told
            .iter()
            .take(REASONS_SHOWN_MAX)
            .map(|reason| text(language, reason, view))
            .collect();
        joined(language, texts, count)
    })
}

fn same_kind(one: &Reason<'_>, other: &Reason<'_>) -> bool {
    match (one, other) {
        (Reason::Finding(a), Reason::Finding(b)) => a.id == b.id,
        (Reason::Part(_), Reason::Part(_)) => true,
        (Reason::Recipients(a), Reason::Recipients(b)) => a == b,
        (Reason::Predicate(a), Reason::Predicate(b)) => a == b,
        _ => false,
    }
}

fn text(language: Language, reason: &Reason<'_>, view: &View<'_>) -> String {
    match reason {
        Reason::Finding(finding) => {
            let why = finding
                .why
                .in_language(language)
                .trim_end_matches(['。', '.']);
            let place = shown(&finding.place);
            say_in(
                language,
                "policy-reason-finding",
                &[("why", why.into()), ("place", (&place).into())],
            )
        }
        Reason::Part(part) => {
            let place = shown(&part.place());
            let args: [(&str, Arg<'_>); 2] =
                [("place", (&place).into()), ("type", (&part.kind).into())];
            say_in(language, "policy-reason-part", &args)
        }
        Reason::Recipients(are) => recipients(language, are, view),
        Reason::Predicate(predicate) => explain::clause(language, predicate),
    }
}

fn recipients(language: Language, are: &RecipientsAre, view: &View<'_>) -> String {
    let facts = view.facts;
    let such: Vec<_> = facts
        .recipients
        .iter()
        .filter(|recipient| is_such(are, recipient))
        .collect();
    let names = such
        .iter()
        .take(REASONS_SHOWN_MAX)
        .map(|r| shown(&r.address.to_unicode()))
        .collect();
    let names = joined(language, names, such.len());
    let key = match are.side {
        Some(crate::Side::External) => "policy-reason-external",
        Some(crate::Side::Internal) => "policy-reason-internal",
        None => "policy-reason-recipients",
    };
    let args = [
        ("count", such.len().into()),
        ("total", facts.recipients.len().into()),
        ("names", names.into()),
    ];
    say_in(language, key, &args)
}

/// `a; b; c ほか 2 件`: the texts shown, and how many more there are.
fn joined(language: Language, texts: Vec<String>, count: usize) -> String {
    let between = match language {
        Language::Ja => "、",
        Language::En => "; ",
    };
    let more = count.saturating_sub(texts.len());
    let mut text = texts.join(between);
    if more > 0 {
        text.push(' ');
        text.push_str(&say_in(
            language,
            "words-and-more",
            &[("count", more.into())],
        ));
    }
    text
}

/// The reason in ASCII for an SMTP reply: what is not ASCII cannot go there (RFC 6531 §3.7.4.2).
pub(super) fn on_the_wire(found: &Match<'_>, view: &View<'_>) -> String {
    let reasons = reasons(found, view).en;
    let reasons = if reasons.is_empty() {
        found.rule.name.clone()
    } else {
        reasons
    };
    let text = format!("Refused: {reasons}");
    let ascii = |c: char| if matches!(c, ' '..='~') { c } else { '?' };
    text.chars().map(ascii).take(WIRE_TEXT_BYTES_MAX).collect()
}
