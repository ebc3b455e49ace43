//! What made a rule match, in words.

use sekisho_words::{Language, Words, say_in};

use super::derive::shown;
use super::evaluate::{Reason, is_such};
use super::tri::Tri;
use super::view::View;
use crate::explain::{self, both};
use crate::limits::REASONS_SHOWN_MAX;
use crate::predicate::RecipientsAre;
use crate::{Finding, Side};

/// What made a rule match, the most telling first.
pub(super) fn of_rule(reasons: &[Reason<'_>], unsure: bool, view: &View<'_>) -> Words {
    // Ten thousand numbers are one reason: each kind of finding is told once, at its first place.
    let mut told: Vec<&Reason<'_>> = Vec::new();
    for reason in reasons {
        if !told.iter().any(|earlier| same_kind(earlier, reason)) {
            told.push(reason);
        }
    }
    told.sort_by_key(|reason| match reason {
        Reason::Finding(_) => 0,
        Reason::Part(_) => 1,
        Reason::Recipients(_) => 2,
        Reason::Predicate(_) => 3,
    });
    both(|language| {
        let shown = told.iter().take(REASONS_SHOWN_MAX);
        let reasons = joined(
            language,
            shown.map(|reason| text(language, reason, view)).collect(),
            told.len(),
        );
        if unsure {
            let args = [("reasons", reasons.into())];
            say_in(language, "policy-reason-unsure", &args)
        } else {
            reasons
        }
    })
}

/// What was found although no rule minds it; none when nothing was.
pub(super) fn of_findings(view: &View<'_>) -> Option<Words> {
    let mut told: Vec<&Finding> = Vec::new();
    // That somebody outside gets a mail is no news to whoever wrote it.
    for finding in view
        .findings
        .iter()
        .filter(|finding| finding.area() != "recipient")
    {
        if !told.iter().any(|earlier| earlier.id == finding.id) {
            told.push(finding);
        }
    }
    (!told.is_empty()).then(|| {
        both(|language| {
            let shown = told.iter().take(REASONS_SHOWN_MAX);
            joined(
                language,
                shown.map(|finding| found(language, finding)).collect(),
                told.len(),
            )
        })
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
        Reason::Finding(finding) => found(language, finding),
        Reason::Part(part) => {
            let place = place(language, &part.place());
            let args = [("place", place.into()), ("type", (&part.kind).into())];
            say_in(language, "policy-reason-part", &args)
        }
        Reason::Recipients(are) => recipients(language, are, view),
        Reason::Predicate(predicate) => explain::clause(language, predicate),
    }
}

fn found(language: Language, finding: &Finding) -> String {
    let why = finding
        .why
        .in_language(language)
        .trim_end_matches(['。', '.']);
    let place = place(language, &finding.place);
    say_in(
        language,
        "policy-reason-finding",
        &[("why", why.into()), ("place", place.into())],
    )
}

/// Places are written in one way for machines; people read the first word in their language.
fn place(language: Language, place: &str) -> String {
    let key = match place {
        "subject" => "policy-place-subject",
        "envelope" => "policy-place-envelope",
        "message" => "policy-place-message",
        "From" => "policy-place-from",
        place => {
            let Some(part) = place.strip_prefix("part ") else {
                return shown(place);
            };
            let part = shown(part);
            return say_in(language, "policy-place-part", &[("part", part.into())]);
        }
    };
    say_in(language, key, &[])
}

fn recipients(language: Language, are: &RecipientsAre, view: &View<'_>) -> String {
    let all = &view.facts.recipients;
    let such: Vec<_> = all
        .iter()
        .filter(|recipient| is_such(are, recipient, view) != Tri::No)
        .collect();
    let names = such
        .iter()
        .take(REASONS_SHOWN_MAX)
        .map(|r| shown(&r.address.to_unicode()));
    let names = listed(language, names.collect(), such.len());
    let key = match are.side {
        Some(Side::External) => "policy-reason-external",
        Some(Side::Internal) => "policy-reason-internal",
        None => "policy-reason-recipients",
    };
    let args = [
        ("count", such.len().into()),
        ("total", all.len().into()),
        ("names", names.into()),
    ];
    say_in(language, key, &args)
}

/// Sentences one after the other, and how many more there are.
fn joined(language: Language, texts: Vec<String>, count: usize) -> String {
    and_more(
        language,
        texts,
        count,
        if language == Language::Ja {
            "／"
        } else {
            "; "
        },
    )
}

/// Names one after the other, and how many more there are.
pub(super) fn listed(language: Language, names: Vec<String>, count: usize) -> String {
    and_more(
        language,
        names,
        count,
        if language == Language::Ja {
            "、"
        } else {
            ", "
        },
    )
}

fn and_more(language: Language, texts: Vec<String>, count: usize, between: &str) -> String {
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
