//! The mail of a day, counted by policy domain.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use jiff::Timestamp;
use sekisho_auth::DmarcPolicy;
use sekisho_auth::dmarc::aggregate::{Handling, Observed};
use sekisho_policy::{AuthenticationFacts, DmarcPolicy as Asked, Envelope, Outcome};
use sekisho_store::{DmarcSeen, MailId, Store, StoreFailure, Tenant};
use serde::Deserialize;

use super::DAY_S;
use crate::limits::{DMARC_KINDS_MAX, DMARC_MAILS_AT_ONCE};

/// What came in the name of each policy domain.
#[derive(Default)]
pub(super) struct Day {
    pub(super) domains: BTreeMap<String, HashMap<Observed, u64>>,
    kinds: usize,
    /// Mails of kinds beyond the limit.
    pub(super) left_out: u64,
}

/// As much of the facts as a report needs.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Known {
    authentication: AuthenticationFacts,
    envelope: Envelope,
}

/// Reads the mail of a day, a page at a time.
pub(super) async fn read(
    store: &Store,
    tenant: Tenant,
    day: i64,
    own: String,
) -> Result<Day, StoreFailure> {
    let at = |day: i64| Timestamp::from_second(day.saturating_mul(DAY_S)).unwrap_or(Timestamp::MAX);
    let span = MailId::first_at(at(day))..MailId::first_at(at(day.saturating_add(1)));
    let (mut seen, mut after) = (Day::default(), None);
    loop {
        let (page_of, own) = (span.clone(), own.clone());
        let page = store
            .read(move |reader| {
                reader.dmarc_seen(tenant, page_of, &own, after, DMARC_MAILS_AT_ONCE)
            })
            .await?;
        let Some(last) = page.last() else {
            return Ok(seen);
        };
        after = Some(last.mail);
        for mail in &page {
            seen.count(mail);
        }
    }
}

impl Day {
    fn count(&mut self, mail: &DmarcSeen) {
        // Facts of another version that cannot be read any more tell nothing.
        let Ok(known) = serde_json::from_str::<Known>(&mail.facts_json) else {
            return;
        };
        let Some((domain, observed)) = observed(known, mail) else {
            return;
        };
        let kinds = self.domains.entry(domain).or_default();
        if let Some(count) = kinds.get_mut(&observed) {
            *count += 1;
        } else if self.kinds < DMARC_KINDS_MAX {
            self.kinds += 1;
            kinds.insert(observed, 1);
        } else {
            self.left_out += 1;
        }
    }
}

/// The policy domain, and what the mail adds to its report.
fn observed(known: Known, mail: &DmarcSeen) -> Option<(String, Observed)> {
    let handling = handling(&known.authentication, &mail.action);
    let source_ip: IpAddr = known.envelope.client_ip?;
    let auth = known.authentication;
    let scope = if mail.sender.is_some() {
        "mfrom"
    } else {
        "helo"
    };
    let dkim = auth.dkim.into_iter().map(|signature| {
        let result = word(signature.result).to_owned();
        (signature.domain, signature.selector, result)
    });
    let envelope_from = mail
        .sender
        .as_deref()
        .and_then(|sender| sender.rsplit_once('@'));
    let observed = Observed {
        source_ip: source_ip.to_canonical(),
        handling,
        dkim_aligned: auth.dkim_aligned,
        spf_aligned: auth.spf_aligned,
        header_from: auth.from_domain?.as_str().to_owned(),
        envelope_from: envelope_from.map_or_else(String::new, |(_, domain)| domain.to_lowercase()),
        dkim: dkim.collect(),
        spf: auth
            .spf_domain
            .map(|domain| (domain, scope.to_owned(), word(auth.spf).to_owned())),
    };
    Some((auth.dmarc_record_domain?, observed))
}

/// What was done, in the words of DMARC, and why it is not what was asked for (RFC 7489 §7.2, Appendix C).
fn handling(auth: &AuthenticationFacts, action: &str) -> Handling {
    let Some(asked) = auth.dmarc_asks() else {
        // A mail that passed may be junk for other reasons, which are none of the domain owner's business.
        return Handling::default();
    };
    let (asked, published) = (policy(asked), auth.dmarc_policy.map(policy));
    let disposition = match action {
        "refuse" | "bounce" | "discard" => DmarcPolicy::Reject,
        "quarantine" | "junk" | "hold" => DmarcPolicy::Quarantine,
        _ => DmarcPolicy::None,
    };
    let reason = if disposition != asked {
        Some("local_policy")
    } else if published.is_some_and(|published| published != asked) {
        Some("sampled_out")
    } else {
        None
    };
    Handling {
        disposition,
        reason: reason.map(str::to_owned),
    }
}

fn policy(asked: Asked) -> DmarcPolicy {
    match asked {
        Asked::None => DmarcPolicy::None,
        Asked::Quarantine => DmarcPolicy::Quarantine,
        Asked::Reject => DmarcPolicy::Reject,
    }
}

/// The words of RFC 8601 §2.7.
fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::None => "none",
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Softfail => "softfail",
        Outcome::Neutral => "neutral",
        Outcome::Policy => "policy",
        Outcome::Temperror => "temperror",
        Outcome::Permerror => "permerror",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_told_with_its_reason() {
        use DmarcPolicy::{None as Nothing, Quarantine, Reject};
        let auth = |dmarc, published, asked| AuthenticationFacts {
            dmarc,
            dmarc_policy: Some(published),
            dmarc_disposition: Some(asked),
            ..AuthenticationFacts::default()
        };
        for (auth, action, disposition, reason) in [
            (
                auth(Outcome::Pass, Asked::Reject, Asked::None),
                "junk",
                Nothing,
                None,
            ),
            (
                auth(Outcome::Fail, Asked::Reject, Asked::Reject),
                "refuse",
                Reject,
                None,
            ),
            (
                auth(Outcome::Fail, Asked::Reject, Asked::Reject),
                "deliver",
                Nothing,
                Some("local_policy"),
            ),
            (
                auth(Outcome::Fail, Asked::Reject, Asked::Quarantine),
                "junk",
                Quarantine,
                Some("sampled_out"),
            ),
            (
                auth(Outcome::Fail, Asked::None, Asked::None),
                "deliver",
                Nothing,
                None,
            ),
            (
                auth(Outcome::Fail, Asked::None, Asked::None),
                "refuse",
                Reject,
                Some("local_policy"),
            ),
        ] {
            let found = handling(&auth, action);
            assert_eq!(
                (found.disposition, found.reason.as_deref()),
                (disposition, reason)
            );
        }
    }
}
