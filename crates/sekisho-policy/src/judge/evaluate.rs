//! Whether a condition holds, and what in the mail made it hold.

use std::collections::BTreeSet;

use sekisho_address::Address;

use crate::predicate::{
    AttachmentIs, AuthIs, ClientIs, FindingIs, Predicate, RecipientsAre, SenderIs,
};
use crate::{Condition, Facts, Finding, Outcome, PartFacts, Recipient};

/// All that rules may look at.
pub(super) struct View<'a> {
    pub(super) facts: &'a Facts,
    pub(super) findings: &'a [Finding],
}

/// What made a condition hold.
pub(super) enum Reason<'a> {
    Finding(&'a Finding),
    Recipients(&'a RecipientsAre),
    Part(&'a PartFacts),
    Predicate(&'a Predicate),
}

/// The reasons, when it holds. What does *not* hold is no reason that can be shown: `not` gives none.
pub(super) fn holds<'a>(condition: &'a Condition, view: &View<'a>) -> Option<Vec<Reason<'a>>> {
    match condition {
        Condition::Always => Some(Vec::new()),
        Condition::All(members) => {
            let mut reasons = Vec::new();
            for member in members {
                reasons.extend(holds(member, view)?);
            }
            Some(reasons)
        }
        Condition::Any(members) => {
            let mut found = members
                .iter()
                .filter_map(|member| holds(member, view))
                .peekable();
            found.peek()?;
            Some(found.flatten().collect())
        }
        Condition::Not(inner) => holds(inner, view).is_none().then(Vec::new),
        Condition::Is(predicate) => asked(predicate, view),
    }
}

fn asked<'a>(predicate: &'a Predicate, view: &View<'a>) -> Option<Vec<Reason<'a>>> {
    let facts = view.facts;
    let holds = match predicate {
        Predicate::Finding(is) => return finding(is, view),
        Predicate::Attachment(is) => return attachment(is, facts),
        Predicate::Recipients(are) => {
            return recipients(are, facts).then(|| vec![Reason::Recipients(are)]);
        }
        Predicate::Sender(is) => sender(is, facts),
        Predicate::Subject(pattern) => pattern.fits(&facts.message.subject),
        Predicate::Auth(is) => auth(is, facts),
        Predicate::Client(is) => client(is, facts),
        Predicate::Direction(directions) => any_of(directions, &facts.direction),
        Predicate::SizeMin(octets) => facts.message.size >= *octets,
        Predicate::MessageKind(kinds) => any_of(kinds, &facts.message.kind),
        Predicate::Uninspectable(yes) => unread(facts) == *yes,
        Predicate::Ambiguous(yes) => facts.ambiguous == *yes,
        Predicate::SpamScoreMin(tenths) => facts
            .spam
            .as_ref()
            .is_some_and(|spam| spam.score * 10.0 >= *tenths as f64),
    };
    holds.then(|| vec![Reason::Predicate(predicate)])
}

/// Nothing listed asks nothing.
fn any_of<T: PartialEq>(wanted: &[T], found: &T) -> bool {
    wanted.is_empty() || wanted.contains(found)
}

fn unread(facts: &Facts) -> bool {
    !facts.uninspectable.is_empty() || facts.parts.iter().any(|part| part.encrypted)
}

fn finding<'a>(is: &FindingIs, view: &View<'a>) -> Option<Vec<Reason<'a>>> {
    let confidence_min = f64::from(is.confidence_percent_min) / 100.0;
    let found: Vec<_> = view
        .findings
        .iter()
        .filter(|finding| finding.confidence >= confidence_min)
        .filter(|finding| is.ids.iter().any(|id| id.fits(&finding.id)))
        .map(Reason::Finding)
        .collect();
    (found.len() as u64 >= u64::from(is.count_min.max(1))).then_some(found)
}

fn recipients(are: &RecipientsAre, facts: &Facts) -> bool {
    let such: Vec<&Recipient> = facts
        .recipients
        .iter()
        .filter(|r| is_such(are, r))
        .collect();
    let domains: BTreeSet<&str> = such.iter().map(|r| r.address.domain().as_str()).collect();
    such.len() as u64 >= u64::from(are.count_min.max(1))
        && domains.len() as u64 >= u64::from(are.domains_min)
        && (!are.every || such.len() == facts.recipients.len())
}

pub(super) fn is_such(are: &RecipientsAre, recipient: &Recipient) -> bool {
    are.side.is_none_or(|side| side == recipient.side)
        && any_of(&are.place, &recipient.place)
        && (are.address.is_empty() || are.address.iter().any(|p| p.fits(&recipient.address)))
}

fn sender(is: &SenderIs, facts: &Facts) -> bool {
    let sender = &facts.sender;
    let by_address = || {
        sender
            .address
            .as_ref()
            .is_some_and(|a| is.address.iter().any(|p| p.fits(a)))
    };
    let by_from = || {
        let from = facts
            .message
            .from
            .iter()
            .filter_map(|mailbox| Address::parse(&mailbox.address).ok());
        from.into_iter().any(|a| is.from.iter().any(|p| p.fits(&a)))
    };
    is.side.is_none_or(|side| side == sender.side)
        && is
            .has_manager
            .is_none_or(|has| has == sender.manager.is_some())
        && (is.address.is_empty() || by_address())
        && (is.from.is_empty() || by_from())
}

fn attachment<'a>(is: &AttachmentIs, facts: &'a Facts) -> Option<Vec<Reason<'a>>> {
    let found: Vec<_> = facts
        .parts
        .iter()
        .filter(|part| part_is(is, part))
        .map(Reason::Part)
        .collect();
    (!found.is_empty()).then_some(found)
}

fn part_is(is: &AttachmentIs, part: &PartFacts) -> bool {
    let names = || part.names.iter().chain(&part.name).chain(&part.member);
    let extension = |name: &String| {
        let end = name
            .rsplit_once('.')
            .map(|(_, end)| end.trim().to_lowercase());
        end.is_some_and(|end| is.extension.contains(&end))
    };
    (is.kind.is_empty() || is.kind.contains(&part.kind))
        && (is.verdict.is_empty()
            || part
                .all_verdicts()
                .any(|verdict| is.verdict.contains(&verdict)))
        && (is.extension.is_empty() || names().any(extension))
        && is
            .name
            .as_ref()
            .is_none_or(|pattern| names().any(|name| pattern.fits(name)))
        && is
            .encrypted
            .is_none_or(|encrypted| encrypted == part.encrypted)
        && part.size >= is.size_min
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
