use sekisho_address::Domain;
use serde::{Deserialize, Serialize};

/// What SPF, DKIM, DMARC and ARC said; the `auth` of `sekisho inspect`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthenticationFacts {
    /// RFC 7208, of the reverse-path, or of HELO for `<>`.
    pub spf: Outcome,
    /// What SPF was checked for: the domain of the reverse-path, or of HELO for `<>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spf_domain: Option<String>,
    /// Whether that domain passed and is aligned with From as the DMARC record asks.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub spf_aligned: bool,
    /// RFC 6376, one entry a signature.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dkim: Vec<DkimFacts>,
    /// Whether a signature that holds is aligned with From as the DMARC record asks.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dkim_aligned: bool,
    /// RFC 7489.
    pub dmarc: Outcome,
    /// Where the DMARC record stands: whom the aggregate report goes to. None without a record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dmarc_record_domain: Option<String>,
    /// What the From domain publishes (`p=` or `sp=`); none without a record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dmarc_policy: Option<DmarcPolicy>,
    /// What is to be done after `pct=` and trusted ARC chains; none: as published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dmarc_disposition: Option<DmarcPolicy>,
    /// RFC 8617.
    pub arc: Outcome,
    /// The domain of From (A-labels); none without exactly one readable From.
    pub from_domain: Option<Domain>,
    /// Whether SPF or a signature proved the From domain itself (relaxed alignment, RFC 7489 §3.1),
    /// also where it publishes no DMARC record.
    pub aligned: bool,
}

/// One DKIM signature.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DkimFacts {
    /// `d=`.
    pub domain: String,
    /// `s=`.
    pub selector: String,
    /// Whether it verified.
    pub result: Outcome,
}

/// A result of RFC 8601 §2.7.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// No record, or no signature.
    #[default]
    None,
    /// Proved.
    Pass,
    /// Disproved.
    Fail,
    /// SPF `~all`.
    Softfail,
    /// SPF `?all`, or a DKIM signature that says nothing.
    Neutral,
    /// Signed, but not acceptable to us.
    Policy,
    /// DNS did not answer.
    Temperror,
    /// The record cannot be read.
    Permerror,
}

/// What a DMARC record asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DmarcPolicy {
    /// Nothing.
    None,
    /// Treat with suspicion.
    Quarantine,
    /// Refuse.
    Reject,
}

impl AuthenticationFacts {
    /// What a failed DMARC asks us to do; none unless it failed.
    pub fn dmarc_asks(&self) -> Option<DmarcPolicy> {
        if self.dmarc != Outcome::Fail {
            return None;
        }
        self.dmarc_disposition
            .or(self.dmarc_policy)
            .or(Some(DmarcPolicy::None))
    }

    /// Whether the From domain was proved by anything.
    pub fn proves_from(&self) -> bool {
        self.dmarc == Outcome::Pass || self.aligned
    }
}
