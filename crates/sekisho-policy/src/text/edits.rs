//! `edits` and `notify` of a rule.

use sekisho_address::Address;

use super::condition::{ADDRESSES, attachment};
use super::fields::{Fields, Problems, Value};
use super::rule::wire_text;
use crate::limits::{ADDED_RECIPIENTS_MAX, BANNER_CHARS_MAX};
use crate::{AddedRule, AddressPattern, EditRule, HeaderPlace, NotifyRule};

const EDITS_MAX: usize = 16;

const EDITS: &str = "add_header, remove_header, tag_subject, banner, to_bcc, one_each, add_to, add_cc, \
                     add_bcc, remove_recipients, redirect, strip";

const PEOPLE: &str = "[\"sato@example.jp\"]";

pub(super) fn read(value: &Value<'_>, problems: &mut Problems<'_>) -> Vec<EditRule> {
    let mut edits = Vec::new();
    for value in value.list(EDITS_MAX, problems) {
        let Some(mut fields) = value.fields(problems) else {
            continue;
        };
        let edit = one(&value, &mut fields, problems);
        if edit.is_some() {
            fields.finish(problems);
        }
        edits.extend(edit);
    }
    edits
}

/// The edit is called by the key that says what it does; further keys say how.
fn one(
    value: &Value<'_>,
    fields: &mut Fields<'_>,
    problems: &mut Problems<'_>,
) -> Option<EditRule> {
    for (name, header) in [
        ("add_to", HeaderPlace::To),
        ("add_cc", HeaderPlace::Cc),
        ("add_bcc", HeaderPlace::Bcc),
    ] {
        if let Some(who) = fields.value(name) {
            let who = added(&who, problems);
            return Some(EditRule::AddRecipients { header, who });
        }
    }
    if let Some(name) = fields.value("add_header") {
        let name = name.parsed(added_header, "X-Checked", problems);
        let text = fields.required("value", problems);
        let text = text.and_then(|value| value.parsed(wire_text, "yes", problems));
        return Some(EditRule::AddHeader {
            name: name?,
            value: text?,
        });
    }
    if let Some(name) = fields.value("remove_header") {
        let name = name.parsed(removed_header, "X-Mailer", problems)?;
        return Some(EditRule::RemoveHeader { name });
    }
    if let Some(tag) = fields.value("tag_subject") {
        let tag = tag.parsed(subject_tag, "[社外]", problems)?;
        return Some(EditRule::TagSubject { tag });
    }
    if let Some(place) = fields.value("banner") {
        return banner(&place, fields, problems);
    }
    if let Some(whose) = fields.value("to_bcc") {
        let whose = whose.word(problems)?;
        return Some(EditRule::ToBcc { whose });
    }
    if let Some(whose) = fields.value("one_each") {
        let whose = whose.word(problems)?;
        return Some(EditRule::OneEach { whose });
    }
    if let Some(who) = fields.value("remove_recipients") {
        let who = who.all_parsed(AddressPattern::parse, ADDRESSES, problems);
        return Some(EditRule::RemoveRecipients { who });
    }
    if let Some(who) = fields.value("redirect") {
        let who = who.all_parsed(|text| Address::parse(text).ok(), PEOPLE, problems);
        let who = who.into_iter().take(ADDED_RECIPIENTS_MAX).collect();
        return Some(EditRule::Redirect { who });
    }
    if let Some(what) = fields.value("strip") {
        let what = attachment(&what, problems);
        let note = fields.value("note").and_then(|note| text(&note, problems));
        return Some(EditRule::Strip {
            what: Box::new(what?),
            note,
        });
    }
    problems.add(
        value.at,
        &value.place,
        "policy-error-no-such-edit",
        &[("known", EDITS.into())],
    );
    None
}

fn banner(
    place: &Value<'_>,
    fields: &mut Fields<'_>,
    problems: &mut Problems<'_>,
) -> Option<EditRule> {
    let place = place.word(problems);
    let words = fields.required("text", problems);
    let words = words.and_then(|value| text(&value, problems));
    let html = fields.value("html").and_then(|html| text(&html, problems));
    let if_signed = fields
        .value("if_signed")
        .and_then(|value| value.word(problems))
        .unwrap_or_default();
    Some(EditRule::Banner {
        place: place?,
        text: words?,
        html,
        if_signed,
    })
}

/// Text for a mail's body: any but control characters, LF between lines.
fn text(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<String> {
    let text = value
        .long_text(BANNER_CHARS_MAX * 4, problems)?
        .replace("\r\n", "\n");
    let fits = |c: char| c == '\n' || c == '\t' || !c.is_control();
    let is_short = text.chars().count() <= BANNER_CHARS_MAX;
    if is_short && !text.trim().is_empty() && text.chars().all(fits) {
        return Some(text);
    }
    let args = [("max", BANNER_CHARS_MAX.into())];
    problems.add(value.at, &value.place, "policy-error-banner", &args);
    None
}

fn added(value: &Value<'_>, problems: &mut Problems<'_>) -> Vec<AddedRule> {
    let read = |text: &str| match text {
        "manager" => Some(AddedRule::Manager),
        text => Address::parse(text).ok().map(AddedRule::Address),
    };
    let who = value.all_parsed(read, "\"manager\", \"sato@example.jp\"", problems);
    who.into_iter().take(ADDED_RECIPIENTS_MAX).collect()
}

/// `"sender"`, `"manager"`, `"administrators"`, addresses.
pub(super) fn notify(value: &Value<'_>, problems: &mut Problems<'_>) -> Vec<NotifyRule> {
    let read = |text: &str| match text {
        "sender" => Some(NotifyRule::Sender),
        "manager" => Some(NotifyRule::Manager),
        "administrators" => Some(NotifyRule::Administrators),
        text => Address::parse(text).ok().map(NotifyRule::Person),
    };
    let want = "\"sender\", \"manager\", \"administrators\", \"sato@example.jp\"";
    let who = value.all_parsed(read, want, problems);
    who.into_iter().take(ADDED_RECIPIENTS_MAX).collect()
}

/// A field name of RFC 5322 §3.6.8 that a rule may add: `X-` names, and a few that only inform. So no rule forges
/// a From or a trace.
fn added_header(text: &str) -> Option<String> {
    const INFORM: [&str; 8] = [
        "importance",
        "priority",
        "sensitivity",
        "organization",
        "keywords",
        "comments",
        "auto-submitted",
        "content-language",
    ];
    let lower = text.to_ascii_lowercase();
    let fits = |b: u8| b.is_ascii_graphic() && b != b':';
    let is_x = lower
        .strip_prefix("x-")
        .is_some_and(|rest| (1..=60).contains(&rest.len()));
    let is_known = INFORM.contains(&lower.as_str());
    ((is_x || is_known) && text.bytes().all(fits)).then(|| text.to_owned())
}

/// Without these a mail would not be what it is: its structure, its author, its way here.
fn removed_header(text: &str) -> Option<String> {
    const STAY: [&str; 8] = [
        "from",
        "date",
        "message-id",
        "received",
        "return-path",
        "mime-version",
        "subject",
        "to",
    ];
    let lower = text.to_ascii_lowercase();
    let fits = |b: u8| b.is_ascii_graphic() && b != b':';
    let stays = STAY.contains(&lower.as_str()) || lower.starts_with("content-");
    (!stays && (1..=70).contains(&text.len()) && text.bytes().all(fits)).then(|| text.to_owned())
}

fn subject_tag(text: &str) -> Option<String> {
    let fits = !text.trim().is_empty() && text.chars().count() <= 60;
    (fits && !text.chars().any(char::is_control)).then(|| text.trim().to_owned())
}
