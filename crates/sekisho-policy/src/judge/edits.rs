//! What the changes of the rules are for one mail.

use sekisho_address::{Address, Domain};
use sekisho_words::say;

use super::evaluate::part_is;
use super::matching::Match;
use super::tri::Tri;
use super::view::View;
use crate::{
    AddedRule, AttachmentIs, Edit, EditRule, Facts, IfSigned, MessageTrait, Rule, Side,
    StrippedPart, Whose,
};

/// Whether the mail is signed or encrypted, and a banner of the rule may then not go around it.
pub(super) fn must_refuse(rule: &Rule, view: &View<'_>) -> bool {
    let refuses = |edit: &EditRule| {
        matches!(
            edit,
            EditRule::Banner {
                if_signed: IfSigned::Refuse,
                ..
            }
        )
    };
    rule.then.edits.iter().any(refuses) && is_sealed(view.facts)
}

fn is_sealed(facts: &Facts) -> bool {
    let sealed =
        |kind: &MessageTrait| matches!(kind, MessageTrait::Signed | MessageTrait::Encrypted);
    facts.message.traits.iter().any(sealed)
}

/// The changes of these rules to the copies of these recipients, each once.
pub(super) fn of(acting: &[&Match<'_>], recipients: &[usize], view: &View<'_>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for rule in acting.iter().flat_map(|found| &found.rule.then.edits) {
        if let Some(edit) = edit(rule, recipients, view).filter(|edit| !edits.contains(edit)) {
            edits.push(edit);
        }
    }
    edits
}

fn edit(rule: &EditRule, recipients: &[usize], view: &View<'_>) -> Option<Edit> {
    let facts = view.facts;
    Some(match rule {
        EditRule::AddHeader { name, value } => Edit::AddHeader {
            name: name.clone(),
            value: value.clone(),
        },
        EditRule::RemoveHeader { name } => Edit::RemoveHeader { name: name.clone() },
        EditRule::TagSubject { tag } => Edit::TagSubject { tag: tag.clone() },
        EditRule::Banner {
            if_signed: IfSigned::Skip,
            ..
        } if is_sealed(facts) => return None,
        EditRule::Banner {
            place, text, html, ..
        } => Edit::Banner {
            place: *place,
            text: filled(text, view, str::to_owned),
            html: html.as_ref().map(|html| filled(html, view, escaped)),
        },
        EditRule::ToBcc { whose } => Edit::ToBcc {
            keep_domains: match whose {
                Whose::External => own_domains(facts),
                Whose::All => Vec::new(),
            },
        },
        EditRule::OneEach { whose } => Edit::OneEach {
            recipients: chosen(facts, recipients, |to| {
                *whose == Whose::All || to.side == Side::External
            })?,
        },
        EditRule::AddRecipients { header, who } => Edit::AddRecipients {
            header: *header,
            addresses: added(who, facts)?,
        },
        EditRule::RemoveRecipients { who } => {
            let recipients = chosen(facts, recipients, |to| {
                who.iter().any(|pattern| pattern.fits(&to.address))
            })?;
            let addresses = recipients.iter().filter_map(|at| facts.recipients.get(*at));
            let addresses = addresses.flat_map(|to| {
                let person = facts.person(&to.address).into_iter();
                let all = person.flat_map(|person| person.addresses());
                std::iter::once(&to.address).chain(all.filter(|own| **own != to.address))
            });
            Edit::RemoveRecipients {
                addresses: addresses.cloned().collect(),
                recipients,
            }
        }
        EditRule::Redirect { who } => Edit::Redirect {
            addresses: who.clone(),
        },
        EditRule::Strip { what, note } => strip(what, note.as_deref(), view)?,
    })
}

fn chosen(
    facts: &Facts,
    recipients: &[usize],
    wanted: impl Fn(&crate::Recipient) -> bool,
) -> Option<Vec<usize>> {
    let is_wanted = |place: &&usize| facts.recipients.get(**place).is_some_and(&wanted);
    let chosen: Vec<usize> = recipients.iter().filter(is_wanted).copied().collect();
    (!chosen.is_empty()).then_some(chosen)
}

/// The domains of those inside, as far as this mail shows them.
fn own_domains(facts: &Facts) -> Vec<Domain> {
    let inside = facts
        .recipients
        .iter()
        .filter(|recipient| recipient.side == Side::Internal)
        .map(|recipient| &recipient.address);
    let sender = facts
        .sender
        .address
        .iter()
        .filter(|_| facts.sender.side == Side::Internal);
    let people = facts.people.iter().map(|person| &person.address);
    let people = people.filter(|address| {
        let known = facts.recipients.iter().find(|to| to.address == **address);
        known.is_none_or(|to| to.side == Side::Internal)
    });
    let mut domains: Vec<Domain> = inside
        .chain(sender)
        .chain(people)
        .map(|address| address.domain().clone())
        .collect();
    domains.sort();
    domains.dedup();
    domains
}

/// Those who do not get the mail already.
fn added(who: &[AddedRule], facts: &Facts) -> Option<Vec<Address>> {
    let manager = facts.sender.manager.as_ref().map(|person| &person.address);
    let addresses = who.iter().filter_map(|who| match who {
        AddedRule::Manager => manager,
        AddedRule::Address(address) => Some(address),
    });
    let mut new: Vec<Address> = Vec::new();
    for address in addresses {
        let key = address.key();
        let known = facts.recipients.iter().any(|to| to.address.key() == key);
        if !known && !new.iter().any(|other| other.key() == key) {
            new.push(address.clone());
        }
    }
    (!new.is_empty()).then_some(new)
}

fn strip(what: &AttachmentIs, note: Option<&str>, view: &View<'_>) -> Option<Edit> {
    let mut parts: Vec<StrippedPart> = Vec::new();
    for (place, part) in view.facts.parts.iter().enumerate() {
        if part_is(what, place, part, view) == Tri::No {
            continue;
        }
        // A member cannot be taken out of its archive, nor one reading out of a part.
        let path = part.path.split('~').next().unwrap_or_default();
        if parts.iter().any(|known| known.path == path) {
            continue;
        }
        let outer = view
            .facts
            .parts
            .iter()
            .find(|outer| outer.path == path && outer.member.is_none());
        let name = outer
            .unwrap_or(part)
            .name
            .clone()
            .unwrap_or_else(|| path.to_owned());
        parts.push(StrippedPart {
            path: path.to_owned(),
            name,
        });
    }
    if parts.is_empty() {
        return None;
    }
    let note = match note {
        Some(note) => filled(note, view, str::to_owned),
        None => {
            let words = say("policy-stripped-note", &[]);
            format!("{}\n{}", words.ja, words.en)
        }
    };
    Some(Edit::Strip { parts, note })
}

/// `{sender}`, `{name}`, `{date}` and the sender's attributes put in. An attribute that the sender does
/// not have gives nothing; a brace that is closed by nothing stays.
fn filled(text: &str, view: &View<'_>, safe: impl Fn(&str) -> String) -> String {
    let facts = view.facts;
    let value = |name: &str| -> Option<String> {
        let sender = facts.sender.address.as_ref();
        match name {
            "sender" => Some(sender.map(Address::to_unicode).unwrap_or_default()),
            "name" => Some(facts.sender.display_name.clone().unwrap_or_default()),
            "date" => Some(view.local().date().to_string()),
            name if is_attribute(name) => {
                let person = sender.and_then(|address| facts.person(address));
                Some(
                    person
                        .and_then(|person| person.attributes.get(name).cloned())
                        .unwrap_or_default(),
                )
            }
            _ => None,
        }
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let named = after.split_once('}');
        match named.and_then(|(name, behind)| Some((value(name)?, behind))) {
            Some((value, behind)) => {
                out.push_str(&safe(&value));
                rest = behind;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_attribute(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
