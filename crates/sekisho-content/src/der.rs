//! Just enough BER/DER to tell what a CMS file (RFC 5652) is, and to take a signed text out of it.

/// Levels of SignedData around a text, and of nested octet strings.
const DEPTH_MAX: usize = 8;

/// 1.2.840.113549.1.7 and 1.2.840.113549.1.9.16.1, as they are encoded.
const PKCS7: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07";
const SMIME_CT: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01";

/// What a CMS file holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cms {
    /// A text anyone can read, with a signature.
    Signed(Vec<u8>),
    /// Certificates, or a signature over a text elsewhere.
    Detached,
    /// Compressed (RFC 3274): not read here.
    Compressed,
    /// Only the holder of a key can read it.
    Enveloped,
}

pub(crate) fn cms_kind(bytes: &[u8]) -> Option<&'static str> {
    match cms(bytes)? {
        Cms::Detached => Some("p7s"),
        _ => Some("p7m"),
    }
}

pub(crate) fn cms(bytes: &[u8]) -> Option<Cms> {
    let info = element(bytes)?;
    if info.tag != 0x30 {
        return None;
    }
    let kind = element(info.content)?;
    if kind.tag != 0x06 {
        return None;
    }
    if let Some(short) = kind.content.strip_prefix(PKCS7) {
        return match short {
            [2] => Some(signed(kind.after).map_or(Cms::Detached, Cms::Signed)),
            [3] | [4] | [6] => Some(Cms::Enveloped),
            [1] => Some(Cms::Detached),
            _ => None,
        };
    }
    match kind.content.strip_prefix(SMIME_CT)? {
        [9] => Some(Cms::Compressed),
        [23] => Some(Cms::Enveloped),
        _ => None,
    }
}

/// `[0] SignedData { version, digests, encapContentInfo { type, [0] OCTET STRING } … }`
fn signed(after_type: &[u8]) -> Option<Vec<u8>> {
    let data = element(element(after_type)?.content)?;
    let version = element(data.content)?;
    let digests = element(version.after)?;
    let inner = element(digests.after)?;
    let inner_type = element(inner.content)?;
    let explicit = element(inner_type.after)?;
    let text = element(explicit.content)?;
    let mut out = Vec::new();
    octets(&text, &mut out, 0);
    (!out.is_empty()).then_some(out)
}

/// An octet string may be made of octet strings (BER, RFC 5652 §5.2).
fn octets(element_: &Element<'_>, out: &mut Vec<u8>, depth: usize) {
    match element_.tag {
        0x04 => out.extend_from_slice(element_.content),
        0x24 if depth < DEPTH_MAX => {
            let mut rest = element_.content;
            while let Some(next) = element(rest) {
                if next.tag == 0 {
                    break;
                }
                octets(&next, out, depth + 1);
                rest = next.after;
            }
        }
        _ => {}
    }
}

struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    after: &'a [u8],
}

fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let tag = *bytes.first()?;
    let first = *bytes.get(1)?;
    if first == 0x80 {
        // Indefinite length: everything from here; whoever reads it stops at the end mark.
        let content = bytes.get(2..)?;
        let length = indefinite(content, 0)?;
        return Some(Element {
            tag,
            content: content.get(..length)?,
            after: content.get(length + 2..).unwrap_or_default(),
        });
    }
    let (length, start) = if first < 0x80 {
        (usize::from(first), 2)
    } else {
        let count = usize::from(first & 0x7F);
        let digits = bytes.get(2..2 + count).filter(|_| count <= 4)?;
        let length = digits
            .iter()
            .fold(0usize, |n, digit| (n << 8) | usize::from(*digit));
        (length, 2 + count)
    };
    let rest = bytes.get(start..)?;
    // A file that is cut off still shows what it has.
    let (content, after) = rest.split_at(length.min(rest.len()));
    Some(Element {
        tag,
        content,
        after,
    })
}

/// Bytes before the end mark `00 00` of an indefinite length.
fn indefinite(bytes: &[u8], depth: usize) -> Option<usize> {
    let mut at = 0;
    if depth > DEPTH_MAX * 2 {
        return None;
    }
    loop {
        let rest = bytes.get(at..)?;
        if rest.starts_with(&[0, 0]) {
            return Some(at);
        }
        let first = *rest.get(1)?;
        at += if first == 0x80 {
            2 + indefinite(rest.get(2..)?, depth + 1)? + 2
        } else if first < 0x80 {
            2 + usize::from(first)
        } else {
            let count = usize::from(first & 0x7F);
            let digits = rest.get(2..2 + count).filter(|_| count <= 4)?;
            let length = digits
                .iter()
                .fold(0usize, |n, digit| (n << 8) | usize::from(*digit));
            2 + count + length
        };
    }
}
