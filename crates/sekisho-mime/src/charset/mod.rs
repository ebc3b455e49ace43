//! Bytes to text, with the charsets and habits of Japanese mail.
//!
//! A label is a hint. A byte order mark or the escapes of ISO-2022-JP win over it, and where the bytes
//! do not fit the label but fit another charset, the bytes decide: that is what mail programs show.

mod guess;
mod jis;
mod label;
mod utf16;
mod utf7;

use label::Charset;

/// Text that was decoded, and how well it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// The charset that was used, as a label.
    pub charset: &'static str,
    /// Whether some bytes did not fit and were replaced.
    pub malformed: bool,
}

/// Decodes bytes that declare this charset (or none). A byte order mark wins over the label; where the
/// label does not fit the bytes and another charset does, the bytes decide.
pub fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    if is_plain(bytes, label) {
        return ascii(bytes);
    }
    guess::decode(bytes, label.and_then(label::find))
}

/// The common case: plain ASCII under any label that is not two bytes wide.
fn is_plain(bytes: &[u8], label: Option<&str>) -> bool {
    bytes.is_ascii()
        && memchr::memchr3(0x1b, 0x0e, 0, bytes).is_none()
        && !label.and_then(label::find).is_some_and(Charset::is_wide)
}

/// Every plausible reading, the likeliest first; one where the bytes leave no doubt.
pub fn readings(bytes: &[u8], label: Option<&str>) -> Vec<Decoded> {
    if is_plain(bytes, label) {
        return vec![ascii(bytes)];
    }
    let declared = label.and_then(label::find);
    let mut all = vec![guess::decode(bytes, declared)];
    if bytes.is_ascii()
        && memchr::memchr(0x1b, bytes).is_none()
        && memchr::memchr(0, bytes).is_none()
    {
        return all;
    }
    all.extend(declared.map(|charset| charset.decode(bytes)));
    all.extend(guess::candidates(bytes));
    let mut distinct: Vec<Decoded> = Vec::new();
    for decoded in all {
        let is_new = distinct.iter().all(|known| known.text != decoded.text);
        if is_new && (distinct.is_empty() || !decoded.malformed) {
            distinct.push(decoded);
        }
    }
    distinct
}

/// Decodes with this charset and no other; `None` when the label is not known.
pub fn decode_strictly(bytes: &[u8], label: &str) -> Option<Decoded> {
    label::find(label).map(|charset| charset.decode(bytes))
}

/// Whether the label names a charset that is known.
pub fn is_known(label: &str) -> bool {
    label::find(label).is_some()
}

/// Whether bytes are no text in any charset: zeros that are not those of UTF-16.
pub fn is_binary(bytes: &[u8]) -> bool {
    let sample = bytes.get(..bytes.len().min(8192)).unwrap_or_default();
    memchr::memchr(0, sample).is_some() && utf16::order_of(sample).is_none()
}

/// Whether a text under this label may be cut at any byte of ASCII and its pieces decoded each by itself, provided
/// that it holds neither NUL nor ESC, SO or SI.
pub fn is_cut_at_ascii(label: Option<&str>) -> bool {
    !label.and_then(label::find).is_some_and(Charset::is_wide)
}

fn ascii(bytes: &[u8]) -> Decoded {
    Decoded {
        text: std::str::from_utf8(bytes)
            .map(str::to_owned)
            .unwrap_or_default(),
        charset: "us-ascii",
        malformed: false,
    }
}
