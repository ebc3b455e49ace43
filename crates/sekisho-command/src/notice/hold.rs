//! Letters about mail that waits.

use jiff::Timestamp;
use sekisho_directory::Account;
use sekisho_store::{AtDeadline, HoldRow, MailId, NewMail};
use sekisho_words::{Arg, Language, say_in};

use super::letter::{Letter, language_of};
use crate::waiting::Reasons;
use crate::{Caller, Desk};

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
    /// Who wrote it.
    pub sender: &'a Account,
    /// To whom, all of them.
    pub recipients: &'a [String],
    /// Why.
    pub reasons: &'a Reasons,
    /// Until when.
    pub until: Timestamp,
}

/// Asks an approver (or the deputy) to decide.
pub fn approval_request(
    desk: &Desk,
    to: &Account,
    waiting: &Waiting<'_>,
    now: Timestamp,
) -> NewMail {
    let link = format!("{}/hold/{}", desk.pages, waiting.mail);
    letter(desk, to, "notice-approval", waiting, &link, &[], now)
}

/// Tells the sender that the mail is held, by whom it is decided and until when.
pub fn hold_told(
    desk: &Desk,
    approver: &Account,
    waiting: &Waiting<'_>,
    now: Timestamp,
) -> NewMail {
    let link = format!("{}/sent/{}", desk.pages, waiting.mail);
    let more = [("approver", approver.name.clone())];
    letter(
        desk,
        waiting.sender,
        "notice-held",
        waiting,
        &link,
        &more,
        now,
    )
}

/// Tells the sender that the mail leaves later, and where it can be cancelled until then.
pub fn delay_told(desk: &Desk, waiting: &Waiting<'_>, now: Timestamp) -> NewMail {
    let link = format!("{}/sent/{}", desk.pages, waiting.mail);
    letter(
        desk,
        waiting.sender,
        "notice-delayed",
        waiting,
        &link,
        &[],
        now,
    )
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
    let recipients = waiting.recipients.join(", ");
    let reasons = reasons_in(language, waiting.reasons);
    let until = time_in(language, waiting.until);
    let address = waiting.sender.address.to_string();
    let mut args: Vec<(&str, Arg<'_>)> = vec![
        ("subject", waiting.subject.into()),
        ("sender", waiting.sender.name.as_str().into()),
        ("address", address.as_str().into()),
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

/// Tells the sender how the hold ended.
pub fn hold_ended(
    desk: &Desk,
    hold: &HoldRow,
    end: HoldEnd,
    by: Option<&Caller>,
    comment: Option<&str>,
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
    let recipients: Vec<_> = hold
        .recipients
        .iter()
        .map(|row| row.address.as_str())
        .collect();
    let recipients = recipients.join(", ");
    let by = by.map_or_else(String::new, |caller| name_of(desk, hold, caller, language));
    let args: [(&str, Arg<'_>); 3] = [
        ("subject", hold.mail.summary.subject.as_str().into()),
        ("recipients", recipients.as_str().into()),
        ("by", by.as_str().into()),
    ];
    let mut text = say_in(language, &format!("{key}-text"), &args);
    if let Some(comment) = comment.filter(|comment| !comment.trim().is_empty()) {
        let comment = say_in(language, "notice-comment", &[("comment", comment.into())]);
        text = format!("{text}\n\n{comment}");
    }
    let letter = Letter {
        to: &sender,
        subject: say_in(language, &format!("{key}-subject"), &args),
        text: format!("{text}\n\n{}/sent/{}\n", desk.pages, hold.mail.id),
        now: desk.now(),
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

/// A time as people of the language read it; the organisation's zone is Japan's.
fn time_in(language: Language, at: Timestamp) -> String {
    // The zone table is built in, so that a failure would be a typing error here.
    let Ok(at) = at.in_tz("Asia/Tokyo") else {
        return at.to_string();
    };
    match language {
        Language::Ja => at.strftime("%Y年%-m月%-d日 %H:%M").to_string(),
        Language::En => at.strftime("%Y-%m-%d %H:%M %Z").to_string(),
    }
}
