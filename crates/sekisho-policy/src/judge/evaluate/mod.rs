//! Whether a condition holds, and what in the mail made it hold.

mod attachment;
mod people;
mod text;

use crate::predicate::{AuthIs, ClientIs, FindingIs, Predicate, RecipientsAre, TimeIs, Weekday};
use crate::{Condition, Facts, Importance, Outcome, PartFacts};

use super::tri::Tri;
use super::view::View;
pub(super) use attachment::part_is;
pub(super) use people::{for_whom, is_such};

use crate::Finding;

/// What made a condition hold.
pub(super) enum Reason<'a> {
    Finding(&'a Finding),
    Recipients(&'a RecipientsAre),
    Part(&'a PartFacts),
    Predicate(&'a Predicate),
}

/// Whether a condition holds, with its reasons. What does *not* hold is no reason that can be shown:
/// `not` gives none.
pub(super) struct Answer<'a> {
    pub(super) holds: Tri,
    pub(super) reasons: Vec<Reason<'a>>,
}

impl<'a> Answer<'a> {
    fn bare(holds: Tri) -> Self {
        Self {
            holds,
            reasons: Vec::new(),
        }
    }

    fn of(holds: Tri, reason: Reason<'a>) -> Self {
        let reasons = if holds == Tri::No {
            Vec::new()
        } else {
            vec![reason]
        };
        Self { holds, reasons }
    }
}

pub(super) fn holds<'a>(condition: &'a Condition, view: &View<'a>) -> Answer<'a> {
    match condition {
        Condition::Always => Answer::bare(Tri::Yes),
        Condition::All(members) => {
            let mut all = Answer::bare(Tri::Yes);
            for member in members {
                let answer = holds(member, view);
                if answer.holds == Tri::No {
                    return answer;
                }
                all.holds = all.holds.min(answer.holds);
                all.reasons.extend(answer.reasons);
            }
            all
        }
        Condition::Any(members) => {
            let mut found: Vec<Answer<'a>> =
                members.iter().map(|member| holds(member, view)).collect();
            let best = Tri::any(found.iter().map(|answer| answer.holds));
            // What is known for certain is reason enough.
            found.retain(|answer| answer.holds == best);
            let reasons = found.into_iter().flat_map(|answer| answer.reasons);
            Answer {
                holds: best,
                reasons: reasons.collect(),
            }
        }
        Condition::Not(inner) => Answer::bare(holds(inner, view).holds.not()),
        Condition::Is(predicate) => asked(predicate, view),
    }
}

fn asked<'a>(predicate: &'a Predicate, view: &View<'a>) -> Answer<'a> {
    let facts = view.facts;
    let message = &facts.message;
    let holds = match predicate {
        Predicate::Finding(is) => return finding(is, view),
        Predicate::Attachment(is) => return attachment::attachments(is, view),
        Predicate::Recipients(are) => {
            return Answer::of(people::recipients(are, view), Reason::Recipients(are));
        }
        Predicate::Sender(is) => people::sender(is, view),
        Predicate::Subject(pattern) => text::subject(pattern, view).into(),
        Predicate::Body(pattern) => text::body(pattern, view),
        Predicate::Text(pattern) => text::text(pattern, view),
        Predicate::Anywhere(pattern) => text::anywhere(pattern, view),
        Predicate::Header(is) => text::header(is, view),
        Predicate::Classification(is) => text::classification(is, view),
        Predicate::Auth(is) => auth(is, facts).into(),
        Predicate::Client(is) => client(is, facts).into(),
        Predicate::Direction(directions) => any_of(directions, &facts.direction).into(),
        Predicate::MessageKind(kinds) => any_of(kinds, &message.kind).into(),
        Predicate::Trait(traits) => traits.iter().any(|one| message.traits.contains(one)).into(),
        Predicate::Importance(wanted) => {
            any_of(wanted, &message.importance.unwrap_or(Importance::Normal)).into()
        }
        Predicate::Language(wanted) => {
            let found = message.language.as_ref();
            found.is_some_and(|found| wanted.contains(found)).into()
        }
        Predicate::Charset(wanted) => {
            let mut found = message.charsets.iter();
            found.any(|charset| wanted.contains(charset)).into()
        }
        Predicate::Time(is) => time(is, view).into(),
        Predicate::SizeMin(octets) => (message.size >= *octets).into(),
        Predicate::SizeMax(octets) => (message.size <= *octets).into(),
        Predicate::Uninspectable(yes) => (unread(facts) == *yes).into(),
        Predicate::Ambiguous(yes) => (facts.ambiguous == *yes).into(),
        Predicate::SpamScoreMin(tenths) => facts
            .spam
            .as_ref()
            .is_some_and(|spam| spam.score * 10.0 >= *tenths as f64)
            .into(),
        Predicate::AnswersSuspect(yes) => Tri::wanted(Some(*yes), || facts.answers_suspect),
    };
    Answer::of(holds, Reason::Predicate(predicate))
}

/// Nothing listed asks nothing.
fn any_of<T: PartialEq>(wanted: &[T], found: &T) -> bool {
    wanted.is_empty() || wanted.contains(found)
}

fn unread(facts: &Facts) -> bool {
    let is_locked = |part: &PartFacts| part.encrypted && part.password.is_none();
    !facts.uninspectable.is_empty() || facts.parts.iter().any(is_locked)
}

fn finding<'a>(is: &FindingIs, view: &View<'a>) -> Answer<'a> {
    let confidence_min = f64::from(is.confidence_percent_min) / 100.0;
    let found: Vec<_> = view
        .findings
        .iter()
        .filter(|finding| finding.confidence >= confidence_min)
        .filter(|finding| is.ids.iter().any(|id| id.fits(&finding.id)))
        .map(Reason::Finding)
        .collect();
    let count = found.len() as u64;
    let holds = count >= u64::from(is.count_min.max(1))
        && (is.count_max == 0 || count <= u64::from(is.count_max));
    Answer {
        holds: holds.into(),
        reasons: if holds { found } else { Vec::new() },
    }
}

fn time(is: &TimeIs, view: &View<'_>) -> bool {
    let local = view.local();
    let minute =
        u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    let weekday = match local.weekday().to_monday_zero_offset() {
        0 => Weekday::Monday,
        1 => Weekday::Tuesday,
        2 => Weekday::Wednesday,
        3 => Weekday::Thursday,
        4 => Weekday::Friday,
        5 => Weekday::Saturday,
        _ => Weekday::Sunday,
    };
    is.has(weekday, minute)
}

fn auth(is: &AuthIs, facts: &Facts) -> bool {
    let found = &facts.authentication;
    let policy = || {
        found
            .dmarc_policy
            .is_some_and(|policy| is.dmarc_policy.contains(&policy))
    };
    let dkim = || match found.dkim.as_slice() {
        [] => is.dkim.contains(&Outcome::None),
        signatures => signatures
            .iter()
            .any(|signature| is.dkim.contains(&signature.result)),
    };
    any_of(&is.spf, &found.spf)
        && any_of(&is.dmarc, &found.dmarc)
        && any_of(&is.arc, &found.arc)
        && (is.dkim.is_empty() || dkim())
        && (is.dmarc_policy.is_empty() || policy())
        && is.proved.is_none_or(|proved| proved == found.proves_from())
}

fn client(is: &ClientIs, facts: &Facts) -> bool {
    let envelope = &facts.envelope;
    is.holds_for(envelope.client_ip)
        && is.tls.is_none_or(|tls| tls == envelope.tls.is_some())
        && is
            .signed_in
            .is_none_or(|signed_in| signed_in == envelope.signed_in.is_some())
}
