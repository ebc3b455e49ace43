//! Tables about people: senders, recipients, and for whom a rule is.

use sekisho_address::{Address, Domain};

use super::condition::{addresses, count, text};
use super::fields::{Fields, Problems, Value};
use crate::predicate::{AttributeIs, PersonIs, RecipientsAre, SenderIs};
use crate::{AddressPattern, For};

const ATTRIBUTES: &str = "\"department\"";

pub(super) fn recipients(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<RecipientsAre> {
    let mut fields = value.fields(problems)?;
    let found = RecipientsAre {
        side: fields.value("side").and_then(|value| value.word(problems)),
        address: addresses(&mut fields, "address", problems),
        list: list(&mut fields, problems),
        address_text: fields
            .value("address_text")
            .and_then(|value| text(&value, problems)),
        place: words(&mut fields, "place", problems),
        person: person(&mut fields, problems),
        relation: words(&mut fields, "relation", problems),
        same: attribute_names(&mut fields, "same", problems),
        other: attribute_names(&mut fields, "other", problems),
        personal: yes_no(&mut fields, "personal", problems),
        first_contact: yes_no(&mut fields, "first_contact", problems),
        lookalike: yes_no(&mut fields, "lookalike", problems),
        count_min: count(&mut fields, "count_min", problems),
        count_max: count(&mut fields, "count_max", problems),
        domains_min: count(&mut fields, "domains_min", problems),
        organisations_min: count(&mut fields, "organisations_min", problems),
        every: yes_no(&mut fields, "every", problems).unwrap_or_default(),
    };
    fields.finish(problems);
    Some(found)
}

pub(super) fn sender(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<SenderIs> {
    let mut fields = value.fields(problems)?;
    let found = SenderIs {
        side: fields.value("side").and_then(|value| value.word(problems)),
        address: addresses(&mut fields, "address", problems),
        list: list(&mut fields, problems),
        address_text: fields
            .value("address_text")
            .and_then(|value| text(&value, problems)),
        from: addresses(&mut fields, "from", problems),
        person: person(&mut fields, problems),
        has_manager: yes_no(&mut fields, "has_manager", problems),
        personal: yes_no(&mut fields, "personal", problems),
        first_contact: yes_no(&mut fields, "first_contact", problems),
        lookalike: yes_no(&mut fields, "lookalike", problems),
    };
    fields.finish(problems);
    Some(found)
}

/// `scope = { domain = "…", group = "…", user = "…" }`.
pub(super) fn scope(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<For> {
    let mut fields = value.fields(problems)?;
    let domain = |text: &str| Domain::parse(text.strip_prefix('@').unwrap_or(text)).ok();
    let user = |text: &str| Address::parse(text).ok();
    let found = For {
        domains: fields
            .value("domain")
            .map(|value| value.all_parsed(domain, "\"sales.example.jp\"", problems))
            .unwrap_or_default(),
        groups: groups(&mut fields, problems),
        users: fields
            .value("user")
            .map(|value| value.all_parsed(user, "\"sato@example.jp\"", problems))
            .unwrap_or_default(),
    };
    fields.finish(problems);
    Some(found)
}

fn person(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> PersonIs {
    PersonIs {
        groups: groups(fields, problems),
        attributes: fields
            .value("attribute")
            .map(|value| attributes(&value, problems))
            .unwrap_or_default(),
        manager: addresses(fields, "manager", problems),
    }
}

fn groups(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Vec<AddressPattern> {
    // Groups have addresses; a domain would mean any group in it, which nobody wants to say.
    let group = |text: &str| {
        AddressPattern::parse(text).filter(|found| matches!(found, AddressPattern::Address(_)))
    };
    let value = fields.value("group");
    value
        .map(|value| value.all_parsed(group, "\"sales@example.jp\"", problems))
        .unwrap_or_default()
}

/// `{ department = "営業", title = ["部長", "課長"] }`.
fn attributes(value: &Value<'_>, problems: &mut Problems<'_>) -> Vec<AttributeIs> {
    let Some(fields) = value.fields(problems) else {
        return Vec::new();
    };
    let word = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
    let mut found = Vec::new();
    for (name, value) in fields.each() {
        if attribute_name(name).is_none() {
            let args = [("value", name.into()), ("want", ATTRIBUTES.into())];
            problems.add(value.at, &value.place, "policy-error-form", &args);
        }
        found.push(AttributeIs {
            name: name.to_owned(),
            values: value.all_parsed(word, "\"営業部\"", problems),
        });
    }
    found
}

/// As the directory writes them.
fn attribute_name(text: &str) -> Option<String> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (!text.is_empty() && text.len() <= 40 && text.bytes().all(fits)).then(|| text.to_owned())
}

fn attribute_names(
    fields: &mut Fields<'_>,
    name: &'static str,
    problems: &mut Problems<'_>,
) -> Vec<String> {
    let value = fields.value(name);
    value
        .map(|value| value.all_parsed(attribute_name, ATTRIBUTES, problems))
        .unwrap_or_default()
}

fn list(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Vec<String> {
    let value = fields.value("list");
    value
        .map(|value| value.list_names(false, problems))
        .unwrap_or_default()
}

fn words<W: super::Word>(
    fields: &mut Fields<'_>,
    name: &'static str,
    problems: &mut Problems<'_>,
) -> Vec<W> {
    let value = fields.value(name);
    value.map(|value| value.words(problems)).unwrap_or_default()
}

fn yes_no(
    fields: &mut Fields<'_>,
    name: &'static str,
    problems: &mut Problems<'_>,
) -> Option<bool> {
    fields.value(name).and_then(|value| value.yes_no(problems))
}
