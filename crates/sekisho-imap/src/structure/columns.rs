//! The list columns of one message.

use bytes::Bytes;
use sekisho_mime::Message;

use super::{body_structure, envelope};
use crate::limits::LIST_HEADER_BYTES_MAX;

/// Header fields that mail programs ask for when they list a mailbox (recorded from Thunderbird,
/// mutt, iOS, Outlook, K-9, Roundcube). Lower case, sorted.
pub const LIST_FIELDS: &[&str] = &[
    "auto-submitted",
    "bcc",
    "cc",
    "content-transfer-encoding",
    "content-type",
    "date",
    "disposition-notification-to",
    "from",
    "importance",
    "in-reply-to",
    "list-id",
    "list-post",
    "list-unsubscribe",
    "mail-followup-to",
    "mail-reply-to",
    "message-id",
    "mime-version",
    "newsgroups",
    "precedence",
    "priority",
    "references",
    "reply-to",
    "resent-from",
    "return-receipt-to",
    "sender",
    "subject",
    "to",
    "x-label",
    "x-mailer",
    "x-priority",
    "x-spam-flag",
];

/// What the store keeps beside a message so that lists never open it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// ENVELOPE, with its parentheses, as UTF-8.
    pub envelope: Bytes,
    /// BODYSTRUCTURE, with its parentheses, as UTF-8.
    pub body_structure: Bytes,
    /// The fields of [`LIST_FIELDS`] as they stand in the message, in order, byte for byte.
    /// `None` when they are longer than a list can afford: the message is opened then.
    pub list_header: Option<Bytes>,
}

impl Columns {
    /// Works the columns out. Called once, at delivery.
    pub fn of(message: &Message<'_>) -> Self {
        Self {
            envelope: envelope(message).into(),
            body_structure: body_structure(message).into(),
            list_header: list_header(message),
        }
    }
}

/// Whether all of these names are among [`LIST_FIELDS`].
pub(crate) fn are_list_fields<'a>(names: impl IntoIterator<Item = &'a str>) -> bool {
    names.into_iter().all(|name| {
        let name = name.to_ascii_lowercase();
        LIST_FIELDS.binary_search(&name.as_str()).is_ok()
    })
}

/// The fields of [`LIST_FIELDS`], byte for byte; `None` when they are longer than a list can afford.
pub fn list_header(message: &Message<'_>) -> Option<Bytes> {
    let mut out = Vec::new();
    for header in message.headers() {
        if LIST_FIELDS.iter().any(|name| header.is(name)) {
            if out.len() + header.raw().len() > LIST_HEADER_BYTES_MAX {
                return None;
            }
            out.extend_from_slice(header.raw());
        }
    }
    Some(out.into())
}
