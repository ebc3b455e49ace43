//! Which kind a mail is: by the parts of its structure, else by weighing what mail systems have in common.

use super::text::{normal, start_of};
use super::{MailKind, phrases, reply};
use crate::limits::REPORT_LEVELS_MAX;
use crate::{Message, Part};

/// Weight from which signs together make a bounce.
const BOUNCE: u32 = 5;

/// Different sentences about a failed delivery that still add weight.
const SENTENCES_MAX: usize = 3;

/// The parts that a report is made of, not those of the mail that it returns.
#[derive(Default)]
pub(super) struct Parts<'a> {
    /// `message/delivery-status`
    pub(super) status: Option<Part<'a>>,
    /// `message/feedback-report`
    pub(super) feedback: Option<Part<'a>>,
    disposition: bool,
    /// The returned mail or its header.
    original: Option<Part<'a>>,
    /// The first text.
    text: Option<Part<'a>>,
    report_type: String,
}

impl<'a> Parts<'a> {
    pub(super) fn of(message: &'a Message<'a>) -> Self {
        let mut parts = Self::default();
        let root = message.root();
        if root.content_type().essence() == "multipart/report" {
            let kind = root.content_type().params.value("report-type");
            parts.report_type = kind.map(|kind| normal(&kind)).unwrap_or_default();
        }
        parts.collect(root, REPORT_LEVELS_MAX);
        parts
    }

    /// Does not go into nested mails: a report that somebody passes on is no report.
    fn collect(&mut self, part: Part<'a>, levels: usize) {
        let content_type = part.content_type().essence();
        match content_type.as_str() {
            // RFC 6533 §4 has the same in UTF-8.
            "message/delivery-status" | "message/global-delivery-status" => {
                self.status.get_or_insert(part);
            }
            "message/feedback-report" => {
                self.feedback.get_or_insert(part);
            }
            "message/disposition-notification" | "message/global-disposition-notification" => {
                self.disposition = true;
            }
            "text/rfc822-headers" | "message/global-headers" => {
                self.original.get_or_insert(part);
            }
            _ if part.is_message() => {
                self.original.get_or_insert(part);
            }
            _ if part.is_multipart() && levels > 0 && part.children().next().is_some() => {
                for child in part.children() {
                    self.collect(child, levels - 1);
                }
            }
            "text/plain" | "text/html" => {
                self.text.get_or_insert(part);
            }
            // A multipart whose boundary got lost, or a text of a type that nobody knows, is text all the same.
            _ if part.is_multipart() || content_type.starts_with("text/") => {
                self.text.get_or_insert(part);
            }
            _ => {}
        }
    }

    /// From the returned mail, or its header given as a text.
    pub(super) fn original_message_id(&self) -> Option<String> {
        let part = self.original?;
        if part.is_message() {
            return part.children().next()?.message_id();
        }
        let text = super::status::text_of(&part);
        let fields = super::status::groups(&text);
        let value = fields
            .iter()
            .find_map(|group| super::status::field(group, "message-id"))?;
        let id = value.trim().trim_start_matches('<').trim_end_matches('>');
        (!id.is_empty()).then(|| id.to_owned())
    }
}

pub(super) fn kind(message: &Message<'_>, parts: &Parts<'_>, null_path: bool) -> MailKind {
    let subject = normal(&message.subject().unwrap_or_default());
    if parts.feedback.is_some() || parts.report_type == "feedback-report" {
        return MailKind::Arf;
    }
    if is_complaint(&subject, parts, message) {
        return MailKind::Arf;
    }
    if parts.status.is_some() || parts.report_type == "delivery-status" {
        return MailKind::Bounce;
    }
    if parts.disposition || parts.report_type == "disposition-notification" {
        return MailKind::AutoReply;
    }
    let sender = Sender::of(message, null_path);
    if sender != Sender::Anybody {
        if let Some(kind) = notification(parts) {
            return kind;
        }
        if is_bounce(message, parts, &subject, sender) {
            return MailKind::Bounce;
        }
    }
    if reply::is_automatic(
        message,
        &subject,
        null_path || has_null_return_path(message),
    ) {
        return MailKind::AutoReply;
    }
    MailKind::Ordinary
}

/// Complaints from before RFC 5965, and opt-outs that a mail program sends by itself (RFC 2369 §3.2).
fn is_complaint(subject: &str, parts: &Parts<'_>, message: &Message<'_>) -> bool {
    if subject.starts_with("complaint about message from") {
        return parts.original.is_some();
    }
    subject == "unsubscribe"
        && message
            .header("Auto-Submitted")
            .is_some_and(|field| normal(&field.text()).starts_with("auto-"))
}

/// Services that send for others tell by a JSON object in the text what became of a mail.
fn notification(parts: &Parts<'_>) -> Option<MailKind> {
    let text = start_of(&parts.text?);
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let text: String = normal(&text).split(' ').collect();
    let is = |event: &str| {
        ["notificationtype", "eventtype"]
            .iter()
            .any(|name| text.contains(&format!("\"{name}\":\"{event}\"")))
    };
    if is("complaint") {
        return Some(MailKind::Arf);
    }
    ["bounce", "delivery", "deliverydelay", "reject"]
        .iter()
        .any(|event| is(event))
        .then_some(MailKind::Bounce)
}

