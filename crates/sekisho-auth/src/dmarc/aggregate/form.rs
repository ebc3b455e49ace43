//! The XML form of RFC 7489 Appendix C.

use std::net::IpAddr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::limits::{REPORT_BYTES_MAX, REPORT_RECORDS_MAX};

/// One report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "feedback")]
pub struct Report {
    /// Of the form; 1.0 in ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Who reports, on which time.
    pub report_metadata: ReportMetadata,
    /// The record that was found.
    pub policy_published: PolicyPublished,
    /// What was seen.
    #[serde(rename = "record", default)]
    pub records: Vec<Record>,
}

/// Who reports, on which time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportMetadata {
    /// The reporting organisation.
    pub org_name: String,
    /// Where its people can be reached.
    pub email: String,
    /// A page or a second address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_contact_info: Option<String>,
    /// Unique for the reporting organisation.
    pub report_id: String,
    /// The time that is reported on.
    pub date_range: DateRange,
    /// What went wrong while it was made.
    #[serde(rename = "error", default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
}

/// From and to, in seconds since 1970 UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateRange {
    /// The first second.
    #[serde(deserialize_with = "number")]
    pub begin: i64,
    /// The last second.
    #[serde(deserialize_with = "number")]
    pub end: i64,
}

/// The record that was found. Words are kept as they came: a reader shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyPublished {
    /// Where the record stands.
    pub domain: String,
    /// `r` or `s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adkim: Option<String>,
    /// `r` or `s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aspf: Option<String>,
    /// For the domain itself.
    #[serde(default)]
    pub p: String,
    /// For those below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sp: Option<String>,
    /// For those below it that do not exist (RFC 9091).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub np: Option<String>,
    /// Share in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pct: Option<String>,
    /// When failures are to be reported one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fo: Option<String>,
}

/// Mails alike, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Source, count, and what was done.
    pub row: Row,
    /// The names they bore.
    pub identifiers: Identifiers,
    /// SPF and DKIM as they came out, aligned or not.
    #[serde(default)]
    pub auth_results: AuthResults,
}

/// Source, count, and what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The client.
    #[serde(deserialize_with = "address")]
    pub source_ip: IpAddr,
    /// How many mails.
    #[serde(deserialize_with = "number")]
    pub count: u64,
    /// What DMARC made of them.
    #[serde(default)]
    pub policy_evaluated: PolicyEvaluated,
}

/// What DMARC made of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyEvaluated {
    /// `none`, `quarantine`, `reject`: what was done.
    #[serde(default)]
    pub disposition: String,
    /// `pass` when an aligned signature holds.
    #[serde(default)]
    pub dkim: String,
    /// `pass` when an aligned SPF domain passes.
    #[serde(default)]
    pub spf: String,
    /// Why something else was done than the domain owner asks for.
    #[serde(rename = "reason", default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<OverrideReason>,
}

/// Why something else was done than the domain owner asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideReason {
    /// `forwarded`, `sampled_out`, `trusted_forwarder`, `mailing_list`, `local_policy`, `other`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// The names that mails bore.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifiers {
    /// Domain of the recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope_to: Option<String>,
    /// Domain of the reverse-path, empty for `<>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope_from: Option<String>,
    /// Domain of From.
    #[serde(default)]
    pub header_from: String,
}

/// SPF and DKIM as they came out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthResults {
    /// One entry a signature.
    #[serde(rename = "dkim", default, skip_serializing_if = "Vec::is_empty")]
    pub dkim: Vec<DkimAuth>,
    /// One entry an identity.
    #[serde(rename = "spf", default, skip_serializing_if = "Vec::is_empty")]
    pub spf: Vec<SpfAuth>,
}

/// One signature.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DkimAuth {
    /// `d=`
    #[serde(default)]
    pub domain: String,
    /// `s=`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// The word of RFC 8601.
    #[serde(default)]
    pub result: String,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub human_result: Option<String>,
}

/// One identity of SPF.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpfAuth {
    /// That was checked.
    #[serde(default)]
    pub domain: String,
    /// `mfrom` or `helo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The word of RFC 8601.
    #[serde(default)]
    pub result: String,
}

/// Why a report cannot be read. It is the turn of whoever wrote it.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Larger than any honest report.
    #[error(
        "the report has {0} bytes or records; at most {REPORT_BYTES_MAX} bytes and {REPORT_RECORDS_MAX} records are read"
    )]
    TooLarge(usize),
    /// Not the XML of RFC 7489 Appendix C.
    #[error("the report is not in the form of RFC 7489 Appendix C: {0}")]
    Form(String),
}

impl Report {
    /// Reads a report. Unknown elements are passed over; entities beyond XML's own five are
    /// refused, so none can grow.
    ///
    /// # Errors
    /// [`ReportError`] with what is wrong.
    pub fn parse(xml: &[u8]) -> Result<Self, ReportError> {
        if xml.len() > REPORT_BYTES_MAX {
            return Err(ReportError::TooLarge(xml.len()));
        }
        let text = String::from_utf8_lossy(xml);
        let text = text.trim_start_matches('\u{feff}');
        let report: Self =
            quick_xml::de::from_str(text).map_err(|error| ReportError::Form(error.to_string()))?;
        match report.records.len() {
            records if records > REPORT_RECORDS_MAX => Err(ReportError::TooLarge(records)),
            _ => Ok(report),
        }
    }

    /// Writes a report.
    ///
    /// # Errors
    /// [`ReportError::Form`] when a text cannot stand in XML.
    pub fn to_xml(&self) -> Result<String, ReportError> {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let mut writer = quick_xml::se::Serializer::new(&mut xml);
        writer.indent(' ', 2);
        self.serialize(writer)
            .map_err(|error| ReportError::Form(error.to_string()))?;
        xml.push('\n');
        Ok(xml)
    }

    /// How many mails it tells of.
    pub fn mails(&self) -> u64 {
        let counts = self.records.iter().map(|record| record.row.count);
        counts.fold(0, u64::saturating_add)
    }
}

/// Numbers with blanks around them are common.
fn number<'de, D, N>(from: D) -> Result<N, D::Error>
where
    D: Deserializer<'de>,
    N: std::str::FromStr,
    N::Err: std::fmt::Display,
{
    let text = String::deserialize(from)?;
    text.trim().parse().map_err(serde::de::Error::custom)
}

fn address<'de, D: Deserializer<'de>>(from: D) -> Result<IpAddr, D::Error> {
    number(from)
}
