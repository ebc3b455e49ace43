//! ARC (RFC 8617): what earlier hands found, sealed by each.

mod chain;
mod seal;
mod validate;

pub use seal::{Seal, seal};
use serde::{Deserialize, Serialize};
pub(crate) use validate::{queries, validate};

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

impl ArcResult {
    /// The word of RFC 8617 `cv=` and RFC 8601.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
        }
    }
}
