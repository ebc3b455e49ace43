//! What was before: whether somebody outside was ever in contact, whether they only look like somebody who was, and
//! whether a mail answers one that was found to be forged. Asked only where a rule asks.

use std::sync::Arc;

use sekisho_address::{Address, Domain};
use sekisho_mime::Message;
use sekisho_phish::Knowledge;
use sekisho_policy::{ContactFacts, Direction, Policy, Verdict};
use sekisho_store::Store;

use super::Mail;
use super::known::Known;

/// Somebody outside and one of ours, by look-up keys.
type Pair = (usize, String, String);

/// Recipients whose history is looked up; a mail to more of them is a circular.
const CONTACTS_MAX: usize = 200;

/// Mails of a thread that are looked at.
const ANSWERED_MAX: usize = 20;

pub(super) async fn add(
    known: &mut Known,
    mail: &Mail,
    raw: &[u8],
    policy: &Arc<Policy>,
    store: &Store,
) {
    if policy.asks_answered() {
        known.answers_suspect = answers_suspect(mail, raw, store).await;
    }
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

/// Whether a mail with the Message-ID that this one answers was found to be forged or phishing; none when that could
/// not be found out.
async fn answers_suspect(mail: &Mail, raw: &[u8], store: &Store) -> Option<bool> {
    let header = super::rewrite::header_section(raw);
    let message = Message::parse(header);
    let mut answered: Vec<String> = Vec::new();
    for field in message.headers() {
        if field.is("In-Reply-To") || field.is("References") {
            let text = String::from_utf8_lossy(&field.unfolded()).into_owned();
            answered.extend(text.split_whitespace().map(str::to_owned));
        }
    }
    // The nearest ones count: a long thread is not gone through to its beginning.
    let from = answered.len().saturating_sub(ANSWERED_MAX);
    let answered = answered.split_off(from);
    let (tenant, before) = (mail.addressed.tenant, mail.id);
    let asked = store.read(move |reader| {
        for id in answered {
            let verdicts = reader.verdicts_of(tenant, &id, before)?;
            if verdicts.iter().any(|verdict| is_suspect(verdict)) {
                return Ok(true);
            }
        }
        Ok(false)
    });
    asked
        .await
        .inspect_err(|error| tracing::warn!(%error, "what a mail answers could not be read"))
        .ok()
}

fn is_suspect(verdict_json: &str) -> bool {
    const FORGED: [&str; 3] = [
        "auth.own_domain",
        "auth.dmarc_reject",
        "auth.dmarc_quarantine",
    ];
    let verdict = serde_json::from_str::<Verdict>(verdict_json);
    verdict.is_ok_and(|verdict| {
        verdict.findings.iter().any(|finding| {
            FORGED.contains(&finding.id.as_str())
                || matches!(finding.id.as_str(), "phish.phishing" | "phish.suspicious")
        })
    })
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
