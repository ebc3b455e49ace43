//! ARC (RFC 8617): what earlier hands found, sealed by each.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::dkim::SignError;
use crate::signing_key::Sign;

/// The chain validation status (RFC 8617 §4.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArcResult {
    /// There is no chain.
    #[default]
    None,
    /// The newest signature and every seal verify.
    Pass,
    /// The chain is broken.
    Fail,
}

/// What a seal says and who says it.
#[derive(Debug, Clone, Copy)]
pub struct Seal<'a> {
    /// Domain of the sealer.
    pub domain: &'a str,
    /// Names the key: `selector._domainkey.domain`.
    pub selector: &'a str,
    /// Content of ARC-Authentication-Results after `i=N; `:
    /// [`Authentication::authentication_results`](crate::Authentication::authentication_results).
    pub results: &'a str,
    /// What we found the chain to be on arrival.
    pub chain: ArcResult,
    /// Header fields to sign, lower case; empty for the usual ones.
    pub headers: &'a [&'a str],
    /// When it is sealed.
    pub now: Timestamp,
}

/// The next ARC set for a mail: three header fields, each with CRLF, to be put on top.
/// `None` when nothing may be added: an earlier hand has sealed the chain as failed, or it is full.
///
/// # Errors
/// [`SignError`] when the key cannot sign or the domain or selector is no name.
pub fn seal(raw: &[u8], key: &dyn Sign, seal: &Seal<'_>) -> Result<Option<String>, SignError> {
    let _ = (raw, key, seal);
    todo!()
}
