//! DMARC (RFC 7489): does the From domain stand behind this mail?

pub mod aggregate;
mod discovery;
mod evaluate;
mod from_field;
mod record;

pub(crate) use discovery::discover;
pub use discovery::published;
pub(crate) use evaluate::{Evidence, evaluate};
pub(crate) use from_field::FromDomains;
pub use record::{DmarcRecord, DmarcRecordError};
use serde::{Deserialize, Serialize};

/// The organisational domain by the public suffix list, in A-labels (RFC 7489 §3.2); `None` when
/// `name` is no DNS name.
pub fn organisational_domain(name: &str) -> Option<String> {
    let name = crate::domain::normal(name)?;
    Some(crate::domain::organisational(&name))
}

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
    /// The mail (two From fields) or the record cannot be used.
    Permerror,
}

impl DmarcResult {
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

/// What a domain owner asks for (RFC 7489 §6.3 `p`); ordered from mild to strict.
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

impl DmarcPolicy {
    /// The word of RFC 7489 §6.3.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }

    /// The next milder one (RFC 7489 §6.6.4).
    fn milder(self) -> Self {
        match self {
            Self::Reject => Self::Quarantine,
            Self::Quarantine | Self::None => Self::None,
        }
    }
}
