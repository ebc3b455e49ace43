//! The server's or client's half of the SCRAM nonce.

use crate::keys::hmac;

/// Printable, unguessable, used once (RFC 5802 §5.1: no comma).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// The `count`-th nonce of a connection whose `seed` is 32 fresh random bytes: pure crates draw no
    /// randomness, so the driver gives one seed when the connection starts.
    pub fn derive(seed: &[u8; 32], count: u64) -> Self {
        let mac = hmac(seed, &count.to_be_bytes());
        // 18 bytes are 24 characters without padding; base64 has no comma.
        Self(crate::encoding::encode(&mac[..18]))
    }

    /// A fixed text, for test vectors. `None` when it is empty or has a character that SCRAM forbids.
    pub fn fixed(text: &str) -> Option<Self> {
        let fine = |c: char| c.is_ascii_graphic() && c != ',';
        (!text.is_empty() && text.chars().all(fine)).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
