//! One mail, one fact: runs the four standards over what is known.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arc::{self, ArcResult};
use crate::dkim::{BodyHashes, DkimSignature, Verification};
use crate::dmarc::{self, DmarcPolicy, DmarcRecord, DmarcResult, Evidence, FromDomains};
use crate::dns::{Answers, Query, Wanted};
use crate::domain;
use crate::message::RawMail;
use crate::spf::{self, Checked, SpfIdentity, SpfResult};

/// What is known of a mail before DNS is asked.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Address of the client; without one SPF gives `none`.
    pub ip: Option<IpAddr>,
    /// What the client said in HELO or EHLO.
    pub helo: &'a str,
    /// Reverse-path without angle brackets, empty for `<>`.
    pub mail_from: &'a str,
    /// The mail as it came: header, empty line, body.
    pub raw: &'a [u8],
    /// For `x=` of signatures and `%{t}` of SPF.
    pub now: Timestamp,
    /// Our own host name: `%{r}` in SPF explanations.
    pub receiving_host: &'a str,
    /// Facts taken as stated instead of found out.
    pub given: Given,
}

/// Facts stated by the caller, who has them from elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The result of SPF; its domain is that of MAIL FROM, or HELO when that is null.
    #[serde(default)]
    pub spf: Option<SpfResult>,
    /// The result of DMARC; policy and disposition still follow from the published record.
    #[serde(default)]
    pub dmarc: Option<DmarcResult>,
}

/// Everything found out about the sender. Serialised as `auth` of INTERFACES.md.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// SPF of the MAIL FROM domain, or of HELO when the reverse-path is null.
    pub spf: SpfResult,
    /// The domain that SPF was checked for.
    pub spf_domain: Option<String>,
    /// Which identity that domain came from.
    pub spf_identity: SpfIdentity,
    /// The sender's words on a fail (`exp=`), printable ASCII; never to be trusted as ours.
    pub spf_explanation: Option<String>,
    /// Why SPF failed to give an answer (permerror, temperror), in short.
    pub spf_reason: Option<String>,
    /// SPF of the HELO name, which RFC 7208 §2.3 recommends to check as well; a fail here is a
    /// host that lies about itself. `none` when it is no domain, or SPF was stated.
    pub spf_helo: SpfResult,
    /// The HELO name in A-labels, if it is a domain.
    pub helo: Option<String>,
    /// One entry a DKIM signature, from the top of the mail.
    pub dkim: Vec<DkimSignature>,
    /// DMARC of the From domain.
    pub dmarc: DmarcResult,
    /// The published policy that applies (`sp`, `np` included); `None` without a record.
    pub dmarc_policy: Option<DmarcPolicy>,
    /// What the domain owner asks for here: `none` on a pass; `pct` has been reckoned with.
    pub dmarc_disposition: DmarcPolicy,
    /// Share of failing mails the policy is to be applied to (RFC 7489 `pct`), 0 to 100.
    pub dmarc_pct: u8,
    /// Where the applied record was found (`_dmarc.…` without that label).
    pub dmarc_record_domain: Option<String>,
    /// The domain that everything aligned has to be in, where a record applies.
    #[serde(default)]
    pub dmarc_organisational: Option<String>,
    /// The applied record itself, for reports.
    #[serde(default)]
    pub dmarc_record: Option<Box<DmarcRecord>>,
    /// Why DMARC gives what it gives, in short.
    pub dmarc_reason: Option<String>,
    /// The ARC chain of the mail.
    pub arc: ArcResult,
    /// Domains that sealed, oldest first; whom to trust is the receiver's policy.
    pub arc_sealers: Vec<String>,
    /// What the newest sealer says it found, when the chain passes.
    pub arc_results: Option<String>,
    /// Why the chain fails, in short.
    pub arc_reason: Option<String>,
    /// The A-label domain of the From address; `None` when there is not exactly one domain.
    pub from_domain: Option<String>,
}

/// Finds out who sent a mail.
///
/// Signatures are verified only once every DNS answer is there, so that calling again costs
/// little.
///
/// # Errors
/// [`Wanted`] when DNS answers are missing: look them up and call again.
pub fn authenticate(request: &Request<'_>, answers: &Answers) -> Result<Authentication, Wanted> {
    let mail = RawMail::new(request.raw);
    let from = FromDomains::read(&mail);
    let signatures = Verification::new(&mail);

    let mut missing = Missing::default();
    let spf = missing.note(SpfFacts::find(request, answers));
    missing.note_unknown(signatures.queries(), answers);
    missing.note_unknown(arc::queries(&mail).into_iter(), answers);
    let domains = from.domains.iter();
    let policies = domains.map(|domain| missing.note(dmarc::discover(domain, answers)));
    let policies: Vec<_> = policies.flatten().collect();
    missing.into_result()?;

    let spf = spf.unwrap_or_default();
    let mut bodies = BodyHashes::new(mail.body);
    let dkim = signatures.verify(&mail, &mut bodies, request.now, answers)?;
    let chain = arc::validate(&mail, &mut bodies, answers)?;
    let evidence = Evidence {
        spf: spf.checked.result,
        spf_domain: spf.domain.as_deref(),
        dkim: &dkim,
        sample: sample(&mail),
        given: request.given.dmarc,
    };
    let verdict = dmarc::evaluate(&from, &policies, &evidence);
    Ok(Authentication {
        spf: spf.checked.result,
        spf_domain: spf.domain,
        spf_identity: spf.identity,
        spf_explanation: spf.checked.explanation,
        spf_reason: spf.checked.reason,
        spf_helo: spf.helo.result,
        helo: spf.helo_domain,
        dkim,
        dmarc: verdict.result,
        dmarc_policy: verdict.policy,
        dmarc_disposition: verdict.disposition,
        dmarc_pct: verdict.pct,
        dmarc_record_domain: verdict.record_domain,
        dmarc_organisational: verdict.organisational,
        dmarc_record: verdict.record,
        dmarc_reason: verdict.reason,
        arc: chain.result,
        arc_sealers: chain.sealers,
        arc_results: chain.results,
        arc_reason: chain.reason,
        from_domain: match from.domains.as_slice() {
            [domain] => Some(domain.clone()),
            _ => None,
        },
    })
}

