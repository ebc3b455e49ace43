//! What was before: whether somebody outside was ever in contact, whether they only look like somebody who was, and
//! whether a mail answers one that was found to be forged. Asked only where a rule asks.

use std::sync::Arc;

use sekisho_address::{Address, Domain};
use sekisho_phish::Knowledge;
use sekisho_policy::{ContactFacts, Direction, Policy};
use sekisho_store::Store;

use super::Mail;
use super::known::Known;

/// Somebody outside and one of ours, by look-up keys.
type Pair = (usize, String, String);

/// Recipients whose history is looked up; a mail to more of them is a circular.
const CONTACTS_MAX: usize = 200;

pub(super) async fn add(known: &mut Known, mail: &Mail, policy: &Arc<Policy>, store: &Store) {
    let (first, lookalike) = (policy.asks_first_contact(), policy.asks_lookalike());
    if !first && !lookalike {
        return;
    }
    let (mut contacts, pairs) = outside(mail, known.direction());
    if lookalike {
        let knowledge = knowledge(known.internal_domains(), policy);
        for contact in &mut contacts {
            let found = knowledge.lookalike(contact.address.domain().as_str());
            contact.similar_to = Some(found.map(|found| found.target).unwrap_or_default());
        }
    }
    if first {
        let (tenant, before) = (mail.addressed.tenant, mail.id);
        let asked = store.read(move |reader| {
            let mut known = Vec::with_capacity(pairs.len());
            for (place, ours, theirs) in pairs {
                known.push((place, reader.has_written(tenant, &ours, &theirs, before)?));
            }
            Ok(known)
        });
        match asked.await {
            Ok(answers) => {
                for (place, has_written) in answers {
                    if let Some(contact) = contacts.get_mut(place) {
                        let before = contact.first_contact.unwrap_or(true);
                        contact.first_contact = Some(before && !has_written);
                    }
                }
            }
            // Not known: rules take the safe side.
            Err(error) => tracing::warn!(%error, "the history of a contact could not be read"),
        }
    }
    known.contacts = contacts;
}

/// Those outside, each once, and who of ours they may have been in contact with.
fn outside(mail: &Mail, direction: Direction) -> (Vec<ContactFacts>, Vec<Pair>) {
    let mut contacts: Vec<ContactFacts> = Vec::new();
    let mut pairs = Vec::new();
    let new = |address: &Address| ContactFacts {
        address: address.clone(),
        first_contact: None,
        similar_to: None,
    };
    let sender = mail.envelope.reverse_path.address();
    let recipients = mail.addressed.recipients.iter();
    if direction == Direction::Inbound {
        let Some(sender) = sender else {
            return (contacts, pairs);
        };
        contacts.push(new(sender));
        for to in recipients.take(CONTACTS_MAX) {
            pairs.push((0, to.address.key(), sender.key()));
        }
        return (contacts, pairs);
    }
    let ours = mail.signed_in.as_ref().map(|who| who.address.key());
    let ours = ours
        .or_else(|| sender.map(Address::key))
        .unwrap_or_default();
    for to in recipients.filter(|to| to.is_external()).take(CONTACTS_MAX) {
        pairs.push((contacts.len(), ours.clone(), to.address.key()));
        contacts.push(new(&to.address));
    }
    (contacts, pairs)
}

/// Whom an address may pretend to be: us, and whoever stands on a list of the policy.
fn knowledge(own: &[Domain], policy: &Policy) -> Knowledge {
    let mut knowledge = Knowledge::of(own);
    for pattern in policy.lists().iter().flat_map(|list| list.addresses()) {
        knowledge.add_partner(pattern.domain());
    }
    knowledge
}
