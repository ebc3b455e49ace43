//! The part for people, first in Japanese, then in English.

use sekisho_words::{Language, say_in};

use crate::dsn::report::base64_word;
use crate::dsn::{Action, RecipientReport, Report, fields};
use crate::reply::EnhancedStatus;

/// Encoded words (RFC 2047), both languages.
pub(super) fn subject(action: Action) -> String {
    let key = match action {
        Action::Failed => "dsn-subject-failed",
        Action::Delayed => "dsn-subject-delayed",
        Action::Delivered | Action::Relayed | Action::Expanded => "dsn-subject-delivered",
    };
    let ja = base64_word(&say_in(Language::Ja, key, &[]));
    format!("{ja}\r\n / {}", say_in(Language::En, key, &[]))
}

pub(super) fn write(report: &Report<'_>) -> String {
    let ja = in_language(Language::Ja, report);
    let en = in_language(Language::En, report);
    format!("{ja}\r\n----\r\n\r\n{en}")
}

fn in_language(language: Language, report: &Report<'_>) -> String {
    let mut out = String::new();
    for action in [
        Action::Failed,
        Action::Delayed,
        Action::Delivered,
        Action::Relayed,
        Action::Expanded,
    ] {
        let mut recipients = report
            .recipients
            .iter()
            .filter(|to| to.action == action)
            .peekable();
        if recipients.peek().is_some() {
            let host = [("host", report.reporting_mta.into())];
            line(&mut out, &say_in(language, intro(action), &host));
            line(&mut out, "");
        }
        recipients.for_each(|recipient| one(&mut out, language, recipient));
    }
    line(&mut out, &say_in(language, "dsn-original", &[]));
    out
}

fn one(out: &mut String, language: Language, recipient: &RecipientReport) {
    let address = recipient.address.to_unicode();
    let address = [("address", address.as_str().into())];
    line(out, &say_in(language, "dsn-recipient", &address));
    let reason = say_in(language, why(recipient.status), &[]);
    let status = recipient.status.to_string();
    let reason = [
        ("reason", reason.as_str().into()),
        ("status", status.as_str().into()),
    ];
    line(out, &say_in(language, "dsn-reason", &reason));
    match (&recipient.diagnostic, &recipient.remote_mta) {
        (Some(text), Some(host)) => {
            let said = [
                ("host", host.as_str().into()),
                ("text", text.as_str().into()),
            ];
            line(out, &say_in(language, "dsn-said", &said));
        }
        (Some(text), None) => {
            line(
                out,
                &say_in(language, "dsn-said-here", &[("text", text.as_str().into())]),
            );
        }
        (None, _) => {}
    }
    if let Some(until) = recipient.retry_until {
        let until = fields::date(until);
        line(
            out,
            &say_in(
                language,
                "dsn-retry-until",
                &[("time", until.as_str().into())],
            ),
        );
    }
    line(out, "");
}

fn intro(action: Action) -> &'static str {
    match action {
        Action::Failed => "dsn-intro-failed",
        Action::Delayed => "dsn-intro-delayed",
        Action::Delivered => "dsn-intro-delivered",
        Action::Relayed => "dsn-intro-relayed",
        Action::Expanded => "dsn-intro-expanded",
    }
}

/// What an enhanced status means for the one who wrote the mail (RFC 3463 §3).
fn why(status: EnhancedStatus) -> &'static str {
    match (status.class, status.subject, status.detail) {
        (2, ..) => "dsn-why-done",
        (_, 1, 2 | 10) => "dsn-why-domain",
        (_, 1, 0 | 1 | 3 | 6) => "dsn-why-address",
        (_, 2, 1) => "dsn-why-mailbox-disabled",
        (_, 2, 2) => "dsn-why-mailbox-full",
        (_, 2, 3) | (_, 3, 4) => "dsn-why-too-big",
        (_, 3, _) => "dsn-why-system",
        (_, 4, 6) => "dsn-why-loop",
        (_, 4, 7) => "dsn-why-expired",
        (_, 4, 3) => "dsn-why-domain",
        (_, 4, _) => "dsn-why-network",
        (_, 6, 7) => "dsn-why-smtputf8",
        (_, 6, _) => "dsn-why-content",
        (_, 7, 4 | 5 | 10 | 11) => "dsn-why-tls",
        (_, 7, _) => "dsn-why-policy",
        _ => "dsn-why-other",
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push_str("\r\n");
}
