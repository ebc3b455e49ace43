//! The policy record (RFC 7489 §6.3, RFC 9091 `np`).

use serde::{Deserialize, Serialize};

use super::DmarcPolicy;

/// A record that starts with `v=DMARC1` and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DmarcRecord {
    /// `p`: for the domain itself.
    pub policy: DmarcPolicy,
    /// `sp`: for its subdomains; as `p` when absent.
    pub subdomain_policy: Option<DmarcPolicy>,
    /// `np`: for subdomains that do not exist; as `sp` when absent.
    pub missing_subdomain_policy: Option<DmarcPolicy>,
    /// `adkim=s`: the DKIM domain must be the From domain itself.
    pub strict_dkim: bool,
    /// `aspf=s`: the SPF domain must be the From domain itself.
    pub strict_spf: bool,
    /// `pct`, 0 to 100; 0 also for a record in trial (`t=y`, RFC 9989).
    pub pct: u8,
    /// `psd` (RFC 9989 §4.7): `y` at a public suffix, `n` at an organisation's top.
    #[serde(default)]
    pub suffix: Option<bool>,
    /// `rua`, as written: where aggregate reports are wanted.
    pub aggregate_reports_to: Vec<String>,
}

/// Why a text gives no policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DmarcRecordError {
    /// It does not begin with `v=DMARC1`: some other record.
    #[error("not a DMARC record")]
    NotDmarc,
    /// It is one, but has no valid `p` and no `rua` either (RFC 7489 §6.6.3).
    #[error("the DMARC record has no valid policy")]
    NoPolicy,
}

impl DmarcRecord {
    /// Reads the text of a TXT record. Unknown and broken tags are ignored, as §6.3 asks.
    ///
    /// # Errors
    /// [`DmarcRecordError`] says whether it is a foreign record or a useless one.
    pub fn parse(text: &str) -> Result<Self, DmarcRecordError> {
        let mut tags = text.split(';').map(|tag| {
            let (name, value) = tag.split_once('=').unwrap_or((tag, ""));
            (name.trim(), value.trim())
        });
        // §6.3 `v`: first, and exactly this.
        if tags.next() != Some(("v", "DMARC1")) {
            return Err(DmarcRecordError::NotDmarc);
        }
        let tags: Vec<(&str, &str)> = tags.collect();
        let value = |name: &str| {
            let found = tags.iter().find(|tag| tag.0.eq_ignore_ascii_case(name));
            found.map(|tag| tag.1)
        };
        let reports: Vec<String> = value("rua")
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|uri| !uri.is_empty())
            .map(str::to_owned)
            .collect();
        let subdomain_policy = value("sp").map(policy);
        // §6.6.3: with a valid `rua`, a record without a valid policy counts as `p=none`.
        let policy_of_domain = match (value("p").and_then(policy), subdomain_policy) {
            (Some(policy), None | Some(Some(_))) => policy,
            _ if reports.iter().any(|uri| is_uri(uri)) => DmarcPolicy::None,
            _ => return Err(DmarcRecordError::NoPolicy),
        };
        let strict = |name| value(name).is_some_and(|mode| mode.eq_ignore_ascii_case("s"));
        let in_trial = value("t").is_some_and(|flag| flag.eq_ignore_ascii_case("y"));
        let pct = value("pct").and_then(|pct| pct.parse().ok());
        Ok(Self {
            policy: policy_of_domain,
            subdomain_policy: subdomain_policy.flatten(),
            missing_subdomain_policy: value("np").and_then(policy),
            strict_dkim: strict("adkim"),
            strict_spf: strict("aspf"),
            pct: match in_trial {
                true => 0,
                false => pct.filter(|pct| *pct <= 100).unwrap_or(100),
            },
            suffix: match value("psd") {
                Some(flag) if flag.eq_ignore_ascii_case("y") => Some(true),
                Some(flag) if flag.eq_ignore_ascii_case("n") => Some(false),
                _ => None,
            },
            aggregate_reports_to: reports,
        })
    }
}

fn policy(word: &str) -> Option<DmarcPolicy> {
    [
        DmarcPolicy::None,
        DmarcPolicy::Quarantine,
        DmarcPolicy::Reject,
    ]
    .into_iter()
    .find(|policy| word.eq_ignore_ascii_case(policy.as_str()))
}

/// As much of RFC 3986 as is needed to tell a report address from rubbish.
fn is_uri(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}
