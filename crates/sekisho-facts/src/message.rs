//! What sort of mail it is, as its header and structure say.

use std::collections::BTreeMap;

use sekisho_mime::Message;
use sekisho_policy::limits::{HEADER_VALUE_CHARS_MAX, HEADER_VALUES_MAX};
use sekisho_policy::{Importance, MessageFacts, MessageTrait};

use crate::{Context, people, reports};

pub(crate) fn facts(message: &Message<'_>, context: &Context<'_>) -> MessageFacts {
    let mut headers = BTreeMap::new();
    for field in message.headers() {
        let name = field.name().trim().to_ascii_lowercase();
        let count: &mut u32 = headers.entry(name).or_default();
        *count = count.saturating_add(1);
    }
    let (kind, report) = reports::found(message, context);
    MessageFacts {
        subject: message.subject().unwrap_or_default(),
        from: people::from_mailboxes(message, context.internal_domains),
        headers,
        message_id: message.message_id().map(|id| format!("<{id}>")),
        size: message.raw().len() as u64,
        kind,
        report,
        traits: traits(message),
        importance: importance(message),
        classification: classification(message),
        language: None,
        charsets: charsets(message),
        header_texts: header_texts(message, context),
    }
}

fn text(message: &Message<'_>, name: &str) -> Option<String> {
    message.header(name).map(|field| cut(field.text()))
}

fn cut(text: String) -> String {
    match text.char_indices().nth(HEADER_VALUE_CHARS_MAX) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}

fn lower(message: &Message<'_>, name: &str) -> String {
    let found = text(message, name).unwrap_or_default();
    found.trim().to_ascii_lowercase()
}

/// The values of the headers that rules look at; nothing where the mail has none of that name.
fn header_texts(message: &Message<'_>, context: &Context<'_>) -> BTreeMap<String, Vec<String>> {
    let wanted = context.vocabulary.map(|vocabulary| vocabulary.headers());
    let mut texts = BTreeMap::new();
    for name in wanted.unwrap_or_default() {
        let fields = message.headers().filter(|field| field.is(name));
        let values: Vec<String> = fields
            .take(HEADER_VALUES_MAX)
            .map(|field| cut(field.text()))
            .collect();
        if !values.is_empty() {
            texts.insert(name.clone(), values);
        }
    }
    texts
}

fn traits(message: &Message<'_>) -> Vec<MessageTrait> {
    let root = message.root().content_type();
    let report = root.params.value("report-type").unwrap_or_default();
    let is_receipt = root.essence() == "multipart/report"
        && report.eq_ignore_ascii_case("disposition-notification");
    let auto = lower(message, "auto-submitted");
    let has = |name: &str| message.header_count(name) > 0;
    let parts: Vec<String> = message
        .parts()
        .map(|part| part.content_type().essence())
        .collect();
    let any = |essence: &str| parts.iter().any(|part| part == essence);
    let found = [
        (
            MessageTrait::AutoForward,
            has("x-ms-exchange-forwarded-to")
                || (has("resent-from") && auto.starts_with("auto-generated")),
        ),
        (MessageTrait::Calendar, any("text/calendar")),
        (
            MessageTrait::ReadReceipt,
            is_receipt || any("message/disposition-notification"),
        ),
        (MessageTrait::Signed, message.is_signed()),
        (MessageTrait::Encrypted, message.is_encrypted()),
        (
            MessageTrait::List,
            has("list-id")
                || has("list-unsubscribe")
                || matches!(
                    lower(message, "precedence").as_str(),
                    "bulk" | "list" | "junk"
                ),
        ),
    ];
    let traits = found.into_iter();
    traits
        .filter_map(|(kind, is_so)| is_so.then_some(kind))
        .collect()
}

/// `Importance` (RFC 4021 §2.1.44), `X-Priority` and `X-MSMail-Priority` by habit, `Priority` of X.400.
fn importance(message: &Message<'_>) -> Option<Importance> {
    for name in ["importance", "x-msmail-priority"] {
        match lower(message, name).as_str() {
            "high" => return Some(Importance::High),
            "normal" => return Some(Importance::Normal),
            "low" => return Some(Importance::Low),
            _ => {}
        }
    }
    match lower(message, "x-priority").chars().next() {
        Some('1' | '2') => return Some(Importance::High),
        Some('3') => return Some(Importance::Normal),
        Some('4' | '5') => return Some(Importance::Low),
        _ => {}
    }
    match lower(message, "priority").as_str() {
        "urgent" => Some(Importance::High),
        "normal" => Some(Importance::Normal),
        "non-urgent" => Some(Importance::Low),
        _ => None,
    }
}

/// The marking as some program wrote it: Exchange's classification, a Purview label's name, or `Sensitivity`
/// (RFC 4021 §2.1.55).
fn classification(message: &Message<'_>) -> Option<String> {
    let label = || {
        let labels = text(message, "msip_labels")?;
        let name = labels
            .split(';')
            .filter_map(|one| one.trim().split_once('='))
            .find(|(key, _)| key.ends_with("_Name"));
        name.map(|(_, value)| value.trim().to_owned())
    };
    let found = [
        "x-classification",
        "x-sekisho-classification",
        "x-microsoft-classification",
        "x-ms-exchange-organization-classification",
    ];
    let marked = found.iter().find_map(|name| text(message, name));
    marked
        .or_else(label)
        .or_else(|| text(message, "sensitivity"))
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}

fn charsets(message: &Message<'_>) -> Vec<String> {
    let mut charsets: Vec<String> = Vec::new();
    for part in message.parts() {
        let charset = part.content_type().params.value("charset");
        let charset = charset.map(|name| name.trim().to_ascii_lowercase());
        if let Some(charset) = charset.filter(|name| !name.is_empty() && name.len() <= 40)
            && !charsets.contains(&charset)
            && charsets.len() < HEADER_VALUES_MAX
        {
            charsets.push(charset);
        }
    }
    charsets
}
