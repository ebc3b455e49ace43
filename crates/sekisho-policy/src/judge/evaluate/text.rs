//! Words and expressions in texts. Short ones are kept with the facts and looked at here; of the long
//! ones the facts keep what the vocabulary found in them.

use crate::pattern::TextPattern;
use crate::predicate::{ClassificationIs, HeaderIs};
use crate::{WordField, WordHit};

use super::super::tri::Tri;
use super::super::view::View;

fn enough(pattern: &TextPattern, count: u32) -> bool {
    count >= pattern.count_min().max(1)
}

pub(super) fn subject(pattern: &TextPattern, view: &View<'_>) -> bool {
    enough(pattern, in_subject(pattern, view))
}

fn in_subject(pattern: &TextPattern, view: &View<'_>) -> u32 {
    view.subject().of(view.policy.vocabulary(), pattern.key())
}

pub(super) fn body(pattern: &TextPattern, view: &View<'_>) -> Tri {
    found(pattern, view, 0, |hit| hit.field == WordField::Body)
}

pub(super) fn text(pattern: &TextPattern, view: &View<'_>) -> Tri {
    let before = in_subject(pattern, view);
    found(pattern, view, before, |hit| hit.field == WordField::Body)
}

pub(super) fn anywhere(pattern: &TextPattern, view: &View<'_>) -> Tri {
    let names = 0..view.facts.parts.len();
    let names = names.map(|part| in_names(pattern, view, part));
    let before = names.fold(in_subject(pattern, view), u32::saturating_add);
    found(pattern, view, before, |_| true)
}

pub(super) fn in_names(pattern: &TextPattern, view: &View<'_>, part: usize) -> u32 {
    let counts = view.names(part);
    counts.map_or(0, |counts| {
        counts.of(view.policy.vocabulary(), pattern.key())
    })
}

/// In the long texts, with what was found before in short ones. Where they were gone through for
/// another vocabulary, a pattern that was not found may not have been looked for.
pub(super) fn found(
    pattern: &TextPattern,
    view: &View<'_>,
    before: u32,
    wanted: impl Fn(&WordHit) -> bool,
) -> Tri {
    let words = view.facts.words.as_ref();
    let hits = words.map(|words| words.hits.as_slice()).unwrap_or_default();
    let same = || hits.iter().filter(|hit| hit.pattern == pattern.key());
    let count = same()
        .filter(|hit| wanted(hit))
        .fold(before, |sum, hit| sum.saturating_add(hit.count));
    if enough(pattern, count) {
        return Tri::Yes;
    }
    let asked = same().next().is_some()
        || words.is_some_and(|words| words.vocabulary == view.policy.vocabulary().fingerprint());
    if asked { Tri::No } else { Tri::Maybe }
}

/// In one short text.
pub(super) fn short(pattern: &TextPattern, text: &str, view: &View<'_>) -> bool {
    let vocabulary = view.policy.vocabulary();
    enough(
        pattern,
        vocabulary.counts(text).of(vocabulary, pattern.key()),
    )
}

pub(super) fn header(is: &HeaderIs, view: &View<'_>) -> Tri {
    let name = is.name.to_ascii_lowercase();
    let message = &view.facts.message;
    let count = message.headers.get(&name).copied().unwrap_or_default();
    let present = Tri::wanted(is.present, || Some(count > 0));
    present.and(|| match (&is.text, count) {
        (None, _) if is.present.is_none() => (count > 0).into(),
        (None, _) => Tri::Yes,
        (Some(_), 0) => Tri::No,
        (Some(pattern), _) => match message.header_texts.get(&name) {
            Some(texts) => texts.iter().any(|text| short(pattern, text, view)).into(),
            None => Tri::Maybe,
        },
    })
}

pub(super) fn classification(is: &ClassificationIs, view: &View<'_>) -> Tri {
    let found = view.facts.message.classification.as_deref();
    let present = Tri::wanted(is.present, || Some(found.is_some()));
    present.and(|| match &is.text {
        Some(pattern) => found
            .is_some_and(|found| short(pattern, found, view))
            .into(),
        None if is.present.is_none() => found.is_some().into(),
        None => Tri::Yes,
    })
}
