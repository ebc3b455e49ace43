//! Locked files and their passwords, in one mail or in two of the same sender (PPAP).

use std::collections::BTreeSet;

use sekisho_content::password_candidates;
use sekisho_mime::Message;
use sekisho_policy::Finding;
use sekisho_words::{Words, say};

use crate::Context;
use crate::limits::{EARLIER_MAX, PASSWORD_TEXTS_MAX};
use crate::look::PartLook;
use crate::parts::Parts;
use crate::shown;

/// How sure a text that only looks like a password is one.
const LOOKS_SO: f64 = 0.8;

/// Passwords that texts tell.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// By this mail.
    pub(crate) own: Vec<String>,
    /// By other mails of the same sender.
    pub(crate) other: Vec<String>,
}

impl Told {
    pub(crate) fn of(message: &Message<'_>, context: &Context<'_>) -> Self {
        let mut told = Self {
            own: candidates(message),
            other: Vec::new(),
        };
        for raw in context.earlier.iter().take(EARLIER_MAX) {
            let other = Message::parse(raw);
            if !is_same_path(message, &other) {
                continue;
            }
            for password in candidates(&other) {
                if !told.own.contains(&password) && !told.other.contains(&password) {
                    told.other.push(password);
                }
            }
        }
        told
    }

    /// All of them with those that were given, the given ones first.
    pub(crate) fn to_try(&self, given: &[String]) -> Vec<String> {
        let all = given.iter().chain(&self.own).chain(&self.other);
        all.cloned().collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.own.is_empty() && self.other.is_empty()
    }

    /// The list for the answer: what opened a file stands first.
    pub(crate) fn ranked(self, opened_with: &[String]) -> Vec<String> {
        let mut all: Vec<String> = self.own.into_iter().chain(self.other).collect();
        all.sort_by_key(|password| !opened_with.contains(password));
        all
    }
}

fn candidates(message: &Message<'_>) -> Vec<String> {
    let mut texts = vec![message.subject().unwrap_or_default()];
    texts.extend(shown::texts(message).take(PASSWORD_TEXTS_MAX));
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    password_candidates(&texts)
}

/// Whether both mails go from the same person to some of the same people: only then does one tell
/// the key of the other. A mail that names nobody says nothing against it.
fn is_same_path(one: &Message<'_>, other: &Message<'_>) -> bool {
    let from = |message: &Message<'_>| addresses(message.from());
    let to = |message: &Message<'_>| {
        let mut all = addresses(message.to());
        all.extend(addresses(message.cc()));
        all
    };
    let meets = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        a.is_empty() || b.is_empty() || a.intersection(b).next().is_some()
    };
    meets(&from(one), &from(other)) && meets(&to(one), &to(other))
}

fn addresses(mailboxes: Vec<sekisho_mime::Mailbox>) -> BTreeSet<String> {
    let lower = |mailbox: sekisho_mime::Mailbox| mailbox.address.to_lowercase();
    mailboxes.into_iter().map(lower).collect()
}

/// Whether a part waits for a password.
pub(crate) fn is_locked(part: &PartLook) -> bool {
    part.facts.encrypted && part.facts.password.is_none()
}

/// The passwords that opened parts.
pub(crate) fn opened_with(parts: &[PartLook]) -> Vec<String> {
    let passwords = parts.iter().filter_map(|part| part.facts.password.clone());
    passwords.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What is found in this mail and between it and the others.
pub(crate) fn findings(
    message: &Message<'_>,
    told: &Told,
    parts: &[PartLook],
    context: &Context<'_>,
) -> (Vec<Finding>, Vec<String>) {
    let mut found = Vec::new();
    let mut opened = opened_with(parts);
    for part in parts
        .iter()
        .filter(|part| part.facts.encrypted && part.facts.member.is_none())
    {
        found.push(of_file(part, told));
        let other = part.facts.password.as_ref();
        if let Some(password) = other.filter(|password| told.other.contains(password)) {
            let place = part.facts.place();
            let why = say(
                "ppap-pair-file",
                &[("name", (&name(part)).into()), ("where", (&place).into())],
            );
            let value = masked(password, context.reveal);
            found.push(Finding::certain("ppap.pair", value, place, why));
        }
    }
    if let Some(first) = told.own.first() {
        let told_here = told.own.iter().find(|password| opened.contains(password));
        let value = masked(told_here.unwrap_or(first), context.reveal);
        let why = say("ppap-password-in-mail", &[("value", (&value).into())]);
        let mut finding = Finding::certain("ppap.password_in_mail", value, "text", why);
        if told_here.is_none() {
            finding.confidence = LOOKS_SO;
        }
        found.push(finding);
    }
    if !told.own.is_empty() && opened.is_empty() {
        let (pairs, with) = opened_elsewhere(message, told, context);
        found.extend(pairs);
        opened.extend(with);
    }
    (found, opened)
}

/// Files of other mails that open with a password from this one.
fn opened_elsewhere(
    message: &Message<'_>,
    told: &Told,
    context: &Context<'_>,
) -> (Vec<Finding>, Vec<String>) {
    let (mut found, mut with) = (Vec::new(), Vec::new());
    for raw in context.earlier.iter().take(EARLIER_MAX) {
        let other = Message::parse(raw);
        if !is_same_path(message, &other) {
            continue;
        }
        let parts = Parts::of(&other, &told.own, context.opener);
        for part in parts
            .looks
            .iter()
            .filter(|part| part.facts.member.is_none())
        {
            let Some(password) = &part.facts.password else {
                continue;
            };
            let why = say("ppap-pair-password", &[("name", (&name(part)).into())]);
            let value = masked(password, context.reveal);
            found.push(Finding::certain("ppap.pair", value, "text", why));
            with.push(password.clone());
        }
    }
    (found, with)
}

fn of_file(part: &PartLook, told: &Told) -> Finding {
    let place = part.facts.place();
    let name = name(part);
    let is_opened = part.facts.password.is_some() && !told.is_empty();
    let key = if is_opened {
        "ppap-locked-file-opened"
    } else {
        "ppap-locked-file"
    };
    let why: Words = say(key, &[("name", (&name).into()), ("where", (&place).into())]);
    Finding::certain("ppap.locked_file", name, place, why)
}

fn name(part: &PartLook) -> String {
    let facts = &part.facts;
    facts.name.clone().unwrap_or_else(|| facts.kind.clone())
}

/// The first character, so that a person who knows it recognises it.
fn masked(password: &str, reveal: bool) -> String {
    if reveal {
        return password.to_owned();
    }
    let mut chars = password.chars();
    let first: String = chars.by_ref().take(1).collect();
    first + &"*".repeat(chars.count().min(31))
}
