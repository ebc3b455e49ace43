//! What kind of automatic mail a message is: a bounce, a feedback report, an automatic reply, or none of them.
//!
//! Structure comes first (RFC 3464, RFC 5965, RFC 8098, RFC 3834). Mail systems that know none of it write free
//! text: there the sender, the subject, the words and the quoted SMTP dialogue are weighed together, and no single
//! one of them is enough. Anybody can write such a mail, so nothing here proves that a mail was really returned.

mod feedback;
mod phrases;
mod reply;
mod signs;
mod status;
mod text;

use std::borrow::Cow;

use crate::Message;
use crate::limits::REPORT_OF_BARE_CR_BYTES_MAX;

pub use feedback::Feedback;
pub use status::{DeliveryStatus, ReportedRecipient};

/// What a mail is, by who wrote it: a mail system, or else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// A mail system tells how the delivery of another mail went: it failed, waits, or succeeded.
    Bounce,
    /// A receiver tells of a mail that it or its reader minds (RFC 5965), or that a reader wants off a list.
    Arf,
    /// An answer that no person wrote: vacation notices, read receipts (RFC 3834, RFC 8098).
    AutoReply,
    /// Anything else.
    #[default]
    Ordinary,
}

/// What a mail says about another mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What it is.
    pub kind: MailKind,
    /// The part for machines, where a bounce has one.
    pub status: DeliveryStatus,
    /// The part for machines of a feedback report.
    pub feedback: Option<Feedback>,
    /// Message-ID of the returned mail, without its brackets.
    pub original_message_id: Option<String>,
}

impl Report {
    /// Reads a mail. `null_path`: it is known that it came with the null reverse-path (RFC 5321 §4.5.5).
    pub fn of(message: &Message<'_>, null_path: bool) -> Self {
        match with_line_feeds(message.raw()) {
            Some(raw) => Self::read(&Message::parse(&raw), null_path),
            None => Self::read(message, null_path),
        }
    }

    fn read(message: &Message<'_>, null_path: bool) -> Self {
        let parts = signs::Parts::of(message);
        let feedback = parts.feedback.as_ref().map(Feedback::read);
        let status = parts
            .status
            .as_ref()
            .map(DeliveryStatus::read)
            .unwrap_or_default();
        let kind = signs::kind(message, &parts, null_path);
        if kind == MailKind::Ordinary {
            return Self::default();
        }
        Self {
            kind,
            status,
            feedback,
            original_message_id: parts.original_message_id(),
        }
    }
}

/// Mail from old systems may end its lines with CR alone; the reader takes only LF as an end.
fn with_line_feeds(raw: &[u8]) -> Option<Cow<'static, [u8]>> {
    let raw = raw.get(..REPORT_OF_BARE_CR_BYTES_MAX.min(raw.len()))?;
    if memchr::memchr(b'\n', raw).is_some() || memchr::memchr(b'\r', raw).is_none() {
        return None;
    }
    let lines = raw
        .iter()
        .map(|&byte| if byte == b'\r' { b'\n' } else { byte });
    Some(Cow::Owned(lines.collect()))
}
