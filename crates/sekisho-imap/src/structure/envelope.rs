//! ENVELOPE (RFC 9051 §7.5.2).

use sekisho_mime::Message;

/// The ENVELOPE of a message, with its parentheses.
pub fn envelope(message: &Message<'_>) -> Vec<u8> {
    todo!("{message:?}")
}
