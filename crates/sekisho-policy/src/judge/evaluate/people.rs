//! Sender and recipients, with what the directory and history say of them.

use std::collections::BTreeSet;

use sekisho_address::Address;

use crate::predicate::{PersonIs, RecipientsAre, Relation, SenderIs};
use crate::vocabulary::folded;
use crate::{AddressPattern, Direction, Facts, For, PersonFacts, Recipient, Side, is_free_mail};

use super::super::tri::Tri;
use super::super::view::View;
use super::{any_of, text};

pub(super) fn recipients(are: &RecipientsAre, view: &View<'_>) -> Tri {
    let all = &view.facts.recipients;
    let (mut certain, mut possible) = (Vec::new(), Vec::new());
    for recipient in all {
        match is_such(are, recipient, view) {
            Tri::Yes => certain.push(recipient),
            Tri::Maybe => possible.push(recipient),
            Tri::No => {}
        }
    }
    let most: Vec<&Recipient> = certain.iter().chain(&possible).copied().collect();
    let holds_for = |such: &[&Recipient]| {
        let count = such.len() as u64;
        count >= u64::from(are.count_min.max(1))
            && (are.domains_min == 0 || domains(such) >= u64::from(are.domains_min))
            && (are.organisations_min == 0
                || organisations(such) >= u64::from(are.organisations_min))
            && (!are.every || such.len() == all.len())
    };
    let within = |count: usize| are.count_max == 0 || count as u64 <= u64::from(are.count_max);
    match (holds_for(&certain), holds_for(&most)) {
        (true, _) if within(most.len()) => Tri::Yes,
        (_, true) if within(certain.len()) => Tri::Maybe,
        _ => Tri::No,
    }
}

fn domains(such: &[&Recipient]) -> u64 {
    let names: BTreeSet<&str> = such.iter().map(|r| r.address.domain().as_str()).collect();
    names.len() as u64
}

fn organisations(such: &[&Recipient]) -> u64 {
    let names: BTreeSet<_> = such
        .iter()
        .map(|r| r.address.domain().organisational())
        .collect();
    names.len() as u64
}

/// Whether all that is asked of a single recipient holds for this one.
pub(in crate::judge) fn is_such(
    are: &RecipientsAre,
    recipient: &Recipient,
    view: &View<'_>,
) -> Tri {
    let cheap = are.side.is_none_or(|side| side == recipient.side)
        && any_of(&are.place, &recipient.place)
        && are
            .personal
            .is_none_or(|personal| personal == is_free_mail(recipient.address.domain()))
        && are
            .address_text
            .as_ref()
            .is_none_or(|pattern| text::short(pattern, &recipient.address.to_string(), view));
    let (facts, address) = (view.facts, &recipient.address);
    let contact = || facts.contact(address);
    Tri::from(cheap)
        .and(|| is_at(&are.address, &are.list, address, view).into())
        .and(|| person_is(&are.person, recipient.side, address, facts))
        .and(|| relation(are, recipient, facts))
        .and(|| compared(are, address, facts))
        .and(|| first_contact(are.first_contact, recipient.side, address, facts))
        .and(|| {
            Tri::wanted(are.lookalike, || {
                let similar = contact().and_then(|known| known.similar_to.as_ref());
                match recipient.side {
                    Side::Internal => Some(false),
                    Side::External => similar.map(|similar| !similar.is_empty()),
                }
            })
        })
}

fn first_contact(wanted: Option<bool>, side: Side, address: &Address, facts: &Facts) -> Tri {
    Tri::wanted(wanted, || match side {
        Side::Internal => Some(false),
        Side::External => facts.contact(address).and_then(|known| known.first_contact),
    })
}

/// Whether the address, or another address of the same person, is among these.
fn is_at(
    patterns: &[AddressPattern],
    lists: &[String],
    address: &Address,
    view: &View<'_>,
) -> bool {
    if patterns.is_empty() && lists.is_empty() {
        return true;
    }
    let among = |address: &Address| {
        patterns.iter().any(|pattern| pattern.fits(address))
            || lists
                .iter()
                .any(|name| view.policy.is_listed(name, address))
    };
    let also = || {
        let person = view.facts.person(address);
        person.is_some_and(|person| person.addresses().any(among))
    };
    among(address) || also()
}

fn person_is(is: &PersonIs, side: Side, address: &Address, facts: &Facts) -> Tri {
    if *is == PersonIs::default() {
        return Tri::Yes;
    }
    let Some(person) = facts.person(address) else {
        // Strangers are in no group; of our own people only the directory knows.
        let unknown = facts.people.is_empty() && side == Side::Internal;
        return if unknown { Tri::Maybe } else { Tri::No };
    };
    let fits = |patterns: &[AddressPattern], address: &Address| {
        patterns.iter().any(|pattern| pattern.fits(address))
    };
    let in_group = person.groups.iter().any(|group| fits(&is.groups, group));
    let by_manager = || {
        person
            .manager
            .as_ref()
            .is_some_and(|manager| fits(&is.manager, manager))
    };
    let attributes = || {
        is.attributes.iter().all(|wanted| {
            let found = person.attributes.get(&wanted.name).map(|text| folded(text));
            found.is_some_and(|found| wanted.values.iter().any(|value| folded(value) == found))
        })
    };
    ((is.groups.is_empty() || in_group) && (is.manager.is_empty() || by_manager()) && attributes())
        .into()
}

