//! Names of a report: file and subject (RFC 7489 §7.2.1.1).

use super::DateRange;

/// What file and subject are made of.
#[derive(Debug, Clone, Copy)]
pub struct ReportName<'a> {
    /// Who reports, a domain.
    pub receiver: &'a str,
    /// Whom it is about, a domain.
    pub policy_domain: &'a str,
    /// The time reported on.
    pub date_range: DateRange,
    /// As in the report.
    pub report_id: &'a str,
}

/// `receiver!domain!begin!end!id.xml.gz`.
pub fn file_name(name: &ReportName<'_>) -> String {
    let ReportName {
        receiver,
        policy_domain,
        date_range: DateRange { begin, end },
        report_id,
    } = name;
    format!("{receiver}!{policy_domain}!{begin}!{end}!{report_id}.xml.gz")
}

/// `Report Domain: … Submitter: … Report-ID: <…>`.
pub fn subject(name: &ReportName<'_>) -> String {
    format!(
        "Report Domain: {} Submitter: {} Report-ID: <{}>",
        name.policy_domain, name.receiver, name.report_id
    )
}
