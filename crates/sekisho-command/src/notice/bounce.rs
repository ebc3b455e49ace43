//! Reports on what became of a mail.

use std::collections::HashSet;

use jiff::Timestamp;
use sekisho_address::Address;
use sekisho_smtp::dsn::{Action, RecipientReport, Report};
use sekisho_smtp::limits::{DSN_HEADER_BYTES_MAX, DSN_ORIGINAL_BYTES_MAX};
use sekisho_smtp::{EnhancedStatus, OriginalRecipient, Ret};
use sekisho_store::{
    Body, Content, Fate, MailRow, NewMail, NewRecipient, Onward, RecipientRow, Tenant,
};

use super::report::report_mail;
use crate::Desk;

/// The mail that a report is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    tenant: Tenant,
    reverse_path: Option<&'a str>,
    received_at: Timestamp,
    envelope_id: Option<&'a str>,
    return_full: bool,
}

impl<'a> From<&'a MailRow> for About<'a> {
    fn from(mail: &'a MailRow) -> Self {
        Self {
            tenant: mail.tenant,
            reverse_path: mail.reverse_path.as_deref(),
            received_at: mail.received_at,
            envelope_id: mail.envelope_id.as_deref(),
            return_full: mail.return_full,
        }
    }
}

impl<'a> From<&'a NewMail> for About<'a> {
    fn from(mail: &'a NewMail) -> Self {
        Self {
            tenant: mail.tenant,
            reverse_path: mail.reverse_path.as_deref(),
            received_at: mail.now,
            envelope_id: mail.envelope_id.as_deref(),
            return_full: mail.return_full,
        }
    }
}

/// The report to the sender on these recipients; none when there are none, or for the null reverse-path, which
/// is never reported to (RFC 5321 §4.5.5).
pub fn delivery_report<'a>(
    desk: &Desk,
    about: impl Into<About<'a>>,
    recipients: &[RecipientReport],
    content: &[u8],
    now: Timestamp,
) -> Option<NewMail> {
    let about = about.into();
    if recipients.is_empty() {
        return None;
    }
    let to = Address::parse(about.reverse_path?).ok()?;
    let id = desk.store.new_mail_id(now);
    // A report is not as heavy as the mail: a large one is looked at no further than its header goes.
    let original = content.get(..DSN_ORIGINAL_BYTES_MAX).unwrap_or(content);
    let report = Report {
        reporting_mta: &desk.hostname,
        to: &to,
        unique: &format!("dsn.{id}"),
        now,
        arrival: Some(about.received_at),
        envid: about.envelope_id,
        ret: Some(if about.return_full {
            Ret::Full
        } else {
            Ret::Hdrs
        }),
        recipients,
        original,
        original_is_whole: original.len() == content.len(),
    };
    Some(report_mail(desk, about.tenant, id, &report))
}

/// The report that a new mail is in mailboxes here, to a sender who asked for that (RFC 3461 §4.1, `SUCCESS`).
///
/// Each address is named as the sender wrote it: who is in a group, and where an alias leads, is not theirs to know.
pub fn delivered(desk: &Desk, mail: &NewMail) -> Option<NewMail> {
    let mut named = HashSet::new();
    let recipients: Vec<_> = mail
        .recipients
        .iter()
        .filter(|to| to.notify.success && !to.notify.never)
        .filter(|to| matches!(to.fate, Fate::Onward(Onward::Mailbox { .. })))
        .filter(|to| named.insert(as_written(to)))
        .filter_map(in_mailbox)
        .collect();
    if recipients.is_empty() {
        return None;
    }
    delivery_report(desk, mail, &recipients, &beginning(&mail.content), mail.now)
}

fn as_written(to: &NewRecipient) -> &str {
    to.given.as_deref().unwrap_or(&to.address)
}

fn in_mailbox(to: &NewRecipient) -> Option<RecipientReport> {
    let original = to.original.as_deref().and_then(|text| text.split_once(';'));
    Some(RecipientReport {
        original: original.map(|(address_type, address)| OriginalRecipient {
            address_type: address_type.to_owned(),
            address: address.to_owned(),
        }),
        address: Address::parse(as_written(to)).ok()?,
        action: Action::Delivered,
        // RFC 3463 §3.2, X.1.5: destination address valid.
        status: EnhancedStatus::new(2, 1, 5),
        remote_mta: None,
        diagnostic: None,
        last_attempt: None,
        retry_until: None,
    })
}

/// A report of success brings back the header only (RFC 3461 §6.2).
fn beginning(content: &Content) -> Vec<u8> {
    let mut bytes = content.head.clone();
    let body = match &content.body {
        Body::Memory(body) => body.clone(),
        Body::Spool(file) => file.map().unwrap_or_default(),
    };
    bytes.extend_from_slice(body.get(..DSN_HEADER_BYTES_MAX).unwrap_or(&body));
    bytes
}

/// The report that an administrator took these recipients out of the queue.
pub fn bounce(
    desk: &Desk,
    mail: &MailRow,
    given_up: &[RecipientRow],
    reason: &str,
    content: &[u8],
) -> Option<NewMail> {
    let reports: Vec<_> = given_up
        .iter()
        .filter_map(|row| failed(row, reason))
        .collect();
    delivery_report(desk, mail, &reports, content, desk.now())
}

fn failed(row: &RecipientRow, reason: &str) -> Option<RecipientReport> {
    // NOTIFY=NEVER asks for silence, and so does a NOTIFY without FAILURE (RFC 3461 §4.1).
    let asked = row.notify.success || row.notify.delay || row.notify.failure;
    if row.notify.never || (asked && !row.notify.failure) {
        return None;
    }
    Some(RecipientReport {
        original: None,
        address: Address::parse(&row.address).ok()?,
        action: Action::Failed,
        status: EnhancedStatus::new(5, 7, 1),
        remote_mta: None,
        diagnostic: Some(reason.to_owned()),
        last_attempt: None,
        retry_until: None,
    })
}
