//! Letters that a rule asks for.

use jiff::Timestamp;
use sekisho_directory::Account;
use sekisho_store::NewMail;
use sekisho_words::{Arg, Words, say_in};

use super::letter::Letter;
use crate::local::language_of;
use crate::{Desk, visible};

/// Recipients named in a letter.
const RECIPIENTS_SHOWN_MAX: usize = 20;

/// Tells somebody of the organisation that a mail met a rule. `words`: which rule, why, and what was done.
pub fn rule_matched(
    desk: &Desk,
    to: &Account,
    mail: &NewMail,
    words: &Words,
    now: Timestamp,
) -> NewMail {
    let language = language_of(to);
    let subject = visible(&mail.summary.subject);
    let shown = mail.recipients.iter().take(RECIPIENTS_SHOWN_MAX);
    let recipients: Vec<&str> = shown.map(|to| to.address.as_str()).collect();
    let recipients = recipients.join(", ");
    let args: [(&str, Arg<'_>); 4] = [
        ("words", words.in_language(language).into()),
        (
            "sender",
            mail.reverse_path.as_deref().unwrap_or("<>").into(),
        ),
        ("recipients", recipients.as_str().into()),
        ("subject", subject.as_str().into()),
    ];
    Letter {
        to,
        subject: say_in(language, "notice-rule-subject", &args),
        text: say_in(language, "notice-rule-text", &args),
        now,
    }
    .into_mail(desk)
}
