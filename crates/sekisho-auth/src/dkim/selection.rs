//! What a signature covers: which header fields, and the body (RFC 6376 §3.7, §5.4.2).

use std::collections::HashMap;

use crate::canonical::{BodyHash, Canonical, body_hash};
use crate::message::RawMail;

/// The bytes that are signed: the fields of `headers`, then the signature field itself
/// (`own`, with the value of its `b=` taken out), without a line end.
///
/// Each name takes the next field from the bottom; a name without a field left adds nothing, so
/// that a field added later breaks the signature (§5.4.2).
pub(crate) fn signed_data(
    mail: &RawMail<'_>,
    headers: &[String],
    canonical: Canonical,
    own: &[u8],
    own_at: Option<usize>,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(2048);
    let mut taken: HashMap<&str, usize> = HashMap::new();
    for name in headers {
        let positions = mail.positions(name);
        let taken = taken.entry(name.as_str()).or_default();
        loop {
            *taken += 1;
            let Some(at) = positions
                .len()
                .checked_sub(*taken)
                .and_then(|index| positions.get(index).copied())
            else {
                break;
            };
            // §3.7: the signature being verified is not part of what it signs.
            if own_at == Some(at) {
                continue;
            }
            if let Some(field) = mail.field(at) {
                canonical.field(field.whole, &mut out);
                out.extend_from_slice(b"\r\n");
            }
            break;
        }
    }
    canonical.field(own, &mut out);
    out
}

/// A signature field with the value of `b=` taken out and everything else as it is (§3.7).
pub(crate) fn without_signature(whole: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(whole.len());
    let colon = memchr::memchr(b':', whole).map_or(0, |at| at + 1);
    let (name, value) = whole.split_at(colon);
    out.extend_from_slice(name);
    for (at, tag) in value.split(|byte| *byte == b';').enumerate() {
        if at > 0 {
            out.push(b';');
        }
        match memchr::memchr(b'=', tag) {
            Some(equals) if tag.get(..equals).unwrap_or_default().trim_ascii() == b"b" => {
                out.extend_from_slice(tag.get(..=equals).unwrap_or_default());
            }
            _ => out.extend_from_slice(tag),
        }
    }
    out
}

/// Body hashes of one mail, each computed once however many signatures want it.
#[derive(Debug)]
pub(crate) struct BodyHashes<'a> {
    body: &'a [u8],
    known: Vec<(Canonical, Option<u64>, BodyHash)>,
}

impl<'a> BodyHashes<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Self {
        let known = Vec::new();
        Self { body, known }
    }

    /// The hash under a canonicalisation and `l=`.
    pub(crate) fn hash(&mut self, canonical: Canonical, length: Option<u64>) -> BodyHash {
        let found = self
            .known
            .iter()
            .find(|known| known.0 == canonical && known.1 == length);
        if let Some(known) = found {
            return known.2;
        }
        let hash = body_hash(self.body, canonical, length);
        self.known.push((canonical, length, hash));
        hash
    }
}
