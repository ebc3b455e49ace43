//! The answer's JSON form. Every key is always there.

use std::collections::BTreeMap;

use sekisho_auth::{ArcResult, Authentication, DkimResult, DmarcPolicy, DmarcResult, SpfResult};
use sekisho_policy::{
    Disposition, Finding, MatchedRule, MessageKind, ReportFacts, ScoreFacts, Uninspectable, Verdict,
};
use sekisho_spam::Score;
use serde::Serialize;

use super::request::InspectRequest;
use super::text::body_text;
use crate::look::{Look, PartLook};

/// The answer to one request.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// That of the request.
    pub id: Option<serde_json::Value>,
    /// What the header says.
    pub mail: AnswerMail,
    /// Sender authentication.
    pub auth: AnswerAuth,
    /// The spam filter.
    pub spam: AnswerSpam,
    /// The phishing filter.
    pub phish: AnswerPhish,
    /// Parts and members.
    pub parts: Vec<AnswerPart>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Whether the mail has two readings with different content.
    pub ambiguous: bool,
    /// What could not be read.
    pub uninspectable: Vec<Uninspectable>,
    /// Words that may be passwords.
    pub password_candidates: Vec<String>,
    /// What is to be done.
    pub disposition: Disposition,
    /// Every rule that matched, in order; also those that only watch.
    pub matched: Vec<MatchedRule>,
    /// The engines that ran. Values of others are neutral, not found out.
    pub checked: Vec<&'static str>,
    /// For whoever holds a clock to fill in.
    pub took_ms: f64,
}

/// What the header says.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerMail {
    /// Decoded.
    pub subject: String,
    /// The first From, as `Name <address>`.
    pub from: String,
    /// `bounce`, `arf`, `auto-reply`, or `not` a mail of a mail system.
    pub kind: MessageKind,
    /// What a bounce or feedback report says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportFacts>,
    /// How often each field stands, names in lower case.
    pub headers: BTreeMap<String, u32>,
    /// All body text, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Sender authentication.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerAuth {
    /// RFC 7208.
    pub spf: SpfResult,
    /// RFC 6376.
    pub dkim: Vec<AnswerDkim>,
    /// RFC 7489.
    pub dmarc: DmarcResult,
    /// As published.
    pub dmarc_policy: Option<DmarcPolicy>,
    /// What the domain owner asks for here.
    pub dmarc_disposition: DmarcPolicy,
    /// RFC 8617.
    pub arc: ArcResult,
    /// The domain of From.
    pub from_domain: Option<String>,
}

/// One signature.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerDkim {
    /// `d=`
    pub domain: String,
    /// `s=`
    pub selector: String,
    /// Whether it holds.
    pub result: DkimResult,
}

/// The spam filter's answer.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerSpam {
    /// Weighed signs.
    pub score: f64,
    /// `ham`, `junk`, `spam`.
    pub verdict: String,
    /// Share of Bayes; null where it was not asked.
    pub bayes: Option<f64>,
    /// What the score is made of.
    pub reasons: Vec<AnswerReason>,
}

/// One sign and its weight.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerReason {
    /// Which sign.
    pub id: String,
    /// Its weight.
    pub score: f64,
    /// What was seen, where there is more to say: the learned tokens that said most.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// The phishing filter's answer.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerPhish {
    /// `none`, `suspicious`, `phishing`.
    pub verdict: String,
    /// Why.
    pub reasons: Vec<Finding>,
}

/// One part or member.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerPart {
    /// IMAP part number.
    pub path: String,
    /// Path inside the archive.
    pub member: Option<String>,
    /// The name most readers show.
    pub name: Option<String>,
    /// Every reading of the name.
    pub names: Vec<String>,
    /// By content.
    #[serde(rename = "type")]
    pub kind: String,
    /// By declaration.
    pub declared: String,
    /// Octets, decoded.
    pub size: u64,
    /// The gravest verdict.
    pub verdict: &'static str,
    /// All of them.
    pub verdicts: Vec<&'static str>,
    /// Locked.
    pub encrypted: bool,
    /// The password that opened it.
    pub password: Option<String>,
    /// `read`, `unopened`, or `uninspectable`.
    pub state: &'static str,
}

