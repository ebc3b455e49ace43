//! What is needed to write mails of our own: CRLF only, no line over 998 bytes (RFC 5322 §2.1.1).

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::Mailbox;

/// A whole field `Name: value CRLF`, folded at 76 where there are blanks. `value` is ready text:
/// encode it first with [`text`], [`mailboxes`]…
pub fn field(name: &str, value: &str) -> String {
    todo!("{name}{value}")
}

/// Unstructured text (Subject): encoded words of UTF-8 where it is not plain ASCII (RFC 2047).
pub fn text(value: &str) -> String {
    todo!("{value}")
}

/// A phrase (display name): an atom, a quoted string, or encoded words.
pub fn phrase(value: &str) -> String {
    todo!("{value}")
}

/// `Name <address>`, or the bare address.
pub fn mailbox(mailbox: &Mailbox) -> String {
    todo!("{mailbox:?}")
}

/// Mailboxes with commas between.
pub fn mailboxes(list: &[Mailbox]) -> String {
    todo!("{list:?}")
}

/// `; name=value`, quoted or as RFC 2231 says, with continuations when long.
pub fn param(name: &str, value: &str) -> String {
    todo!("{name}{value}")
}

/// `Tue, 03 Nov 2026 09:12:00 +0900` (RFC 5322 §3.3).
pub fn date(timestamp: Timestamp, offset: Offset) -> String {
    todo!("{timestamp}{offset}")
}

/// Base64 in lines of 76 with CRLF.
pub fn base64_body(bytes: &[u8]) -> String {
    todo!("{bytes:?}")
}

/// Quoted-printable in lines of 76; every line end of the text becomes CRLF.
pub fn quoted_printable_body(text: &str) -> String {
    todo!("{text}")
}

/// A text body with the transfer encoding that suits it: (`7bit` | `quoted-printable` | `base64`, body).
pub fn text_body(text: &str) -> (&'static str, String) {
    todo!("{text}")
}