fn relation(are: &RecipientsAre, recipient: &Recipient, facts: &Facts) -> Tri {
    Tri::listed(&are.relation, || {
        let Some(sender) = &facts.sender.address else {
            return Tri::No;
        };
        let is = |manager: Option<&Address>, of: &Address| {
            manager.is_some_and(|manager| manager.key() == of.key())
        };
        let manager = || {
            let of_sender = facts.sender.manager.as_ref().map(|person| &person.address);
            is(of_sender, &recipient.address)
        };
        let report = || {
            let person = facts.person(&recipient.address);
            is(person.and_then(|person| person.manager.as_ref()), sender)
        };
        let unknown = facts.people.is_empty() && recipient.side == Side::Internal;
        Tri::any(are.relation.iter().map(|relation| match relation {
            Relation::Manager => manager().into(),
            Relation::Report if unknown => Tri::Maybe,
            Relation::Report => report().into(),
        }))
    })
}

/// Attributes beside those of the sender. Somebody without the attribute is not the same, and not
/// known to be another.
fn compared(are: &RecipientsAre, address: &Address, facts: &Facts) -> Tri {
    if are.same.is_empty() && are.other.is_empty() {
        return Tri::Yes;
    }
    let sender = facts.sender.address.as_ref().and_then(|a| facts.person(a));
    let (Some(sender), Some(person)) = (sender, facts.person(address)) else {
        return if facts.people.is_empty() {
            Tri::Maybe
        } else {
            Tri::No
        };
    };
    let value =
        |person: &PersonFacts, name: &str| person.attributes.get(name).map(|text| folded(text));
    let both = |name: &String| value(sender, name).zip(value(person, name));
    let same = are
        .same
        .iter()
        .all(|name| both(name).is_some_and(|(a, b)| a == b));
    let other = are
        .other
        .iter()
        .all(|name| both(name).is_some_and(|(a, b)| a != b));
    (same && other).into()
}

pub(super) fn sender(is: &SenderIs, view: &View<'_>) -> Tri {
    let facts = view.facts;
    let sender = &facts.sender;
    let by_address = |address: &Address| is_at(&is.address, &is.list, address, view);
    let by_from = || {
        let from = facts
            .message
            .from
            .iter()
            .filter_map(|mailbox| Address::parse(&mailbox.address).ok());
        from.into_iter().any(|a| is.from.iter().any(|p| p.fits(&a)))
    };
    let address = sender.address.as_ref();
    let cheap = is.side.is_none_or(|side| side == sender.side)
        && is
            .has_manager
            .is_none_or(|has| has == sender.manager.is_some())
        && ((is.address.is_empty() && is.list.is_empty()) || address.is_some_and(by_address))
        && (is.from.is_empty() || by_from())
        && is.personal.is_none_or(|personal| {
            personal == address.is_some_and(|address| is_free_mail(address.domain()))
        })
        && is.address_text.as_ref().is_none_or(|pattern| {
            address.is_some_and(|address| text::short(pattern, &address.to_string(), view))
        });
    Tri::from(cheap).and(|| match address {
        None => (is.person == PersonIs::default()
            && is.first_contact.is_none()
            && is.lookalike.is_none())
        .into(),
        Some(address) => person_is(&is.person, sender.side, address, facts)
            .and(|| first_contact(is.first_contact, sender.side, address, facts))
            .and(|| {
                Tri::wanted(is.lookalike, || match sender.side {
                    Side::Internal => Some(false),
                    Side::External => facts
                        .contact(address)
                        .and_then(|known| known.similar_to.as_ref())
                        .map(|similar| !similar.is_empty()),
                })
            }),
    })
}

/// Whether somebody is among those whom a rule is for.
fn is_for(scope: &For, side: Side, address: &Address, facts: &Facts) -> Tri {
    let person = facts.person(address);
    let mut addresses: Vec<&Address> = vec![address];
    addresses.extend(person.into_iter().flat_map(PersonFacts::addresses));
    let user = |own: &&Address| scope.users.iter().any(|user| user.key() == own.key());
    let domain = |own: &&Address| scope.domains.iter().any(|domain| own.domain() == domain);
    if addresses.iter().any(user) || addresses.iter().any(domain) {
        return Tri::Yes;
    }
    if scope.groups.is_empty() {
        return Tri::No;
    }
    let groups = PersonIs {
        groups: scope.groups.clone(),
        ..PersonIs::default()
    };
    person_is(&groups, side, address, facts)
}

/// Whether a rule is for this mail, and of mail from outside for which recipients; all without
/// naming them where it is for everybody.
pub(in crate::judge) fn for_whom(scope: &For, facts: &Facts) -> (Tri, Option<Vec<usize>>) {
    if scope.is_everybody() {
        return (Tri::Yes, None);
    }
    if facts.direction != Direction::Inbound {
        let sender = &facts.sender;
        let found = sender.address.as_ref();
        let found = found.map_or(Tri::No, |address| {
            is_for(scope, sender.side, address, facts)
        });
        return (found, None);
    }
    let mut best = Tri::No;
    let mut theirs = Vec::new();
    for (place, recipient) in facts.recipients.iter().enumerate() {
        let found = is_for(scope, recipient.side, &recipient.address, facts);
        if found != Tri::No {
            best = best.max(found);
            theirs.push(place);
        }
    }
    (best, Some(theirs))
}
