//! Findings that follow from the other facts, each with its words.

use sekisho_words::{Arg, say};

use crate::limits::{DERIVED_FINDINGS_MAX, SHOWN_CHARS_MAX};
use crate::{
    Direction, DmarcPolicy, Facts, Finding, Outcome, PartFacts, PartVerdict, ScoreFacts, Side,
};

/// Key of a finding's words, and of the name by which rules call it: `policy-finding-auth-spf-fail`.
pub(crate) fn finding_key(prefix: &str, id: &str) -> String {
    format!("{prefix}{}", id.replace(['.', '_'], "-"))
}

/// The findings of the inspectors, then those that follow.
pub(super) fn findings(facts: &Facts) -> Vec<Finding> {
    let mut findings = facts.findings.clone();
    if facts.direction == Direction::Inbound {
        authentication(facts, &mut findings);
    }
    message(facts, &mut findings);
    attachments(facts, &mut findings);
    score(
        facts.spam.as_ref(),
        "spam",
        &["junk", "spam"],
        &mut findings,
    );
    score(
        facts.phish.as_ref(),
        "phish",
        &["suspicious", "phishing"],
        &mut findings,
    );
    if facts.direction != Direction::Inbound {
        recipients(facts, &mut findings);
    }
    findings
}

fn made(id: &str, value: &str, place: &str, args: &[(&str, Arg<'_>)]) -> Finding {
    let why = say(&finding_key("policy-finding-", id), args);
    Finding::certain(id, value, place, why)
}

fn add(findings: &mut Vec<Finding>, id: &str, value: &str, place: &str, args: &[(&str, Arg<'_>)]) {
    let known = |f: &Finding| f.id == id && f.place == place;
    if !findings.iter().any(known) {
        findings.push(made(id, value, place, args));
    }
}

/// Cut, so that a name from the mail does not drown the sentence around it.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn authentication(facts: &Facts, findings: &mut Vec<Finding>) {
    let auth = &facts.authentication;
    let domain = auth
        .from_domain
        .as_ref()
        .map(|domain| domain.to_unicode().into_owned())
        .unwrap_or_default();
    let args = [("domain", (&domain).into())];
    match auth.dmarc_asks() {
        Some(DmarcPolicy::Reject) => add(findings, "auth.dmarc_reject", &domain, "From", &args),
        Some(DmarcPolicy::Quarantine) => {
            add(findings, "auth.dmarc_quarantine", &domain, "From", &args)
        }
        Some(DmarcPolicy::None) => add(findings, "auth.dmarc_fail", &domain, "From", &args),
        None => {}
    }
    // One of our own names from outside, with nothing to prove it: the usual fraud on the accountant.
    let forged = facts
        .message
        .from
        .iter()
        .find(|mailbox| mailbox.side == Side::Internal);
    if let Some(from) = forged.filter(|_| !facts.envelope.is_ours() && !auth.proves_from()) {
        let address = shown(&from.address);
        add(
            findings,
            "auth.own_domain",
            &address,
            "From",
            &[("address", (&address).into())],
        );
    }
    let id = match auth.spf {
        Outcome::Fail => "auth.spf_fail",
        Outcome::Softfail => "auth.spf_softfail",
        _ => return,
    };
    let sender = facts
        .envelope
        .reverse_path
        .address()
        .map(|a| a.domain().to_unicode().into_owned());
    let sender = sender
        .or_else(|| facts.envelope.helo.clone())
        .unwrap_or_default();
    let ip = facts
        .envelope
        .client_ip
        .map(|ip| ip.to_string())
        .unwrap_or_default();
    let (sender, place) = (shown(&sender), "envelope");
    add(
        findings,
        id,
        &sender,
        place,
        &[("domain", (&sender).into()), ("ip", (&ip).into())],
    );
}

fn message(facts: &Facts, findings: &mut Vec<Finding>) {
    // RFC 5322 §3.6: at most one From. Readers differ on which of two they show
    // ("Composition Kills", Chen et al., 2020).
    let from_count = facts
        .message
        .headers
        .get("from")
        .copied()
        .unwrap_or_default();
    if from_count > 1 {
        let args = [("count", from_count.into())];
        add(
            findings,
            "mime.several_from",
            &from_count.to_string(),
            "From",
            &args,
        );
    }
    let told = findings
        .iter()
        .any(|finding| finding.id == "mime.ambiguous");
    if facts.ambiguous && !told {
        add(findings, "mime.ambiguous", "", "message", &[]);
    }
}

fn attachments(facts: &Facts, findings: &mut Vec<Finding>) {
    let end = findings.len() + DERIVED_FINDINGS_MAX;
    // The gravest first, so that the bound cuts off the mildest.
    let mut found: Vec<(PartVerdict, &PartFacts)> = Vec::new();
    for part in &facts.parts {
        let locked = part.encrypted && !part.all_verdicts().any(|v| v == PartVerdict::Encrypted);
        let locked = locked.then_some(PartVerdict::Encrypted);
        let verdicts = part
            .all_verdicts()
            .filter(|verdict| *verdict != PartVerdict::Clean)
            .chain(locked);
        found.extend(verdicts.map(|verdict| (verdict, part)));
    }
    found.sort_by_key(|(verdict, _)| std::cmp::Reverse(*verdict));
    for (verdict, part) in found.into_iter().take(DERIVED_FINDINGS_MAX) {
        let name = part
            .member
            .as_ref()
            .or(part.name.as_ref())
            .unwrap_or(&part.path);
        let name = shown(name);
        let args = [("name", (&name).into()), ("type", (&part.kind).into())];
        add(
            findings,
            &format!("attach.{}", verdict.word()),
            &name,
            &part.place(),
            &args,
        );
    }
    for unread in &facts.uninspectable {
        if findings.len() >= end {
            break;
        }
        let reason = shown(&unread.reason);
        let place = shown(&unread.place);
        let args = [("place", (&place).into()), ("reason", (&reason).into())];
        add(
            findings,
            "attach.uninspectable",
            &reason,
            &unread.place,
            &args,
        );
    }
}

fn score(scores: Option<&ScoreFacts>, area: &str, verdicts: &[&str], findings: &mut Vec<Finding>) {
    let Some(scores) = scores.filter(|scores| verdicts.contains(&scores.verdict.as_str())) else {
        return;
    };
    let value = format!("{:.1}", scores.score);
    let id = format!("{area}.{}", scores.verdict);
    add(
        findings,
        &id,
        &value,
        "message",
        &[("score", (&value).into())],
    );
}

fn recipients(facts: &Facts, findings: &mut Vec<Finding>) {
    let mut external = facts.external_recipients();
    let Some(first) = external.next() else { return };
    let count = 1 + external.count();
    let address = shown(&first.address.to_unicode());
    let args = [
        ("count", count.into()),
        ("total", facts.recipients.len().into()),
        ("address", (&address).into()),
    ];
    add(findings, "recipient.external", &address, "envelope", &args);
}
