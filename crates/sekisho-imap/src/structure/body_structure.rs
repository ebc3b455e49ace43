//! BODYSTRUCTURE and BODY (RFC 9051 §7.5.2).

use sekisho_mime::Message;

/// The BODYSTRUCTURE of a message, with its parentheses.
pub fn body_structure(message: &Message<'_>) -> Vec<u8> {
    todo!("{message:?}")
}

/// BODY: the same without extension data.
pub fn body(message: &Message<'_>) -> Vec<u8> {
    todo!("{message:?}")
}
