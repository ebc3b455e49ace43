//! Base64 as the protocols carry it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// With padding, no line breaks (RFC 4648 §4).
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// Strict: padding must be there and right, no blanks. `None` when it is not base64.
pub fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
