//! One mail, one fact: runs the four standards over what is known.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arc::ArcResult;
use crate::dkim::DkimSignature;
use crate::dmarc::{DmarcPolicy, DmarcResult};
use crate::dns::{Answers, Wanted};
use crate::spf::{SpfIdentity, SpfResult};

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
    /// For `x=` and `t=` of signatures.
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
    /// One entry a DKIM signature, from the top of the mail.
    pub dkim: Vec<DkimSignature>,
    /// DMARC of the From domain.
    pub dmarc: DmarcResult,
    /// The published policy that applies (`sp`, `np` included); `None` without a record.
    pub dmarc_policy: Option<DmarcPolicy>,
    /// What the domain owner asks for here: `none` on a pass.
    pub dmarc_disposition: DmarcPolicy,
    /// Share of failing mails the policy is to be applied to (RFC 7489 `pct`), 0 to 100.
    pub dmarc_pct: u8,
    /// Where the applied record was found (`_dmarc.…` without that label).
    pub dmarc_record_domain: Option<String>,
    /// Why DMARC gives what it gives, in short.
    pub dmarc_reason: Option<String>,
    /// The ARC chain of the mail.
    pub arc: ArcResult,
    /// Domains that sealed, oldest first; whom to trust is the receiver's policy.
    pub arc_sealers: Vec<String>,
    /// Why the chain fails, in short.
    pub arc_reason: Option<String>,
    /// The A-label domain of the From address; `None` when there is not exactly one domain.
    pub from_domain: Option<String>,
}

/// Finds out who sent a mail.
///
/// # Errors
/// [`Wanted`] when DNS answers are missing: look them up and call again.
pub fn authenticate(request: &Request<'_>, answers: &Answers) -> Result<Authentication, Wanted> {
    let _ = (request, answers);
    todo!()
}
