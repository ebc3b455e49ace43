//! The whole of a report.

use jiff::Timestamp;
use memchr::memmem;
use sekisho_address::Address;

use crate::dsn::original::Original;
use crate::dsn::{fields, text};
use crate::envelope::{OriginalRecipient, Ret};
use crate::reply::EnhancedStatus;

/// What happened to one recipient (RFC 3464 §2.3.3). The gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

impl Action {
    /// `action-value`, RFC 3464 §2.3.3
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
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
    /// Unique left part of the report's Message-ID and of the boundary: letters, digits, `.` and `-`, at most 60.
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

impl Report<'_> {
    /// The gravest of the recipients' actions; it names the report.
    pub(super) fn gravest(&self) -> Action {
        let actions = self.recipients.iter().map(|recipient| recipient.action);
        actions.min().unwrap_or(Action::Failed)
    }
}

/// A report, ready for the queue. Its envelope: `MAIL FROM:<>` (RFC 3461 §6.1), one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// The mail. Lines end in CRLF and have at most 998 bytes.
    pub content: Vec<u8>,
    /// It carries 8-bit bytes.
    pub has_8bit: bool,
    /// Its header is not ASCII, so it needs SMTPUTF8.
    pub smtputf8: bool,
}

/// Writes a report.
pub fn compose(report: &Report<'_>) -> Composed {
    let boundary = boundary(report);
    let original = Original::choose(report);
    let mut out = header(report, &boundary, &original).into_bytes();
    let mut part = |headers: &str, body: &[u8]| {
        out.extend_from_slice(format!("--{boundary}\r\n{headers}\r\n").as_bytes());
        out.extend_from_slice(body);
        if !body.ends_with(b"\r\n") {
            out.extend_from_slice(b"\r\n");
        }
    };
    part(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Language: ja, en\r\n\
         Content-Transfer-Encoding: base64\r\n",
        base64_lines(text::write(report).as_bytes()).as_bytes(),
    );
    part(
        "Content-Type: message/delivery-status\r\n",
        fields::write(report).as_bytes(),
    );
    part(&original.headers(), &original.body());
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Composed {
        has_8bit: !out.is_ascii(),
        smtputf8: !report.to.is_ascii(),
        content: out,
    }
}

/// RFC 3464 §2: From is the server, not the null path; RFC 3834 §5: Auto-Submitted stops answering machines.
fn header(report: &Report<'_>, boundary: &str, original: &Original<'_>) -> String {
    let host = report.reporting_mta;
    let subject = text::subject(report.gravest());
    let mut header = format!(
        "From: \"Mail Delivery System\" <MAILER-DAEMON@{host}>\r\n\
         To: <{}>\r\nSubject: {subject}\r\nDate: {}\r\nMessage-ID: <{}@{host}>\r\n",
        report.to,
        fields::date(report.now),
        report.unique,
    );
    if let Some(message_id) = original.message_id() {
        header.push_str(&format!(
            "In-Reply-To: {message_id}\r\nReferences: {message_id}\r\n"
        ));
    }
    header.push_str(&format!(
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"{boundary}\"\r\n"
    ));
    if original.has_8bit() {
        header.push_str("Content-Transfer-Encoding: 8bit\r\n");
    }
    header.push_str("\r\nThis is a MIME report (RFC 3464).\r\n");
    header
}

/// A boundary that the original does not contain, so that nobody can close our parts from inside.
fn boundary(report: &Report<'_>) -> String {
    let mut boundary = format!("=_{}", report.unique);
    for extra in 0..64_u8 {
        if memmem::find(report.original, boundary.as_bytes()).is_none() {
            break;
        }
        boundary = format!("=_{extra}_{}", report.unique);
    }
    boundary
}

/// RFC 2045 §6.8: lines of at most 76.
pub(super) fn base64_lines(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 3 / 2);
    for line in bytes.chunks(57) {
        out.push_str(&sekisho_sasl::encoding::encode(line));
        out.push_str("\r\n");
    }
    out
}

/// RFC 2047 §2: an encoded word has at most 75 characters, so long texts are several.
pub(super) fn base64_word(text: &str) -> String {
    let (mut words, mut word) = (Vec::new(), String::new());
    let mut close = |word: &mut String| {
        let encoded = sekisho_sasl::encoding::encode(std::mem::take(word));
        words.push(format!("=?UTF-8?B?{encoded}?="));
    };
    for c in text.chars() {
        if word.len() + c.len_utf8() > 45 {
            close(&mut word);
        }
        word.push(c);
    }
    close(&mut word);
    words.join("\r\n ")
}
