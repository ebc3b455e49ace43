//! Whether all that meets one condition meets another, whatever the facts.

use crate::pattern::TextPattern;
use crate::predicate::{AttachmentIs, FindingIs, PersonIs, Predicate, RecipientsAre, SenderIs};
use crate::{AddressPattern, Condition, IdPattern, Rule};

/// Whether every mail that the one rule matches is matched by the other.
pub(super) fn is_within(inner: &Rule, outer: &Rule) -> bool {
    let directions = outer.directions.is_empty()
        || (!inner.directions.is_empty()
            && inner
                .directions
                .iter()
                .all(|direction| outer.directions.contains(direction)));
    let days = |outer: Option<jiff::civil::Date>, inner: Option<jiff::civil::Date>| {
        outer.is_none() || outer == inner
    };
    directions
        && (outer.scope.is_everybody() || outer.scope == inner.scope)
        && days(outer.starts, inner.starts)
        && days(outer.ends, inner.ends)
        && (outer.unless.is_none() || outer.unless == inner.unless)
        && implies(&inner.when, &outer.when)
}

/// Whether `a` can only hold where `b` holds. `false`: it may, or it cannot be told.
pub(super) fn implies(a: &Condition, b: &Condition) -> bool {
    if a == b {
        return true;
    }
    match (a, b) {
        (_, Condition::Always) => true,
        (_, Condition::All(members)) => members.iter().all(|member| implies(a, member)),
        (Condition::Any(members), _) => members.iter().all(|member| implies(member, b)),
        (Condition::All(members), Condition::Any(others)) => {
            members.iter().any(|member| implies(member, b))
                || others.iter().any(|other| implies(a, other))
        }
        (_, Condition::Any(members)) => members.iter().any(|member| implies(a, member)),
        (Condition::All(members), _) => members.iter().any(|member| implies(member, b)),
        (Condition::Not(a), Condition::Not(b)) => implies(b, a),
        (Condition::Is(a), Condition::Is(b)) => predicate(a, b),
        _ => false,
    }
}

fn predicate(a: &Predicate, b: &Predicate) -> bool {
    use Predicate as P;
    match (a, b) {
        (P::Finding(a), P::Finding(b)) => finding(a, b),
        (P::Recipients(a), P::Recipients(b)) => recipients(a, b),
        (P::Sender(a), P::Sender(b)) => sender(a, b),
        (P::Attachment(a), P::Attachment(b)) => attachment(a, b),
        // What stands in the subject stands in the wider places too.
        (P::Subject(a), P::Subject(b) | P::Text(b) | P::Anywhere(b))
        | (P::Body(a), P::Body(b) | P::Text(b) | P::Anywhere(b))
        | (P::Text(a), P::Text(b) | P::Anywhere(b))
        | (P::Anywhere(a), P::Anywhere(b)) => text(a, b),
        (P::Direction(a), P::Direction(b)) => subset(a, b),
        (P::MessageKind(a), P::MessageKind(b)) => subset(a, b),
        (P::Trait(a), P::Trait(b)) => subset(a, b),
        (P::Importance(a), P::Importance(b)) => subset(a, b),
        (P::Language(a), P::Language(b)) | (P::Charset(a), P::Charset(b)) => subset(a, b),
        (P::SizeMin(a), P::SizeMin(b)) => a >= b,
        (P::SizeMax(a), P::SizeMax(b)) => a <= b,
        (P::SpamScoreMin(a), P::SpamScoreMin(b)) => a >= b,
        _ => false,
    }
}

/// Alternatives: fewer are within more. Nothing listed asks nothing.
fn subset<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    b.is_empty() || (!a.is_empty() && a.iter().all(|value| b.contains(value)))
}

fn asked<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> bool {
    b.is_none() || a == b
}

fn at_least(a: u32, b: u32) -> bool {
    a.max(1) >= b.max(1)
}

