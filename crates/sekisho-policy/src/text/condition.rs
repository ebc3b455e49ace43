//! `when` and `unless`: tables to a [`Condition`].

use super::fields::{Fields, Problems, Value};
use super::people::{recipients, sender};
use crate::Condition;
use crate::limits::{CONDITION_DEPTH_MAX, VALUES_MAX};
use crate::pattern::{AddressPattern, IdPattern, Network, TextPattern};
use crate::predicate::{
    AttachmentIs, AuthIs, ClassificationIs, ClientIs, FindingIs, HeaderIs, Predicate, TimeIs,
};

const KEYS: &str = "all, any, not, always, finding, recipients, sender, subject, body, text, anywhere, \
                    header, attachment, auth, client, direction, message_kind, trait, importance, classification, \
                    language, charset, time, size_min, size_max, uninspectable, ambiguous, \
                    spam_score_min, answers_suspect";

pub(super) const ADDRESSES: &str = "\"a@example.jp\", \"@example.jp\", \"@*.example.jp\"";
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
        "recipients" => Predicate::Recipients(Box::new(recipients(value, problems)?)),
        "sender" => Predicate::Sender(Box::new(sender(value, problems)?)),
        "subject" => Predicate::Subject(text(value, problems)?),
        "body" => Predicate::Body(text(value, problems)?),
        "text" => Predicate::Text(text(value, problems)?),
        "anywhere" => Predicate::Anywhere(text(value, problems)?),
        "header" => Predicate::Header(header(value, problems)?),
        "attachment" => Predicate::Attachment(Box::new(attachment(value, problems)?)),
        "message_kind" => Predicate::MessageKind(value.words(problems)),
        "trait" => Predicate::Trait(value.words(problems)),
        "importance" => Predicate::Importance(value.words(problems)),
        "classification" => Predicate::Classification(classification(value, problems)?),
        "language" => Predicate::Language(value.all_parsed(tag, "\"ja\"", problems)),
        "charset" => Predicate::Charset(value.all_parsed(tag, "\"iso-2022-jp\"", problems)),
        "time" => Predicate::Time(time(value, problems)?),
        "auth" => Predicate::Auth(auth(value, problems)?),
        "client" => Predicate::Client(client(value, problems)?),
        "direction" => Predicate::Direction(value.words(problems)),
        "size_min" => Predicate::SizeMin(value.number(0, size_max, problems)?.unsigned_abs()),
        "size_max" => Predicate::SizeMax(value.number(0, size_max, problems)?.unsigned_abs()),
        "answers_suspect" => Predicate::AnswersSuspect(value.yes_no(problems)?),
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
        count_max: count(&mut fields, "count_max", problems),
        confidence_percent_min: fields
            .value("confidence_percent_min")
            .and_then(|value| value.number(0, 100, problems))
            .unwrap_or_default(),
    };
    fields.finish(problems);
    Some(found)
}

