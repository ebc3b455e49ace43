//! Letters about mail that waits.

use jiff::Timestamp;
use sekisho_directory::Account;
use sekisho_store::{AtDeadline, HoldRow, MailId, NewMail};
use sekisho_words::{Arg, Language, say_in};

use super::letter::Letter;
use crate::local::{language_of, time_in};
use crate::waiting::Reasons;
use crate::{Caller, Desk, visible, visible_lines};

/// How a hold ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldEnd {
    /// The approver let it go.
    Released,
    /// The approver sent it back.
    Refused,
    /// Nobody decided in time.
    Expired,
}

/// A mail that begins to wait, as its letters need it.
#[derive(Debug)]
pub struct Waiting<'a> {
    /// The mail.
    pub mail: MailId,
    /// Its subject.
    pub subject: &'a str,
    /// Name of whom it is from; empty for one without an account here.
    pub sender_name: &'a str,
    /// Their address; empty for the null reverse-path.
    pub sender_address: &'a str,
    /// To whom, all of them.
    pub recipients: &'a [String],
    /// Why.
    pub reasons: &'a Reasons,
    /// Until when.
    pub until: Timestamp,
}

/// Why somebody is asked to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// For the first time.
    Approver,
    /// Once more: half of the time is over.
    Reminder,
    /// In the approver's place, who has not decided.
    Deputy,
}

/// Asks an approver (or the deputy) to decide.
pub fn approval_request(
    desk: &Desk,
    to: &Account,
    asking: Asking,
    waiting: &Waiting<'_>,
    now: Timestamp,
) -> NewMail {
    ask(desk, to, asking, waiting, "", now)
}

/// `approver`: in whose place a deputy is asked.
fn ask(
    desk: &Desk,
    to: &Account,
    asking: Asking,
    waiting: &Waiting<'_>,
    approver: &str,
    now: Timestamp,
) -> NewMail {
    let link = format!("{}/hold/{}", desk.pages, waiting.mail);
    let key = match asking {
        Asking::Approver => "notice-approval",
        Asking::Reminder => "notice-reminder",
        Asking::Deputy => "notice-deputy",
    };
    let more = [("approver", approver.to_owned())];
    letter(desk, to, key, waiting, &link, &more, now)
}

/// The same for a hold as stored: the reminder, or the deputy's turn.
pub fn ask_again(
    desk: &Desk,
    hold: &HoldRow,
    to: &Account,
    asking: Asking,
    now: Timestamp,
) -> NewMail {
    let sender = hold
        .mail
        .signed_in
        .and_then(|id| desk.account(hold.tenant, id));
    let approver = desk.account(hold.tenant, hold.approver);
    let reasons = Reasons::of(hold).unwrap_or_else(Reasons::unknown);
    let recipients: Vec<String> = hold
        .recipients
        .iter()
        .map(|row| row.address.clone())
        .collect();
    let waiting = Waiting {
        mail: hold.mail.id,
        subject: &hold.mail.summary.subject,
        sender_name: sender.as_ref().map_or("", |sender| sender.name.as_str()),
        sender_address: hold.mail.reverse_path.as_deref().unwrap_or_default(),
        recipients: &recipients,
        reasons: &reasons,
        until: hold.deadline,
    };
    let approver = approver.map_or_else(String::new, |approver| approver.name);
    ask(desk, to, asking, &waiting, &approver, now)
}

/// Tells the sender that the mail is held, by whom it is decided and until when.
pub fn hold_told(
    desk: &Desk,
    sender: &Account,
    approver: &Account,
    waiting: &Waiting<'_>,
    now: Timestamp,
) -> NewMail {
    let link = format!("{}/sent/{}", desk.pages, waiting.mail);
    let more = [("approver", approver.name.clone())];
    letter(desk, sender, "notice-held", waiting, &link, &more, now)
}

/// Tells the sender that the mail leaves later, and where it can be cancelled until then.
pub fn delay_told(desk: &Desk, sender: &Account, waiting: &Waiting<'_>, now: Timestamp) -> NewMail {
    let link = format!("{}/sent/{}", desk.pages, waiting.mail);
    letter(desk, sender, "notice-delayed", waiting, &link, &[], now)
}

