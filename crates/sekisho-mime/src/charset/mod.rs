//! Bytes to text, with the charsets and habits of Japanese mail.

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
    todo!("{bytes:?} {label:?}")
}

/// Every plausible reading, the likeliest first; one where the bytes leave no doubt.
pub fn readings(bytes: &[u8], label: Option<&str>) -> Vec<Decoded> {
    todo!("{bytes:?} {label:?}")
}

/// Decodes with this charset and no other; `None` when the label is not known.
pub fn decode_strictly(bytes: &[u8], label: &str) -> Option<Decoded> {
    todo!("{bytes:?} {label:?}")
}