/// `{ name = "X-Mailer", present = true }`, `{ name = "List-Id", contains = "…" }`.
fn header(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<HeaderIs> {
    let mut fields = value.fields(problems)?;
    let name = |text: &str| {
        let fits = |b: u8| b.is_ascii_graphic() && b != b':';
        ((1..=70).contains(&text.len()) && text.bytes().all(fits)).then(|| text.to_owned())
    };
    let found = fields.required("name", problems);
    let name = found.and_then(|value| value.parsed(name, "X-Mailer", problems));
    let present = fields
        .value("present")
        .and_then(|value| value.yes_no(problems));
    let text = some_text(value, &mut fields, problems);
    fields.finish(problems);
    Some(HeaderIs {
        name: name?,
        present,
        text: text?,
    })
}

/// `"社外秘"`, a list, or `{ present = false }`, `{ contains = […] }`.
fn classification(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<ClassificationIs> {
    let Some(mut fields) = table(value, problems) else {
        return Some(ClassificationIs {
            present: None,
            text: Some(text(value, problems)?),
        });
    };
    let present = fields
        .value("present")
        .and_then(|value| value.yes_no(problems));
    let text = some_text(value, &mut fields, problems);
    fields.finish(problems);
    Some(ClassificationIs {
        present,
        text: text?,
    })
}

/// `{ weekday = ["sat", "sun"], from = "18:00", to = "09:00" }`.
fn time(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<TimeIs> {
    let mut fields = value.fields(problems)?;
    let weekdays = fields.value("weekday");
    let found = TimeIs {
        weekdays: weekdays
            .map(|value| value.words(problems))
            .unwrap_or_default(),
        from: fields
            .value("from")
            .and_then(|value| value.parsed(clock, "18:00", problems)),
        to: fields
            .value("to")
            .and_then(|value| value.parsed(clock, "09:00", problems)),
    };
    fields.finish(problems);
    Some(found)
}

/// Minutes after midnight, up to 24:00.
fn clock(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let is_number = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) {
        return None;
    }
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    let found = hours * 60 + minutes;
    (minutes < 60 && found <= 24 * 60).then_some(found)
}

/// A tag of a language or a charset, in lower case.
fn tag(text: &str) -> Option<String> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    ((1..=40).contains(&text.len()) && text.bytes().all(fits)).then(|| text.to_owned())
}

pub(super) fn attachment(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<AttachmentIs> {
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
        text: fields
            .value("text")
            .and_then(|value| text(&value, problems)),
        encrypted: fields
            .value("encrypted")
            .and_then(|value| value.yes_no(problems)),
        uninspectable: fields
            .value("uninspectable")
            .and_then(|value| value.yes_no(problems)),
        size_min: size(&mut fields, "size_min", problems),
        total_size_min: size(&mut fields, "total_size_min", problems),
        count_min: count(&mut fields, "count_min", problems),
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

/// `"word"`, a list of words, or `{ contains = […], list = […], matches = "…", count_min = 2 }`.
pub(super) fn text(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<TextPattern> {
    let Some(mut fields) = table(value, problems) else {
        let words = value.all_parsed(word, "\"社外秘\"", problems);
        return TextPattern::new(words, None).ok();
    };
    let found = some_text(value, &mut fields, problems);
    fields.finish(problems);
    match found? {
        Some(pattern) => Some(pattern),
        None => {
            problems.add(value.at, &value.place, "policy-error-no-words", &[]);
            None
        }
    }
}

fn word(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// The fields of a pattern among others; none of them: `Some(None)`; one that cannot be used: `None`.
fn some_text(
    value: &Value<'_>,
    fields: &mut Fields<'_>,
    problems: &mut Problems<'_>,
) -> Option<Option<TextPattern>> {
    let contains = fields.value("contains");
    let lists = fields.value("list");
    let matches = fields.value("matches");
    let count_min = count(fields, "count_min", problems);
    if contains.is_none() && lists.is_none() && matches.is_none() {
        return Some(None);
    }
    let contains = contains.map(|v| v.all_parsed(word, "\"社外秘\"", problems));
    let lists = lists.map(|v| v.list_names(true, problems));
    let expression = matches.as_ref().and_then(|value| value.text(problems));
    match TextPattern::new(contains.unwrap_or_default(), expression) {
        Ok(pattern) => {
            let pattern = pattern.with_lists(lists.unwrap_or_default());
            Some(Some(pattern.at_least(count_min)))
        }
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

pub(super) fn addresses(
    fields: &mut Fields<'_>,
    name: &'static str,
    problems: &mut Problems<'_>,
) -> Vec<AddressPattern> {
    let value = fields.value(name);
    value
        .map(|value| value.all_parsed(AddressPattern::parse, ADDRESSES, problems))
        .unwrap_or_default()
}

pub(super) fn count(
    fields: &mut Fields<'_>,
    name: &'static str,
    problems: &mut Problems<'_>,
) -> u32 {
    fields
        .value(name)
        .and_then(|value| value.number(0, 1_000_000, problems))
        .unwrap_or_default()
}

fn size(fields: &mut Fields<'_>, name: &'static str, problems: &mut Problems<'_>) -> u64 {
    fields
        .value(name)
        .and_then(|value| value.number(0, i64::from(u32::MAX), problems))
        .map_or(0, i64::unsigned_abs)
}
