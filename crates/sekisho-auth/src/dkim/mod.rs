//! DKIM (RFC 6376, 8301, 8463): which domains signed this mail?

mod field_text;
mod key_record;
mod selection;
mod sign;
mod signature;
mod verify;

pub(crate) use field_text::FieldText;
pub(crate) use key_record::usable_key;
pub(crate) use selection::{BodyHashes, signed_data, without_signature};
use serde::{Deserialize, Serialize};
pub use sign::{SignError, sign};
pub(crate) use sign::{default_headers, names};
pub(crate) use signature::{
    SignatureError, base64_tag, key_name, number, parse_algorithm, parse_canonical, parse_headers,
    parse_names, tags,
};
pub(crate) use verify::Verification;

/// The results of RFC 8601 §2.7.1 that verifying gives.
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
    /// The key could not be fetched now.
    Temperror,
    /// The signature or the key has an error that another try does not mend.
    Permerror,
}

impl DkimResult {
    /// The word of RFC 8601.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Temperror => "temperror",
            Self::Permerror => "permerror",
        }
    }
}

/// What one signature says, and whether it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DkimSignature {
    /// `d=`: who signs, in A-labels; empty when the signature cannot be read.
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
    /// From 1024 to 2047 it passes, and a policy may want more (RFC 8301 §3.2).
    pub key_bits: Option<u32>,
    /// The key is marked as being tried out (`t=y`): a failure means no more than no signature.
    pub testing: bool,
    /// Bytes of the body that `l=` leaves unsigned: anyone may have added them (RFC 6376 §8.2).
    pub unsigned_body_bytes: u64,
    /// Why it does not hold, in short.
    pub reason: Option<String>,
}
