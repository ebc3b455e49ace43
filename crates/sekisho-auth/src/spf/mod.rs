//! SPF (RFC 7208): may this address send for that domain?

mod address;
mod evaluate;
mod macros;
mod record;
mod validated_name;

pub(crate) use evaluate::{Checked, Client, check};
use serde::{Deserialize, Serialize};

/// The results of RFC 7208 §2.6.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpfResult {
    /// No record, or no domain to check.
    #[default]
    None,
    /// The domain says nothing either way.
    Neutral,
    /// The address may send.
    Pass,
    /// The address may not send.
    Fail,
    /// The domain thinks the address may not send, and does not want it refused.
    Softfail,
    /// DNS did not answer; later it may.
    Temperror,
    /// The published records cannot be used.
    Permerror,
}

impl SpfResult {
    /// The word of RFC 7208 and RFC 8601.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Neutral => "neutral",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Softfail => "softfail",
            Self::Temperror => "temperror",
            Self::Permerror => "permerror",
        }
    }
}

/// Which of the client's claims was checked (RFC 7208 §2.3, §2.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpfIdentity {
    /// The domain of the reverse-path.
    #[default]
    MailFrom,
    /// The HELO name, as the reverse-path was null.
    Helo,
}
