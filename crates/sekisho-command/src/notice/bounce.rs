//! Reports on what became of a mail that was sent out.

use jiff::Timestamp;
use sekisho_address::Address;
use sekisho_smtp::dsn::{Action, RecipientReport, Report};
use sekisho_smtp::limits::DSN_ORIGINAL_BYTES_MAX;
use sekisho_smtp::{EnhancedStatus, Ret};
use sekisho_store::{MailRow, NewMail, RecipientRow};

use super::report::report_mail;
use crate::Desk;

/// The report to the sender on these recipients; none when there are none, or for the null reverse-path, which
/// is never reported to (RFC 5321 §4.5.5).
pub fn delivery_report(
    desk: &Desk,
    mail: &MailRow,
    recipients: &[RecipientReport],
    content: &[u8],
    now: Timestamp,
) -> Option<NewMail> {
    if recipients.is_empty() {
        return None;
    }
    let to = Address::parse(mail.reverse_path.as_deref()?).ok()?;
    let id = desk.store.new_mail_id(now);
    // A report is not as heavy as the mail: a large one is looked at no further than its header goes.
    let original = content.get(..DSN_ORIGINAL_BYTES_MAX).unwrap_or(content);
    let report = Report {
        reporting_mta: &desk.hostname,
        to: &to,
        unique: &format!("dsn.{id}"),
        now,
        arrival: Some(mail.received_at),
        envid: mail.envelope_id.as_deref(),
        ret: Some(if mail.return_full {
            Ret::Full
        } else {
            Ret::Hdrs
        }),
        recipients,
        original,
        original_is_whole: original.len() == content.len(),
    };
    Some(report_mail(desk, mail.tenant, id, &report))
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
