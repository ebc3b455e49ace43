//! The token in the link of a hold's notice.
//!
//! It is made from the mail's id and a secret of the server: the store keeps only its hash, and a reminder can
//! carry the same link without anybody having kept the token.

use ring::{digest, hmac};
use sekisho_store::MailId;

/// Makes tokens.
pub struct HoldTokens {
    key: hmac::Key,
}

impl HoldTokens {
    /// With the server's secret.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
        }
    }

    /// The token for the hold of a mail: 64 hex digits.
    #[must_use]
    pub fn token(&self, mail: MailId) -> String {
        let tag = hmac::sign(&self.key, format!("hold {mail}").as_bytes());
        tag.as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// What the store keeps of a token.
    #[must_use]
    pub fn hash(token: &str) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        hash
    }
}
