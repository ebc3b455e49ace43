//! Sender authentication in the words of the policy.

use sekisho_address::Domain;
use sekisho_auth::{
    ArcResult, Authentication, DkimResult, DmarcPolicy as Asked, DmarcResult, Request, SpfResult,
    Wanted, authenticate,
};
use sekisho_policy::{AuthenticationFacts, DkimFacts, DmarcPolicy, Outcome};

use crate::Context;

/// `None` when nobody asks for it.
///
/// # Errors
/// DNS questions that are wanted first.
pub(crate) fn found(raw: &[u8], context: &Context<'_>) -> Result<Option<Authentication>, Wanted> {
    let Some(answers) = context.answers else {
        return Ok(None);
    };
    let mail_from = context
        .envelope
        .reverse_path
        .address()
        .map(ToString::to_string)
        .unwrap_or_default();
    let request = Request {
        ip: context.envelope.client_ip,
        helo: context.envelope.helo.as_deref().unwrap_or_default(),
        mail_from: &mail_from,
        raw,
        now: context.now,
        receiving_host: context.receiving_host,
        given: context.given,
    };
    authenticate(&request, answers).map(Some)
}

pub(crate) fn facts(auth: &Authentication) -> AuthenticationFacts {
    let from_domain = auth
        .from_domain
        .as_deref()
        .and_then(|domain| domain.parse::<Domain>().ok());
    let (dkim_aligned, spf_aligned) = sekisho_auth::dmarc::aggregate::alignment(auth);
    AuthenticationFacts {
        spf: spf(auth.spf),
        spf_domain: auth.spf_domain.clone(),
        spf_aligned,
        dkim_aligned,
        dmarc_record_domain: auth.dmarc_record_domain.clone(),
        dkim: auth
            .dkim
            .iter()
            .map(|signature| DkimFacts {
                domain: signature.domain.clone(),
                selector: signature.selector.clone(),
                result: dkim(signature.result),
            })
            .collect(),
        dmarc: dmarc(auth.dmarc),
        dmarc_policy: auth.dmarc_policy.map(asked),
        dmarc_disposition: auth.dmarc_policy.map(|_| asked(auth.dmarc_disposition)),
        arc: match auth.arc {
            ArcResult::None => Outcome::None,
            ArcResult::Pass => Outcome::Pass,
            ArcResult::Fail => Outcome::Fail,
        },
        aligned: from_domain
            .as_ref()
            .is_some_and(|from| is_aligned(auth, from)),
        from_domain,
    }
}

/// Relaxed alignment (RFC 7489 §3.1): the organisational domains are one.
fn is_aligned(auth: &Authentication, from: &Domain) -> bool {
    let same = |domain: &str| {
        domain
            .parse::<Domain>()
            .is_ok_and(|domain| domain == *from || domain.organisational() == from.organisational())
    };
    let by_spf = auth.spf == SpfResult::Pass && auth.spf_domain.as_deref().is_some_and(same);
    by_spf
        || auth
            .dkim
            .iter()
            .any(|signature| signature.result == DkimResult::Pass && same(&signature.domain))
}

fn spf(result: SpfResult) -> Outcome {
    match result {
        SpfResult::None => Outcome::None,
        SpfResult::Neutral => Outcome::Neutral,
        SpfResult::Pass => Outcome::Pass,
        SpfResult::Fail => Outcome::Fail,
        SpfResult::Softfail => Outcome::Softfail,
        SpfResult::Temperror => Outcome::Temperror,
        SpfResult::Permerror => Outcome::Permerror,
    }
}

fn dkim(result: DkimResult) -> Outcome {
    match result {
        DkimResult::None => Outcome::None,
        DkimResult::Pass => Outcome::Pass,
        DkimResult::Fail => Outcome::Fail,
        DkimResult::Temperror => Outcome::Temperror,
        DkimResult::Permerror => Outcome::Permerror,
    }
}

fn dmarc(result: DmarcResult) -> Outcome {
    match result {
        DmarcResult::None => Outcome::None,
        DmarcResult::Pass => Outcome::Pass,
        DmarcResult::Fail => Outcome::Fail,
        DmarcResult::Temperror => Outcome::Temperror,
        DmarcResult::Permerror => Outcome::Permerror,
    }
}

fn asked(policy: Asked) -> DmarcPolicy {
    match policy {
        Asked::None => DmarcPolicy::None,
        Asked::Quarantine => DmarcPolicy::Quarantine,
        Asked::Reject => DmarcPolicy::Reject,
    }
}
