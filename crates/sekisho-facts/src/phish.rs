//! Phishing: sender, links and forms, in the words of the policy.

use sekisho_address::{Address, Domain};
use sekisho_mime::Message;
use sekisho_phish::{Assessment, Knowledge, Mail, Proof, Sign, assess};
use sekisho_policy::{AuthenticationFacts, Direction, Facts, Finding, Outcome, ScoreFacts};

use crate::Context;

/// Adds what is found to the facts; what it comes to is said when judging. Mail of our own is looked at for its links and forms only.
pub(crate) fn add(
    message: &Message<'_>,
    context: &Context<'_>,
    knowledge: &Knowledge,
    facts: &mut Facts,
) {
    let from_outside = facts.direction == Direction::Inbound && !context.envelope.is_ours();
    let mail_from = facts
        .envelope
        .reverse_path
        .address()
        .map(|address| address.domain().as_str().to_owned());
    let mail = Mail {
        message,
        proof: proof(&facts.authentication, mail_from.as_deref()),
        from_outside,
        first_contact: first_contact(message, context),
    };
    let Assessment {
        verdict,
        score,
        signs,
    } = assess(&mail, knowledge);
    let reasons: Vec<Finding> = signs.into_iter().map(finding).collect();
    facts.findings.extend(reasons.iter().cloned());
    facts.phish = Some(ScoreFacts {
        score,
        verdict: verdict.as_str().to_owned(),
        reasons,
    });
}

/// Whether history knows the author; none where it was not asked.
fn first_contact(message: &Message<'_>, context: &Context<'_>) -> Option<bool> {
    if context.contacts.is_empty() {
        return None;
    }
    let author = message.from().into_iter().next()?;
    let author = author.address.parse::<Address>().ok()?.key();
    let mut known = context.contacts.iter();
    known
        .find(|contact| contact.address.key() == author)
        .and_then(|contact| contact.first_contact)
}

fn finding(sign: Sign) -> Finding {
    Finding {
        id: sign.id.to_owned(),
        value: sign.value,
        place: sign.place,
        confidence: sign.confidence,
        why: sign.why,
    }
}

/// Without DMARC, a failed SPF speaks against From only where the reverse-path is of the same domain,
/// or empty: forwarders and lists have their own (RFC 7489 §10.1).
fn proof(auth: &AuthenticationFacts, mail_from: Option<&str>) -> Proof {
    if auth.proves_from() {
        return Proof::Proved;
    }
    if auth.dmarc == Outcome::Fail {
        return Proof::Refuted;
    }
    let from = auth
        .from_domain
        .as_ref()
        .map(|domain| domain.organisational());
    let is_of_from = mail_from.is_none_or(|domain| {
        let domain = domain.parse::<Domain>();
        domain.is_ok_and(|domain| Some(domain.organisational()) == from)
    });
    if auth.spf == Outcome::Fail && is_of_from {
        Proof::Refuted
    } else {
        Proof::Unknown
    }
}
