//! DKIM (RFC 6376, 8301, 8463): which domains signed this mail?

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::signing_key::{KeyError, Sign};

/// The results of RFC 8601 §2.7.1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DkimResult {
    /// Not signed.
    #[default]
    None,
    /// The signature verifies.
    Pass,
    /// The signature does not verify, or has expired.
    Fail,
    /// It verifies, and our rules do not accept it (a key that is too short).
    Policy,
    /// The signature has an error of form, so it says nothing.
    Neutral,
    /// The key could not be fetched now.
    Temperror,
    /// There is no usable key, or a required tag is missing.
    Permerror,
}

/// What one signature says, and whether it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DkimSignature {
    /// `d=`: who signs; empty when the signature cannot be read.
    pub domain: String,
    /// `s=`: which of the signer's keys.
    pub selector: String,
    /// Whether it holds.
    pub result: DkimResult,
    /// `i=`: on whose behalf; `@domain` when absent.
    pub identity: String,
    /// `a=`, as written.
    pub algorithm: String,
    /// First characters of `b=`, to tell signatures apart (RFC 6008).
    pub signature_start: String,
    /// Size of the RSA key in bits; `None` for other keys and when no key was read.
    pub key_bits: Option<u32>,
    /// The key is marked as being tried out (`t=y`).
    pub testing: bool,
    /// Bytes of the body that `l=` leaves unsigned: anyone may have added them.
    pub unsigned_body_bytes: u64,
    /// Why it does not hold, in short.
    pub reason: Option<String>,
}

/// Why a mail was not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Domain or selector is not a DNS name.
    #[error("`{0}` is not a name that DNS can hold")]
    BadName(String),
    /// The mail has no From field, so the signature would say nothing (RFC 6376 §5.4).
    #[error("the mail has no From header field")]
    NoFrom,
    /// The key refused.
    #[error("the key cannot sign")]
    Key(#[from] KeyError),
}

/// Signs a mail: the whole `DKIM-Signature` header field with CRLF, to be put on top of `raw`.
///
/// Relaxed for header and body; From, To, Cc, Subject, Date, Message-ID and others are signed once
/// more than they occur, so that none can be added (RFC 6376 §8.15).
///
/// # Errors
/// [`SignError`]: names that are none, a mail without From, a key that cannot sign.
pub fn sign(
    raw: &[u8],
    key: &dyn Sign,
    domain: &str,
    selector: &str,
    now: Timestamp,
) -> Result<String, SignError> {
    let _ = (raw, key, domain, selector, now);
    todo!()
}
