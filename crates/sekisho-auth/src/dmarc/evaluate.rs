//! Alignment and disposition (RFC 7489 §3.1, §6.6).

use super::discovery::Discovery;
use super::from_field::FromDomains;
use super::record::DmarcRecord;
use super::{DmarcPolicy, DmarcResult};
use crate::dkim::{DkimResult, DkimSignature};
use crate::domain;
use crate::spf::SpfResult;

/// What SPF and DKIM found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evidence<'a> {
    pub(crate) spf: SpfResult,
    pub(crate) spf_domain: Option<&'a str>,
    pub(crate) dkim: &'a [DkimSignature],
    /// 0 to 99, the same for the same mail: which share of `pct` it falls into.
    pub(crate) sample: u8,
    /// A result stated by the caller.
    pub(crate) given: Option<DmarcResult>,
}

/// What DMARC makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) result: DmarcResult,
    pub(crate) policy: Option<DmarcPolicy>,
    pub(crate) disposition: DmarcPolicy,
    pub(crate) pct: u8,
    pub(crate) record_domain: Option<String>,
    pub(crate) record: Option<Box<DmarcRecord>>,
    pub(crate) organisational: Option<String>,
    pub(crate) reason: Option<String>,
}

impl Default for Verdict {
    fn default() -> Self {
        Self {
            result: DmarcResult::None,
            policy: None,
            disposition: DmarcPolicy::None,
            pct: 100,
            record_domain: None,
            record: None,
            organisational: None,
            reason: None,
        }
    }
}

/// Judges a mail by the policies of all its From domains, one `discoveries` entry each. Of
/// several the strictest applies (§6.6.1), and a mail with two From fields never passes:
/// readers show one of them, checkers read another.
pub(crate) fn evaluate(
    from: &FromDomains,
    discoveries: &[Discovery],
    evidence: &Evidence<'_>,
) -> Verdict {
    let several = (from.fields > 1).then_some("more than one From field");
    let unreadable = from
        .unreadable
        .then_some("an address in From cannot be read");
    let spoilt = several.or(unreadable);
    let mut worst: Option<Verdict> = None;
    for (domain, discovery) in from.domains.iter().zip(discoveries) {
        let verdict = judge(domain, discovery, evidence, spoilt);
        let is_worse = match &worst {
            None => true,
            Some(worst) => gravity(&verdict) > gravity(worst),
        };
        if is_worse {
            worst = Some(verdict);
        }
    }
    let mut verdict = worst.unwrap_or_default();
    if verdict.result == DmarcResult::None && spoilt.is_some() {
        verdict.result = DmarcResult::Permerror;
        verdict.reason = spoilt.map(str::to_owned);
    } else if from.domains.is_empty() {
        verdict.reason = Some("From has no domain".to_owned());
    }
    if let Some(given) = evidence.given {
        verdict.restate(given, evidence.sample);
    }
    verdict
}

/// How much a verdict weighs against that of another From domain.
fn gravity(verdict: &Verdict) -> (DmarcPolicy, u8) {
    let result = match verdict.result {
        DmarcResult::Pass => 0,
        DmarcResult::None => 1,
        DmarcResult::Permerror => 2,
        DmarcResult::Temperror => 3,
        DmarcResult::Fail => 4,
    };
    (verdict.disposition, result)
}

fn judge(
    from: &str,
    discovery: &Discovery,
    evidence: &Evidence<'_>,
    spoilt: Option<&str>,
) -> Verdict {
    let (record, at, policy, own) = match discovery {
        Discovery::None => return Verdict::default(),
        Discovery::Broken => {
            return Verdict {
                result: DmarcResult::Permerror,
                reason: Some("the DMARC record has no valid policy".to_owned()),
                ..Verdict::default()
            };
        }
        Discovery::Unreachable => {
            return Verdict {
                result: DmarcResult::Temperror,
                reason: Some("the DMARC record could not be fetched".to_owned()),
                ..Verdict::default()
            };
        }
        Discovery::Found {
            record,
            at,
            policy,
            organisational,
        } => (record, at, *policy, organisational),
    };
    let (result, reason) = match spoilt {
        Some(reason) => (DmarcResult::Fail, reason.to_owned()),
        None => aligned(from, own, record, evidence),
    };
    let mut verdict = Verdict {
        policy: Some(policy),
        pct: record.pct,
        record_domain: Some(at.clone()),
        record: Some(record.clone()),
        organisational: Some(own.clone()),
        reason: Some(reason),
        ..Verdict::default()
    };
    verdict.restate(result, evidence.sample);
    verdict
}

impl Verdict {
    /// Sets the result and what follows from it. §6.6.4: outside the share of `pct` the next
    /// milder policy applies. The mail itself decides on which side it is, so that judging it
    /// again gives the same.
    fn restate(&mut self, result: DmarcResult, sample: u8) {
        self.result = result;
        let policy = self.policy.unwrap_or_default();
        self.disposition = match result {
            DmarcResult::Fail if sample < self.pct => policy,
            DmarcResult::Fail => policy.milder(),
            _ => DmarcPolicy::None,
        };
    }
}

/// Whether something that passed is aligned (§3.1), and what.
fn aligned(
    from: &str,
    own: &str,
    record: &DmarcRecord,
    evidence: &Evidence<'_>,
) -> (DmarcResult, String) {
    let is_aligned = |domain: &str, strict: bool| match strict {
        true => domain == from,
        false => domain::is_within(domain, own),
    };
    let mut temporary = false;
    for signature in evidence.dkim {
        if !is_aligned(&signature.domain, record.strict_dkim) {
            continue;
        }
        match signature.result {
            DkimResult::Pass => {
                return (DmarcResult::Pass, format!("DKIM of {}", signature.domain));
            }
            DkimResult::Temperror => temporary = true,
            _ => {}
        }
    }
    if let Some(domain) = evidence.spf_domain
        && is_aligned(domain, record.strict_spf)
    {
        match evidence.spf {
            SpfResult::Pass => return (DmarcResult::Pass, format!("SPF of {domain}")),
            SpfResult::Temperror => temporary = true,
            _ => {}
        }
    }
    // §6.6.2: what could not be checked now may pass later; it is neither pass nor fail.
    match temporary {
        true => {
            let reason = "an aligned check had no answer from DNS".to_owned();
            (DmarcResult::Temperror, reason)
        }
        false => (DmarcResult::Fail, "nothing aligned passes".to_owned()),
    }
}