fn letter(
    desk: &Desk,
    to: &Account,
    key: &str,
    waiting: &Waiting<'_>,
    link: &str,
    more: &[(&str, String)],
    now: Timestamp,
) -> NewMail {
    let language = language_of(to);
    let recipients = listed(language, waiting.recipients);
    let reasons = reasons_in(language, waiting.reasons);
    let until = time_in(language, waiting.until);
    // A line break in a header's text would end the letter's own header or forge a line of its text.
    let subject = visible(waiting.subject);
    let mut args: Vec<(&str, Arg<'_>)> = vec![
        ("subject", subject.as_str().into()),
        ("sender", waiting.sender_name.into()),
        ("address", waiting.sender_address.into()),
        ("recipients", recipients.as_str().into()),
        ("until", until.as_str().into()),
        ("link", link.into()),
    ];
    for (name, value) in more {
        args.push((name, value.as_str().into()));
    }
    let text = say_in(language, &format!("{key}-text"), &args);
    Letter {
        to,
        subject: say_in(language, &format!("{key}-subject"), &args),
        text: format!("{text}\n\n{reasons}\n\n{link}\n"),
        now,
    }
    .into_mail(desk)
}

/// Recipients named in a letter; the page shows all.
const RECIPIENTS_SHOWN_MAX: usize = 20;

fn listed(language: Language, recipients: &[String]) -> String {
    let shown: Vec<&str> = recipients
        .iter()
        .take(RECIPIENTS_SHOWN_MAX)
        .map(String::as_str)
        .collect();
    let mut text = shown.join(", ");
    let more = recipients.len().saturating_sub(shown.len());
    if more > 0 {
        let count = i64::try_from(more).unwrap_or(i64::MAX);
        text.push_str(&say_in(
            language,
            "notice-more-recipients",
            &[("count", count.into())],
        ));
    }
    text
}

/// Tells the sender how the hold ended.
pub fn hold_ended(
    desk: &Desk,
    hold: &HoldRow,
    end: HoldEnd,
    by: Option<&Caller>,
    comment: Option<&str>,
    now: Timestamp,
) -> Vec<NewMail> {
    let Some(sender) = hold
        .mail
        .signed_in
        .and_then(|id| desk.account(hold.tenant, id))
    else {
        return Vec::new();
    };
    let key = match (end, hold.at_deadline) {
        (HoldEnd::Released, _) => "notice-released",
        (HoldEnd::Refused, _) => "notice-refused",
        (HoldEnd::Expired, AtDeadline::Return) => "notice-expired-returned",
        (HoldEnd::Expired, AtDeadline::Release) => "notice-expired-sent",
    };
    let language = language_of(&sender);
    let recipients: Vec<String> = hold
        .recipients
        .iter()
        .map(|row| row.address.clone())
        .collect();
    let recipients = listed(language, &recipients);
    let subject = visible(&hold.mail.summary.subject);
    let by = by.map_or_else(String::new, |caller| name_of(desk, hold, caller, language));
    let args: [(&str, Arg<'_>); 3] = [
        ("subject", subject.as_str().into()),
        ("recipients", recipients.as_str().into()),
        ("by", by.as_str().into()),
    ];
    let mut text = say_in(language, &format!("{key}-text"), &args);
    if let Some(comment) = comment.filter(|comment| !comment.trim().is_empty()) {
        let comment = visible_lines(comment);
        let comment = say_in(
            language,
            "notice-comment",
            &[("comment", comment.as_str().into())],
        );
        text = format!("{text}\n\n{comment}");
    }
    let letter = Letter {
        to: &sender,
        subject: say_in(language, &format!("{key}-subject"), &args),
        text: format!("{text}\n\n{}/sent/{}\n", desk.pages, hold.mail.id),
        now,
    };
    vec![letter.into_mail(desk)]
}

fn name_of(desk: &Desk, hold: &HoldRow, caller: &Caller, language: Language) -> String {
    match caller {
        Caller::Account { id, .. } => desk
            .account(hold.tenant, *id)
            .map_or_else(String::new, |account| account.name),
        Caller::Console { .. } | Caller::Scheduler => say_in(language, "notice-administrator", &[]),
    }
}

/// The reasons as a list, one line each.
fn reasons_in(language: Language, reasons: &Reasons) -> String {
    let mut lines = vec![reasons.why.in_language(language).to_owned()];
    for finding in &reasons.findings {
        lines.push(format!(
            "- {} [{}] {}",
            finding.why.in_language(language),
            finding.place,
            finding.value
        ));
    }
    lines.join("\n")
}