fn finding(a: &FindingIs, b: &FindingIs) -> bool {
    let covered = |id: &IdPattern| b.ids.iter().any(|wide| wide.covers(id));
    a.ids.iter().all(covered)
        && at_least(a.count_min, b.count_min)
        && a.confidence_percent_min >= b.confidence_percent_min
        && (b.count_max == 0 || a == b)
}

fn text(a: &TextPattern, b: &TextPattern) -> bool {
    let no_less = b.count_min() <= 1 || (a.count_min() >= b.count_min());
    let words = a.words().iter().all(|word| b.words().contains(word));
    let lists = a.lists().iter().all(|list| b.lists().contains(list));
    let expression = a.expression().is_none() || a.expression() == b.expression();
    words && lists && expression && no_less
}

fn addresses(a: &[AddressPattern], b: &[AddressPattern]) -> bool {
    b.is_empty() || (!a.is_empty() && a.iter().all(|one| b.iter().any(|wide| wide.covers(one))))
}

fn person(a: &PersonIs, b: &PersonIs) -> bool {
    addresses(&a.groups, &b.groups)
        && addresses(&a.manager, &b.manager)
        && b.attributes.iter().all(|wanted| {
            a.attributes
                .iter()
                .any(|own| own.name == wanted.name && subset(&own.values, &wanted.values))
        })
}

/// Where a list of the policy is an alternative to addresses, both must be within.
fn who(
    (a, a_lists): (&[AddressPattern], &[String]),
    (b, b_lists): (&[AddressPattern], &[String]),
) -> bool {
    if b.is_empty() && b_lists.is_empty() {
        return true;
    }
    let named = !a.is_empty() || !a_lists.is_empty();
    let covered = |one: &AddressPattern| b.iter().any(|wide| wide.covers(one));
    named && a.iter().all(covered) && a_lists.iter().all(|list| b_lists.contains(list))
}

fn recipients(a: &RecipientsAre, b: &RecipientsAre) -> bool {
    if b.count_max != 0 || (b.every && !a.every) {
        return a == b;
    }
    asked(&a.side, &b.side)
        && who((&a.address, &a.list), (&b.address, &b.list))
        && asked(&a.address_text, &b.address_text)
        && subset(&a.place, &b.place)
        && person(&a.person, &b.person)
        && subset(&a.relation, &b.relation)
        && b.same.iter().all(|name| a.same.contains(name))
        && b.other.iter().all(|name| a.other.contains(name))
        && asked(&a.personal, &b.personal)
        && asked(&a.first_contact, &b.first_contact)
        && asked(&a.lookalike, &b.lookalike)
        && at_least(a.count_min, b.count_min)
        && at_least(a.domains_min.max(a.organisations_min), b.domains_min)
        && at_least(a.organisations_min, b.organisations_min)
}

fn sender(a: &SenderIs, b: &SenderIs) -> bool {
    asked(&a.side, &b.side)
        && who((&a.address, &a.list), (&b.address, &b.list))
        && asked(&a.address_text, &b.address_text)
        && addresses(&a.from, &b.from)
        && person(&a.person, &b.person)
        && asked(&a.has_manager, &b.has_manager)
        && asked(&a.personal, &b.personal)
        && asked(&a.first_contact, &b.first_contact)
        && asked(&a.lookalike, &b.lookalike)
}

fn attachment(a: &AttachmentIs, b: &AttachmentIs) -> bool {
    // One that asks nothing leaves the text of the mail out, which one that asks something may take in.
    let asks_any = b.asks_any() && !a.asks_any();
    !asks_any
        && subset(&a.kind, &b.kind)
        && subset(&a.verdict, &b.verdict)
        && subset(&a.extension, &b.extension)
        && asked(&a.name, &b.name)
        && asked(&a.text, &b.text)
        && asked(&a.encrypted, &b.encrypted)
        && asked(&a.uninspectable, &b.uninspectable)
        && a.size_min >= b.size_min
        && a.total_size_min >= b.total_size_min
        && at_least(a.count_min, b.count_min)
}
