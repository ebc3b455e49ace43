//! `when` and `unless`: tables to a [`Condition`].

use super::fields::{Fields, Problems, Value};
use crate::Condition;
use crate::limits::{CONDITION_DEPTH_MAX, VALUES_MAX};
use crate::pattern::{AddressPattern, IdPattern, Network, TextPattern};
use crate::predicate::{
    AttachmentIs, AuthIs, ClientIs, FindingIs, Predicate, RecipientsAre, SenderIs,
};

const KEYS: &str = "all, any, not, always, finding, recipients, sender, subject, attachment, auth, client, \
                    direction, size_min, message_kind, uninspectable, ambiguous, spam_score_min";

const ADDRESSES: &str = "\"a@example.jp\", \"@example.jp\", \"@*.example.jp\"";
const IDS: &str = "\"dlp.my_number\", \"dlp.*\"";

/// A table of one key is that; of several: all of them.
pub(super) fn read(
    value: &Value<'_>,
    depth: usize,
    problems: &mut Problems<'_>,
) -> Option<Condition> {
    if depth > CONDITION_DEPTH_MAX {
        let args = [("max", CONDITION_DEPTH_MAX.into())];
        problems.add(value.at, &value.place, "policy-error-too-deep", &args);
        return None;
    }
    let fields = value.fields(problems)?;
    let mut parts: Vec<Condition> = Vec::new();
    let mut count = 0;
    for (key, value) in fields.each() {
        count += 1;
        parts.extend(one(key, &value, depth, problems));
    }
    if count == 0 {
        problems.add(value.at, &value.place, "policy-error-no-condition", &[]);
    }
    if parts.len() == 1 {
        parts.pop()
    } else {
        Some(Condition::All(parts))
    }
}

fn one(
    key: &str,
    value: &Value<'_>,
    depth: usize,
    problems: &mut Problems<'_>,
) -> Option<Condition> {
    match key {
        "all" => branch(value, depth, problems).map(Condition::All),
        "any" => branch(value, depth, problems).map(Condition::Any),
        "not" => read(value, depth + 1, problems).map(|inner| Condition::Not(Box::new(inner))),
        "always" => match value.yes_no(problems)? {
            true => Some(Condition::Always),
            false => Some(Condition::Not(Box::new(Condition::Always))),
        },
        key => predicate(key, value, problems).map(Condition::Is),
    }
}

fn branch(value: &Value<'_>, depth: usize, problems: &mut Problems<'_>) -> Option<Vec<Condition>> {
    let members = value.list(VALUES_MAX, problems);
    if members.is_empty() {
        problems.add(value.at, &value.place, "policy-error-no-condition", &[]);
        return None;
    }
    Some(
        members
            .iter()
            .filter_map(|member| read(member, depth + 1, problems))
            .collect(),
    )
}

fn predicate(key: &str, value: &Value<'_>, problems: &mut Problems<'_>) -> Option<Predicate> {
    let size_max = i64::from(u32::MAX);
    Some(match key {
        "finding" => Predicate::Finding(finding(value, problems)?),
        "recipients" => Predicate::Recipients(recipients(value, problems)?),
        "sender" => Predicate::Sender(sender(value, problems)?),
        "subject" => Predicate::Subject(text(value, problems)?),
        "attachment" => Predicate::Attachment(attachment(value, problems)?),
        "auth" => Predicate::Auth(auth(value, problems)?),
        "client" => Predicate::Client(client(value, problems)?),
        "direction" => Predicate::Direction(value.words(problems)),
        "size_min" => Predicate::SizeMin(value.number(0, size_max, problems)?.unsigned_abs()),
        "message_kind" => Predicate::MessageKind(value.words(problems)),
        "uninspectable" => Predicate::Uninspectable(value.yes_no(problems)?),
        "ambiguous" => Predicate::Ambiguous(value.yes_no(problems)?),
        "spam_score_min" => Predicate::SpamScoreMin(value.number(-10_000, 10_000, problems)?),
        unknown => {
            let args = [("key", unknown.into()), ("known", KEYS.into())];
            problems.add(value.at, &value.place, "policy-error-unknown-key", &args);
            return None;
        }
    })
}

