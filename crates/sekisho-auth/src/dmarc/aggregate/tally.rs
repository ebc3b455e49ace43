//! From mails seen to counted records.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::form::{
    AuthResults, DkimAuth, Identifiers, OverrideReason, PolicyEvaluated, Record, Row, SpfAuth,
};
use crate::limits::REPORT_RECORDS_MAX;
use crate::{Authentication, DkimResult, DmarcPolicy, SpfIdentity, SpfResult};

/// What was done with a mail, and why it is not what the domain owner asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Handling {
    /// What was done, in the words of DMARC.
    pub disposition: DmarcPolicy,
    /// `local_policy` and the like; `None` when the domain owner's wish was followed.
    pub reason: Option<String>,
}

/// What one mail adds to a report. Mails with equal ones are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Observed {
    /// The client.
    pub source_ip: IpAddr,
    /// What was done.
    pub handling: Handling,
    /// Whether an aligned signature holds.
    pub dkim_aligned: bool,
    /// Whether an aligned SPF domain passes.
    pub spf_aligned: bool,
    /// Domain of From.
    pub header_from: String,
    /// Domain of the reverse-path; empty for `<>`.
    pub envelope_from: String,
    /// `d=`, `s=` and result of each signature.
    pub dkim: Vec<(String, String, String)>,
    /// Domain, scope and result of SPF.
    pub spf: Option<(String, String, String)>,
}

impl Observed {
    /// What a mail adds; `None` when no policy was found for it, so that nobody asked.
    pub fn of(
        found: &Authentication,
        source_ip: IpAddr,
        envelope_from: &str,
        handling: Handling,
    ) -> Option<Self> {
        found.dmarc_record.as_deref()?;
        let header_from = found.from_domain.clone()?;
        let (dkim_aligned, spf_aligned) = alignment(found);
        let dkim = found.dkim.iter().map(|signature| {
            let result = signature.result.as_str().to_owned();
            (signature.domain.clone(), signature.selector.clone(), result)
        });
        let scope = match found.spf_identity {
            SpfIdentity::MailFrom => "mfrom",
            SpfIdentity::Helo => "helo",
        };
        Some(Self {
            source_ip: source_ip.to_canonical(),
            handling,
            dkim_aligned,
            spf_aligned,
            envelope_from: envelope_from.to_owned(),
            dkim: dkim.collect(),
            spf: found
                .spf_domain
                .clone()
                .map(|domain| (domain, scope.to_owned(), found.spf.as_str().to_owned())),
            header_from,
        })
    }

    fn into_record(self, count: u64) -> Record {
        let word = |holds: bool| if holds { "pass" } else { "fail" }.to_owned();
        let reasons = self.handling.reason.map(|kind| OverrideReason {
            kind,
            comment: None,
        });
        let dkim = self.dkim.into_iter();
        let dkim = dkim.map(|(domain, selector, result)| DkimAuth {
            domain,
            selector: Some(selector),
            result,
            human_result: None,
        });
        let spf = self.spf.map(|(domain, scope, result)| SpfAuth {
            domain,
            scope: Some(scope),
            result,
        });
        Record {
            row: Row {
                source_ip: self.source_ip,
                count,
                policy_evaluated: PolicyEvaluated {
                    disposition: self.handling.disposition.as_str().to_owned(),
                    dkim: word(self.dkim_aligned),
                    spf: word(self.spf_aligned),
                    reasons: reasons.into_iter().collect(),
                },
            },
            identifiers: Identifiers {
                envelope_to: None,
                envelope_from: Some(self.envelope_from),
                header_from: self.header_from,
            },
            auth_results: AuthResults {
                dkim: dkim.collect(),
                spf: spf.into_iter().collect(),
            },
        }
    }
}

/// Whether an aligned signature holds, and whether an aligned SPF domain passes (RFC 7489 §3.1);
/// neither without a record.
pub fn alignment(found: &Authentication) -> (bool, bool) {
    let (Some(record), Some(from), Some(own)) = (
        found.dmarc_record.as_deref(),
        found.from_domain.as_deref(),
        found.dmarc_organisational.as_deref(),
    ) else {
        return (false, false);
    };
    let aligned = |domain: &str, strict: bool| match strict {
        true => domain == from,
        false => crate::domain::is_within(domain, own),
    };
    let dkim = found.dkim.iter().any(|signature| {
        signature.result == DkimResult::Pass && aligned(&signature.domain, record.strict_dkim)
    });
    let spf_domain = found.spf_domain.as_deref();
    let spf = found.spf == SpfResult::Pass
        && spf_domain.is_some_and(|domain| aligned(domain, record.strict_spf));
    (dkim, spf)
}

/// Counts mails alike. Of more kinds than a report can hold the rarest are left out.
pub fn records(seen: impl IntoIterator<Item = (Observed, u64)>) -> Vec<Record> {
    let mut counts: BTreeMap<Observed, u64> = BTreeMap::new();
    for (observed, count) in seen {
        let sum = counts.entry(observed).or_default();
        *sum = sum.saturating_add(count);
    }
    let mut counted: Vec<(Observed, u64)> = counts.into_iter().collect();
    counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counted.truncate(REPORT_RECORDS_MAX);
    let counted = counted.into_iter();
    counted
        .map(|(observed, count)| observed.into_record(count))
        .collect()
}
