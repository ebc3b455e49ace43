//! DMARC (RFC 7489): does the From domain stand behind this mail?

use serde::{Deserialize, Serialize};

/// The results of RFC 8601 §2.7 for `dmarc`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DmarcResult {
    /// No policy is published, or there is no From domain.
    #[default]
    None,
    /// SPF or DKIM passes for an aligned domain.
    Pass,
    /// A policy is published and nothing aligned passes.
    Fail,
    /// DNS did not answer; later it may.
    Temperror,
    /// The mail (two From domains) or the record cannot be used.
    Permerror,
}

/// What a domain owner asks for (RFC 7489 §6.3 `p`).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum DmarcPolicy {
    /// Nothing special.
    #[default]
    None,
    /// Treat as suspicious.
    Quarantine,
    /// Refuse.
    Reject,
}