/// Both identities that SPF checks (RFC 7208 §2.3, §2.4).
#[derive(Default)]
struct SpfFacts {
    identity: SpfIdentity,
    domain: Option<String>,
    checked: Checked,
    helo_domain: Option<String>,
    helo: Checked,
}

impl SpfFacts {
    fn find(request: &Request<'_>, answers: &Answers) -> Result<Self, Wanted> {
        let claim = Claim::of(request);
        let helo_claim = Claim::of_helo(request);
        let mut missing = Missing::default();
        let checked = missing.note(claim.check(request, answers));
        let helo = match (request.given.spf, claim.identity) {
            (Some(_), _) => None,
            (None, SpfIdentity::Helo) => checked.clone(),
            (None, SpfIdentity::MailFrom) => missing.note(helo_claim.check(request, answers)),
        };
        missing.into_result()?;
        Ok(Self {
            identity: claim.identity,
            domain: claim.fact_domain(),
            checked: checked.unwrap_or_default(),
            helo_domain: helo_claim.fact_domain(),
            helo: helo.unwrap_or_default(),
        })
    }
}

/// 0 to 99, spread evenly over mails and always the same for one.
fn sample(mail: &RawMail<'_>) -> u8 {
    let digest = ring::digest::digest(&ring::digest::SHA256, mail.header);
    let bytes = digest.as_ref().iter().take(8);
    let number = bytes.fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    u8::try_from(number % 100).unwrap_or(0)
}

/// A name that the client claims.
struct Claim<'a> {
    identity: SpfIdentity,
    local_part: &'a str,
    domain: String,
}

impl<'a> Claim<'a> {
    fn of(request: &Request<'a>) -> Self {
        let mail_from = request.mail_from.trim();
        let path = mail_from.strip_prefix('<').unwrap_or(mail_from);
        let path = path.strip_suffix('>').unwrap_or(path);
        match path.rsplit_once('@') {
            // §2.4: a null reverse-path stands for postmaster of the HELO name.
            _ if path.is_empty() => Self::of_helo(request),
            // §4.3: without a local part it is postmaster.
            Some(("", domain)) => Self::new(SpfIdentity::MailFrom, "postmaster", domain),
            Some((local, domain)) => Self::new(SpfIdentity::MailFrom, local, domain),
            None => Self::new(SpfIdentity::MailFrom, path, ""),
        }
    }

    fn of_helo(request: &Request<'a>) -> Self {
        Self::new(SpfIdentity::Helo, "postmaster", request.helo.trim())
    }

    fn new(identity: SpfIdentity, local_part: &'a str, domain: &str) -> Self {
        let domain = match domain.is_ascii() {
            // Macros show the name as the client wrote it.
            true => domain.to_owned(),
            false => domain::normal(domain).unwrap_or_default(),
        };
        Self {
            identity,
            local_part,
            domain,
        }
    }

    /// The domain in normal form, if it is one.
    fn fact_domain(&self) -> Option<String> {
        domain::normal(&self.domain).filter(|domain| domain::is_host_like(domain))
    }

    fn check(&self, request: &Request<'_>, answers: &Answers) -> Result<Checked, Wanted> {
        if let Some(result) = request.given.spf {
            return Ok(Checked {
                result,
                ..Checked::default()
            });
        }
        let Some(ip) = request.ip.filter(|_| self.fact_domain().is_some()) else {
            return Ok(Checked::default());
        };
        let client = spf::Client {
            ip: ip.to_canonical(),
            helo: request.helo.trim(),
            local_part: self.local_part,
            domain: self.domain.clone(),
            receiving_host: request.receiving_host,
            now: request.now,
        };
        spf::check(&client, answers)
    }
}

/// Gathers the questions of all standards, so that they cost one round together.
#[derive(Default)]
struct Missing {
    queries: Vec<Query>,
}

impl Missing {
    fn note<T>(&mut self, result: Result<T, Wanted>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(Wanted(queries)) => {
                self.queries.extend(queries);
                None
            }
        }
    }

    fn note_unknown(&mut self, queries: impl Iterator<Item = Query>, answers: &Answers) {
        self.queries
            .extend(queries.filter(|query| answers.reply(query).is_none()));
    }

    fn into_result(mut self) -> Result<(), Wanted> {
        self.queries.sort();
        self.queries.dedup();
        match self.queries.is_empty() {
            true => Ok(()),
            false => Err(Wanted(self.queries)),
        }
    }
}
