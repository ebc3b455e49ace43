//! ENVELOPE (RFC 9051 §7.5.2).

use std::borrow::Cow;

use sekisho_mime::{AddressItem, Message, Part, decode_words};

use crate::limits::{ENVELOPE_LIST_BYTES_MAX, ENVELOPE_TEXT_BYTES_MAX};
use crate::wire::push_nstring;

/// The ENVELOPE of a message, with its parentheses, as UTF-8. Encoded words stay as they are.
pub fn envelope(message: &Message<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    push_envelope(&mut out, &message.root());
    out
}

/// The envelope of a message, or of one inside another.
pub(super) fn push_envelope(out: &mut Vec<u8>, part: &Part<'_>) {
    out.push(b'(');
    push_field(out, part, "Date");
    out.push(b' ');
    push_field(out, part, "Subject");
    let from = address_list(part, "From");
    // RFC 9051 §7.5.2: Sender and Reply-To are those of From when absent or empty.
    for name in ["", "Sender", "Reply-To"] {
        out.push(b' ');
        let own = if name.is_empty() {
            None
        } else {
            address_list(part, name)
        };
        out.extend_from_slice(own.as_ref().or(from.as_ref()).map_or(b"NIL", Vec::as_slice));
    }
    for name in ["To", "Cc", "Bcc"] {
        out.push(b' ');
        let list = address_list(part, name);
        out.extend_from_slice(list.as_ref().map_or(b"NIL", Vec::as_slice));
    }
    for name in ["In-Reply-To", "Message-ID"] {
        out.push(b' ');
        push_field(out, part, name);
    }
    out.push(b')');
}

fn push_field(out: &mut Vec<u8>, part: &Part<'_>, name: &str) {
    match part.header(name) {
        Some(header) => push_text(out, &header.unfolded()),
        None => push_nstring(out, None),
    }
}

/// A text, cut at its limit. Raw bytes of an old charset (Shift_JIS without a label) go out as
/// UTF-8: no client could guess what they are, and the store keeps columns as text.
pub(super) fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    let readable = match std::str::from_utf8(text) {
        Ok(text) if !text.contains('\x1b') => Cow::Borrowed(text),
        _ => Cow::Owned(decode_words(text)),
    };
    let end = readable.floor_char_boundary(ENVELOPE_TEXT_BYTES_MAX);
    push_nstring(out, readable.as_bytes().get(..end));
}

/// `( address … )`, `None` when there is no address.
fn address_list(part: &Part<'_>, name: &str) -> Option<Vec<u8>> {
    let mut out = vec![b'('];
    for item in part.address_items(name) {
        if out.len() > ENVELOPE_LIST_BYTES_MAX {
            break;
        }
        push_address(&mut out, &item);
    }
    out.push(b')');
    (out.len() > 2).then_some(out)
}

/// `"(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"`
fn push_address(out: &mut Vec<u8>, item: &AddressItem) {
    let (name, route, local, domain) = match item {
        AddressItem::Mailbox {
            name,
            route,
            local,
            domain,
        } => (
            name.as_deref(),
            route.as_deref(),
            Some(local.as_slice()),
            Some(domain.as_slice()),
        ),
        // RFC 9051 §7.5.2: a group starts with a NIL host and ends with a NIL mailbox too.
        AddressItem::GroupStart(name) => (None, None, Some(name.as_slice()), None),
        AddressItem::GroupEnd => (None, None, None, None),
    };
    out.push(b'(');
    for (at, field) in [name, route, local, domain].into_iter().enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        match field {
            Some(text) => push_text(out, text),
            None => push_nstring(out, None),
        }
    }
    out.push(b')');
}