pub(super) fn of(request: &InspectRequest<'_>, look: Look, verdict: Verdict) -> Answer {
    let text = (request.text && !request.is_attachment).then(|| body_text(request.raw));
    let facts = look.facts;
    let mut checked = look.checked;
    checked.push("policy");
    let from = facts.message.from.first();
    Answer {
        id: request.id.clone(),
        mail: AnswerMail {
            subject: facts.message.subject,
            from: from
                .map(|from| shown(from.name.as_deref(), &from.address))
                .unwrap_or_default(),
            kind: facts.message.kind,
            report: facts.message.report,
            headers: with_usual(facts.message.headers),
            text,
        },
        auth: auth(look.authentication.as_ref()),
        spam: spam(look.spam.as_ref(), facts.spam.as_ref()),
        phish: phish(facts.phish),
        parts: look.parts.into_iter().map(part).collect(),
        findings: verdict.findings,
        ambiguous: facts.ambiguous,
        uninspectable: facts.uninspectable,
        password_candidates: facts.password_candidates,
        disposition: verdict.disposition,
        matched: verdict.matched,
        checked,
        took_ms: 0.0,
    }
}

fn phish(found: Option<ScoreFacts>) -> AnswerPhish {
    match found {
        Some(found) => AnswerPhish {
            verdict: found.verdict,
            reasons: found.reasons,
        },
        None => AnswerPhish {
            verdict: "none".to_owned(),
            reasons: Vec::new(),
        },
    }
}

/// The filter's answer, and what lists at the door added to it.
fn spam(found: Option<&Score>, whole: Option<&ScoreFacts>) -> AnswerSpam {
    let (Some(found), Some(whole)) = (found, whole) else {
        return AnswerSpam {
            score: 0.0,
            verdict: "ham".to_owned(),
            bayes: None,
            reasons: Vec::new(),
        };
    };
    let own = found.reasons.iter().map(|reason| AnswerReason {
        id: reason.id.clone(),
        score: reason.points,
        detail: reason.detail.clone(),
    });
    let added = whole.reasons.get(found.reasons.len()..).unwrap_or_default();
    let share = (whole.score - found.score) / added.len().max(1) as f64;
    let added = added.iter().map(|finding| AnswerReason {
        id: finding.id.clone(),
        score: (share * 100.0).round() / 100.0,
        detail: finding.value.clone(),
    });
    AnswerSpam {
        score: (whole.score * 100.0).round() / 100.0,
        verdict: whole.verdict.clone(),
        bayes: found.bayes,
        reasons: own.chain(added).collect(),
    }
}

fn shown(name: Option<&str>, address: &str) -> String {
    match name.filter(|name| !name.is_empty()) {
        Some(name) => format!("{name} <{address}>"),
        None => address.to_owned(),
    }
}

/// Fields that are asked for stand there with 0 when the mail has none.
fn with_usual(mut headers: BTreeMap<String, u32>) -> BTreeMap<String, u32> {
    for name in ["from", "to", "cc", "bcc", "subject", "date", "message-id"] {
        headers.entry(name.to_owned()).or_default();
    }
    headers
}

fn part(part: PartLook) -> AnswerPart {
    use sekisho_content::State;
    let state = match part.state {
        State::Read => "read",
        State::Unopened => "unopened",
        State::Uninspectable(_) => "uninspectable",
    };
    AnswerPart {
        path: part.facts.path,
        member: part.facts.member,
        name: part.facts.name,
        names: part.facts.names,
        kind: part.facts.kind,
        declared: part.facts.declared,
        size: part.facts.size,
        verdict: part.words.first().copied().unwrap_or("clean"),
        verdicts: part.words,
        encrypted: part.facts.encrypted,
        password: part.facts.password,
        state,
    }
}

fn auth(found: Option<&Authentication>) -> AnswerAuth {
    let Some(found) = found else {
        return AnswerAuth {
            spf: SpfResult::None,
            dkim: Vec::new(),
            dmarc: DmarcResult::None,
            dmarc_policy: None,
            dmarc_disposition: DmarcPolicy::None,
            arc: ArcResult::None,
            from_domain: None,
        };
    };
    AnswerAuth {
        spf: found.spf,
        dkim: found
            .dkim
            .iter()
            .map(|signature| AnswerDkim {
                domain: signature.domain.clone(),
                selector: signature.selector.clone(),
                result: signature.result,
            })
            .collect(),
        dmarc: found.dmarc,
        dmarc_policy: found.dmarc_policy,
        dmarc_disposition: found.dmarc_disposition,
        arc: found.arc,
        from_domain: found.from_domain.clone(),
    }
}
