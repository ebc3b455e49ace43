//! The bounce of a mail that an administrator took out of the queue.

use sekisho_address::Address;
use sekisho_smtp::dsn::{Action, RecipientReport, Report};
use sekisho_smtp::{EnhancedStatus, Ret};
use sekisho_store::{MailRow, NewMail, RecipientRow};

use super::report::report_mail;
use crate::Desk;

/// The report to the sender that these recipients were given up; none for the null reverse-path, which
/// is never bounced to (RFC 5321 §4.5.5).
pub fn bounce(
    desk: &Desk,
    mail: &MailRow,
    given_up: &[RecipientRow],
    reason: &str,
    content: &[u8],
) -> Option<NewMail> {
    let to = Address::parse(mail.reverse_path.as_deref()?).ok()?;
    let reports: Vec<_> = given_up
        .iter()
        .filter_map(|row| failed(row, reason))
        .collect();
    if reports.is_empty() {
        return None;
    }
    let now = desk.now();
    let id = desk.store.new_mail_id(now);
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
        recipients: &reports,
        original: content,
        original_is_whole: true,
    };
    Some(report_mail(desk, mail.tenant, id, &report))
}

fn failed(row: &RecipientRow, reason: &str) -> Option<RecipientReport> {
    // NOTIFY=NEVER asks for silence (RFC 3461 §4.1).
    if row.notify.never {
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
