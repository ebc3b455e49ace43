//! Modified UTF-7 of mailbox names (RFC 3501 §5.1.3): `&U9dfFQ-` is 台北.

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Base64 with `,` for `/`, without padding, and strict about trailing bits: each name has one
/// spelling only, else two names on the wire could be one in the store.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// To the wire.
pub fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut shifted: Vec<u8> = Vec::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut out, &mut shifted);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                shifted.extend_from_slice(&unit.to_be_bytes());
            }
        }
    }
    flush(&mut out, &mut shifted);
    out
}

fn flush(out: &mut String, shifted: &mut Vec<u8>) {
    if !shifted.is_empty() {
        out.push('&');
        BASE64.encode_string(&shifted, out);
        out.push('-');
        shifted.clear();
    }
}

/// From the wire. `None` when it is not modified UTF-7, or not in its one canonical form
/// (RFC 3501 §5.1.3: printable ASCII must stand for itself, no null shifts).
pub fn decode(wire: &str) -> Option<String> {
    let mut out = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((plain, after)) = rest.split_once('&') {
        push_plain(&mut out, plain)?;
        let (shifted, next) = after.split_once('-')?;
        if shifted.is_empty() {
            out.push('&');
        } else {
            // `&AAA-&BBB-` is one run cut in two: a second spelling of the same name.
            if next.starts_with('&') && !next.starts_with("&-") {
                return None;
            }
            push_shifted(&mut out, shifted)?;
        }
        rest = next;
    }
    push_plain(&mut out, rest)?;
    Some(out)
}

fn push_plain(out: &mut String, plain: &str) -> Option<()> {
    if !plain.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    out.push_str(plain);
    Some(())
}

fn push_shifted(out: &mut String, shifted: &str) -> Option<()> {
    let bytes = BASE64.decode(shifted).ok()?;
    let (pairs, rest) = bytes.as_chunks::<2>();
    if pairs.is_empty() || !rest.is_empty() {
        return None;
    }
    let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
    for c in char::decode_utf16(units) {
        let c = c.ok()?;
        if matches!(c, ' '..='~') {
            return None;
        }
        out.push(c);
    }
    Some(())
}
