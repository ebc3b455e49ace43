//! DMARC aggregate reports (RFC 7489 §7.2): that ours went out once a day, and what those of others say.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::ids::{MailId, Tenant};

/// That a day was reported to the owner of a domain, or why it was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DmarcSent {
    /// Whose report.
    pub tenant: Tenant,
    /// Days since 1970, UTC.
    pub day: i64,
    /// Where the DMARC record stands; empty: the day as a whole is done.
    pub domain: String,
    /// One word: `sent`, `nobody-asks`, `too-large`, ….
    pub outcome: String,
    /// How many mails it tells of.
    pub mails: u64,
    /// In how many records.
    pub records: u64,
    /// The mail that carries it.
    pub mail: Option<MailId>,
    /// When.
    pub at: Timestamp,
}

/// A mail that came from outside and was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DmarcSeen {
    /// Which.
    pub mail: MailId,
    /// Reverse-path; none for `<>`.
    pub sender: Option<String>,
    /// As `serde_json` text.
    pub facts_json: String,
    /// What the verdict wanted, in one word; empty without a verdict.
    pub action: String,
}

/// The reports that one mail brought.
#[derive(Debug, Clone)]
pub struct DmarcReceived {
    /// Whose mail.
    pub tenant: Tenant,
    /// Which.
    pub mail: MailId,
    /// When it came.
    pub now: Timestamp,
    /// Address of From or, without one, of the reverse-path.
    pub sender: String,
    /// Whether it passed DMARC itself: reports can be forged too.
    pub proved: bool,
    /// What it brought.
    pub reports: Vec<NewDmarcReport>,
}

/// A report of somebody else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewDmarcReport {
    /// Who reports.
    pub org: String,
    /// Unique for them.
    pub report_id: String,
    /// On which domain.
    pub domain: String,
    /// The `p` that they saw.
    pub policy: String,
    /// The first second that is told of, since 1970.
    pub begin_s: i64,
    /// The last one.
    pub end_s: i64,
    /// Why it cannot be used; it has no records then.
    pub fault: Option<String>,
    /// What was seen.
    pub records: Vec<DmarcRecordRow>,
}

/// Mails alike, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DmarcRecordRow {
    /// The client.
    pub source_ip: IpAddr,
    /// How many mails.
    pub count: u64,
    /// What was done.
    pub disposition: String,
    /// `pass` when an aligned signature holds.
    pub dkim: String,
    /// `pass` when an aligned SPF domain passes.
    pub spf: String,
    /// Domain of From.
    pub header_from: String,
    /// Domain of the reverse-path.
    pub envelope_from: String,
}

/// Which reports of others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DmarcQuery {
    /// On this domain only.
    pub domain: Option<String>,
    /// Told of a time after this; seconds since 1970.
    pub since_s: i64,
}

/// A report of somebody else, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DmarcReportRow {
    /// The mail that brought it.
    pub mail: MailId,
    /// When.
    pub received_at: Timestamp,
    /// From whom.
    pub sender: String,
    /// Whether that is proved.
    pub proved: bool,
    /// What it says, without its records.
    pub report: NewDmarcReport,
    /// How many mails it tells of.
    pub mails: u64,
}

/// All mails of one source with one result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DmarcTotal {
    /// The client.
    pub source_ip: String,
    /// Domain of From.
    pub header_from: String,
    /// `pass` or `fail`.
    pub dkim: String,
    /// `pass` or `fail`.
    pub spf: String,
    /// What was done.
    pub disposition: String,
    /// How many mails.
    pub mails: u64,
    /// In how many reports.
    pub reports: u64,
}
