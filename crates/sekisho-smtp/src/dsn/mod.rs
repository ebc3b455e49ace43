//! Delivery status notifications: multipart/report as RFC 3464, RFC 3461 §6 and RFC 6522 have it, with
//! words in Japanese and English.

use jiff::Timestamp;
use sekisho_address::{Address, ReversePath};

use crate::envelope::{Notify, OriginalRecipient, Ret};
use crate::reply::EnhancedStatus;

/// What happened to one recipient (RFC 3464 §2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Given up.
    Failed,
    /// Not yet delivered; nothing need be done.
    Delayed,
    /// In the mailbox.
    Delivered,
    /// Handed to a server that does not report further (RFC 3461 §5.2.3).
    Relayed,
    /// Handed to the members of a list or alias.
    Expanded,
}

/// One recipient of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientReport {
    /// `ORCPT=` of the mail.
    pub original: Option<OriginalRecipient>,
    /// As we tried it.
    pub address: Address,
    /// What happened.
    pub action: Action,
    /// Why.
    pub status: EnhancedStatus,
    /// Whose words `diagnostic` are: the host's name.
    pub remote_mta: Option<String>,
    /// The far side's reply, or our reason; one line.
    pub diagnostic: Option<String>,
    /// When it was last tried.
    pub last_attempt: Option<Timestamp>,
    /// `Delayed`: until when it is tried.
    pub retry_until: Option<Timestamp>,
}

/// A report to write.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// Our host name.
    pub reporting_mta: &'a str,
    /// The reverse-path of the mail: where the report goes.
    pub to: &'a Address,
    /// Unique left part of the report's Message-ID and boundary: letters, digits, `.` and `-`.
    pub unique: &'a str,
    /// Date of the report.
    pub now: Timestamp,
    /// When the mail arrived here.
    pub arrival: Option<Timestamp>,
    /// `ENVID=` of the mail.
    pub envid: Option<&'a str>,
    /// `RET=` of the mail.
    pub ret: Option<Ret>,
    /// At least one.
    pub recipients: &'a [RecipientReport],
    /// The mail as stored, or its beginning: at least the header section.
    pub original: &'a [u8],
    /// Whether `original` is the whole mail.
    pub original_is_whole: bool,
}

/// A report, ready for the queue. Its envelope: `MAIL FROM:<>` (RFC 3461 §6.1), one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// The mail, lines end in CRLF.
    pub content: Vec<u8>,
    /// It carries 8-bit bytes of the original.
    pub has_8bit: bool,
}

/// Writes a report.
pub fn compose(_report: &Report<'_>) -> Composed {
    todo!()
}

/// Whether a report of `action` is wanted and allowed: never to the null reverse-path (RFC 5321 §4.5.5: no
/// bounce to a bounce), else as NOTIFY says.
pub fn is_wanted(_reverse_path: &ReversePath, _notify: Notify, _action: Action) -> bool {
    todo!()
}
