//! Encoded words (RFC 2047) and raw 8-bit text in header values.

/// An unstructured value as a person reads it: encoded words and raw 8-bit text decoded.
pub fn decode_words(value: &[u8]) -> String {
    todo!("{value:?}")
}