/// Weighs sender, subject and words. Words alone never do: people write about returned mails, too.
fn is_bounce(message: &Message<'_>, parts: &Parts<'_>, subject: &str, sender: Sender) -> bool {
    let by_sender = match sender {
        Sender::Anybody => return false,
        Sender::Program => 0,
        Sender::System(weight) => weight,
    };
    let text = parts.text.map(|part| start_of(&part)).unwrap_or_default();
    let text = normal(&text);
    if is_list_manager(message) && phrases::refuses_to_pass_on(&text) {
        return true;
    }
    let sentences = phrases::sentences(&text, SENTENCES_MAX);
    let by_sentences = match sentences {
        0 => 0,
        count => 1 + count.min(SENTENCES_MAX) as u32,
    };
    let quotes = phrases::quotes_server(&text);
    let returns = parts.original.is_some() || phrases::announces_original(&text);
    let weight = by_sender
        + 2 * u32::from(phrases::tells_of_delivery(subject))
        + by_sentences
        + u32::from(quotes)
        + u32::from(returns);
    // A sender and a subject are what spam puts on: something has to be said about a delivery, and a sender that
    // may be any program has to quote what it talks about.
    let says = quotes || returns || (sentences > 0 && by_sender > 0);
    says && weight >= BOUNCE
}

/// Who wrote the mail, as far as its header tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    /// Nothing says that it was a program.
    Anybody,
    /// Some program.
    Program,
    /// A mail system, by the weight of its signs.
    System(u32),
}

impl Sender {
    fn of(message: &Message<'_>, null_path: bool) -> Self {
        if message.header("X-Failed-Recipients").is_some() {
            return Self::System(4);
        }
        let mut weight = 0;
        if null_path || has_null_return_path(message) {
            weight += 2;
        }
        let by_from = from_weight(message);
        weight += by_from.unwrap_or(0);
        let submitted = message.header("Auto-Submitted");
        if submitted.is_some_and(|field| normal(&field.text()).starts_with("auto-")) {
            weight += 1;
        }
        match (weight, by_from) {
            (0, None) => Self::Anybody,
            (0, Some(_)) => Self::Program,
            (weight, _) => Self::System(weight),
        }
    }
}

/// RFC 5321 §4.4: the delivering server notes the null path as `<>`; some write the daemon's name.
fn has_null_return_path(message: &Message<'_>) -> bool {
    message
        .headers()
        .filter(|field| field.is("Return-Path"))
        .any(|field| {
            let value = normal(&field.text());
            let bare = value.trim_matches(['<', '>', ' ', '"']);
            bare.is_empty() || is_daemon(bare.split('@').next().unwrap_or_default())
        })
}

fn is_daemon(local: &str) -> bool {
    matches!(
        letters(local).as_str(),
        "mailerdaemon"
            | "maildaemon"
            | "mdaemon"
            | "doublebounce"
            | "maildeliverysystem"
            | "maildeliverysubsystem"
    )
}

/// Name and local part of From. Not as a list of mailboxes: old systems write `MAILER-DAEMON (Mail Delivery
/// System)`, or `<>`.
fn from(message: &Message<'_>) -> Option<(String, String)> {
    let value = normal(&message.header("From")?.text());
    let address = match (value.rfind('<'), value.rfind('>')) {
        (Some(from), Some(to)) if from < to => value.get(from + 1..to).unwrap_or_default(),
        _ => value.split([' ', '(']).next().unwrap_or_default(),
    };
    let local = address.split('@').next().unwrap_or_default();
    let local = local.trim_matches(['"', ' ']).to_owned();
    Some((value.replace(address, " "), local))
}

fn from_weight(message: &Message<'_>) -> Option<u32> {
    let (name, local) = from(message)?;
    if is_daemon(&local) || is_system_name(&name) {
        return Some(3);
    }
    // `poostmaster` and `post_master` are seen as well.
    if local.is_empty() || letters(&local).ends_with("master") {
        return Some(2);
    }
    let programs = ["noreply", "donotreply"];
    let is_program = programs.contains(&letters(&local).as_str()) || is_manager(&local);
    is_program.then_some(0)
}

fn is_list_manager(message: &Message<'_>) -> bool {
    from(message).is_some_and(|(_, local)| is_manager(&local))
}

fn is_manager(local: &str) -> bool {
    let letters = letters(local);
    [
        "admin",
        "owner",
        "request",
        "bounces",
        "majordomo",
        "listserv",
        "mailman",
    ]
    .iter()
    .any(|end| letters.ends_with(end))
}

fn letters(local: &str) -> String {
    local.chars().filter(char::is_ascii_alphabetic).collect()
}

fn is_system_name(name: &str) -> bool {
    [
        "mail delivery",
        "mail deliver system",
        "mailer daemon",
        "mailer-daemon",
        "delivery subsystem",
        "mail system",
        "system administrator",
    ]
    .iter()
    .any(|known| name.contains(known))
}