/// `"dlp.my_number"`, a list of ids, or a table.
fn finding(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<FindingIs> {
    let Some(mut fields) = table(value, problems) else {
        let ids = value.all_parsed(IdPattern::parse, IDS, problems);
        return Some(FindingIs {
            ids,
            ..FindingIs::default()
        });
    };
    let found = FindingIs {
        ids: fields
            .required("id", problems)
            .map(|v| v.all_parsed(IdPattern::parse, IDS, problems))
            .unwrap_or_default(),
        count_min: count(&mut fields, "count_min", problems),
        confidence_percent_min: fields
            .value("confidence_percent_min")
            .and_then(|value| value.number(0, 100, problems))
            .unwrap_or_default(),
    };
    fields.finish(problems);
    Some(found)
}

fn recipients(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<RecipientsAre> {
    let mut fields = value.fields(problems)?;
    let found = RecipientsAre {
        side: fields.value("side").and_then(|value| value.word(problems)),
        address: addresses(&mut fields, "address", problems),
        place: fields
            .value("place")
            .map(|value| value.words(problems))
            .unwrap_or_default(),
        count_min: count(&mut fields, "count_min", problems),
        domains_min: count(&mut fields, "domains_min", problems),
        every: fields
            .value("every")
            .and_then(|value| value.yes_no(problems))
            .unwrap_or_default(),
    };
    fields.finish(problems);
    Some(found)
}

fn sender(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<SenderIs> {
    let mut fields = value.fields(problems)?;
    let found = SenderIs {
        side: fields.value("side").and_then(|value| value.word(problems)),
        address: addresses(&mut fields, "address", problems),
        from: addresses(&mut fields, "from", problems),
        has_manager: fields
            .value("has_manager")
            .and_then(|value| value.yes_no(problems)),
    };
    fields.finish(problems);
    Some(found)
}

fn attachment(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<AttachmentIs> {
    let mut fields = value.fields(problems)?;
    let lower =
        |text: &str| (!text.is_empty() && text == text.to_lowercase()).then(|| text.to_owned());
    let mut words = |name, problems: &mut Problems<'_>| {
        let value = fields.value(name);
        value
            .map(|value| value.all_parsed(lower, "\"exe\"", problems))
            .unwrap_or_default()
    };
    let kind = words("type", problems);
    let extension = words("extension", problems);
    let found = AttachmentIs {
        kind,
        extension,
        verdict: fields
            .value("verdict")
            .map(|value| value.words(problems))
            .unwrap_or_default(),
        name: fields
            .value("name")
            .and_then(|value| text(&value, problems)),
        encrypted: fields
            .value("encrypted")
            .and_then(|value| value.yes_no(problems)),
        size_min: fields
            .value("size_min")
            .and_then(|value| value.number(0, i64::from(u32::MAX), problems))
            .map_or(0, i64::unsigned_abs),
    };
    fields.finish(problems);
    Some(found)
}

fn auth(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<AuthIs> {
    let mut fields = value.fields(problems)?;
    let found = AuthIs {
        spf: fields
            .value("spf")
            .map(|value| value.words(problems))
            .unwrap_or_default(),
        dkim: fields
            .value("dkim")
            .map(|value| value.words(problems))
            .unwrap_or_default(),
        dmarc: fields
            .value("dmarc")
            .map(|value| value.words(problems))
            .unwrap_or_default(),
        dmarc_policy: fields
            .value("dmarc_policy")
            .map(|value| value.words(problems))
            .unwrap_or_default(),
        arc: fields
            .value("arc")
            .map(|value| value.words(problems))
            .unwrap_or_default(),
        proved: fields
            .value("proved")
            .and_then(|value| value.yes_no(problems)),
    };
    fields.finish(problems);
    Some(found)
}

fn client(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<ClientIs> {
    let mut fields = value.fields(problems)?;
    let networks = |v: Value<'_>| {
        v.all_parsed(
            Network::parse,
            "\"192.0.2.0/24\", \"2001:db8::/32\"",
            problems,
        )
    };
    let ip = fields.value("ip").map(networks).unwrap_or_default();
    let found = ClientIs {
        ip,
        tls: fields.value("tls").and_then(|value| value.yes_no(problems)),
        signed_in: fields
            .value("signed_in")
            .and_then(|value| value.yes_no(problems)),
    };
    fields.finish(problems);
    Some(found)
}

/// `"word"`, a list of words, or `{ contains = […], matches = "…" }`.
fn text(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<TextPattern> {
    let word = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
    let Some(mut fields) = table(value, problems) else {
        let words = value.all_parsed(word, "\"社外秘\"", problems);
        return TextPattern::new(words, None).ok();
    };
    let contains = fields
        .value("contains")
        .map(|v| v.all_parsed(word, "\"社外秘\"", problems))
        .unwrap_or_default();
    let matches = fields.value("matches");
    let expression = matches.as_ref().and_then(|value| value.text(problems));
    fields.finish(problems);
    match TextPattern::new(contains, expression) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let place = matches.as_ref().unwrap_or(value);
            // The library draws the expression over several lines; its last one says what is wrong.
            let message = error.to_string();
            let message = message
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            let args = [
                ("value", expression.unwrap_or_default().into()),
                ("message", message.into()),
            ];
            problems.add(place.at, &place.place, "policy-error-regex", &args);
            None
        }
    }
}

/// The fields when the value is a table; no mistake when it is not.
fn table<'t>(value: &Value<'t>, problems: &mut Problems<'_>) -> Option<Fields<'t>> {
    value.is_table().then(|| value.fields(problems)).flatten()
}

fn addresses(
    fields: &mut Fields<'_>,
    name: &'static str,
    problems: &mut Problems<'_>,
) -> Vec<AddressPattern> {
    let value = fields.value(name);
    value
        .map(|value| value.all_parsed(AddressPattern::parse, ADDRESSES, problems))
        .unwrap_or_default()
}

fn count(fields: &mut Fields<'_>, name: &'static str, problems: &mut Problems<'_>) -> u32 {
    fields
        .value(name)
        .and_then(|value| value.number(0, 1_000_000, problems))
        .unwrap_or_default()
}
