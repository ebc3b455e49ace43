//! Attachments and members of archives.

use crate::{AttachmentIs, PartFacts, PartVerdict, WordField};

use super::super::tri::Tri;
use super::super::view::View;
use super::{Answer, Reason, text};

pub(super) fn attachments<'a>(is: &AttachmentIs, view: &View<'a>) -> Answer<'a> {
    let (mut certain, mut possible, mut total) = (0u64, 0u64, 0u64);
    let mut reasons = Vec::new();
    for (place, part) in view.facts.parts.iter().enumerate() {
        let holds = part_is(is, place, part, view);
        if holds == Tri::No {
            continue;
        }
        certain += u64::from(holds == Tri::Yes);
        possible += 1;
        // A member is inside an archive that is counted itself.
        if part.member.is_none() {
            total = total.saturating_add(part.size);
        }
        reasons.push(Reason::Part(part));
    }
    let wanted = u64::from(is.count_min.max(1));
    let holds = match (certain >= wanted, possible >= wanted) {
        _ if total < is.total_size_min => Tri::No,
        (true, _) => Tri::Yes,
        (false, true) => Tri::Maybe,
        (false, false) => Tri::No,
    };
    if holds == Tri::No {
        reasons.clear();
    }
    Answer { holds, reasons }
}

/// Whether all that a rule asks of an attachment holds for this one.
pub(in crate::judge) fn part_is(
    is: &AttachmentIs,
    place: usize,
    part: &PartFacts,
    view: &View<'_>,
) -> Tri {
    let extension = |name: &str| {
        let end = name
            .rsplit_once('.')
            .map(|(_, end)| end.trim().to_lowercase());
        end.is_some_and(|end| is.extension.contains(&end))
    };
    let known = (is.kind.is_empty() || is.kind.contains(&part.kind))
        && (is.verdict.is_empty()
            || part
                .all_verdicts()
                .any(|verdict| is.verdict.contains(&verdict)))
        && (is.extension.is_empty() || part.all_names().any(extension))
        && is.name.as_ref().is_none_or(|pattern| {
            text::in_names(pattern, view, place) >= pattern.count_min().max(1)
        })
        && is
            .encrypted
            .is_none_or(|encrypted| encrypted == part.encrypted)
        && is
            .uninspectable
            .is_none_or(|unread| unread == is_unread(part, view))
        && part.size >= is.size_min
        && !(is.asks_any() && part.is_body());
    Tri::from(known).and(|| match &is.text {
        None => Tri::Yes,
        Some(_) if part.is_body() => Tri::No,
        Some(pattern) => {
            let place = part.place();
            let inside = |found: &str| {
                let rest = found.strip_prefix(place.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(", "))
            };
            text::found(pattern, view, 0, |hit| {
                hit.field == WordField::Attachment && inside(&hit.place)
            })
        }
    })
}

fn is_unread(part: &PartFacts, view: &View<'_>) -> bool {
    let place = part.place();
    let malformed = part
        .all_verdicts()
        .any(|verdict| matches!(verdict, PartVerdict::Malformed | PartVerdict::Encrypted));
    part.encrypted
        || malformed
        || view
            .facts
            .uninspectable
            .iter()
            .any(|unread| unread.place == place)
}
