//! `message/delivery-status`: the part for machines (RFC 3464 §2).

use jiff::Timestamp;

use crate::dsn::{RecipientReport, Report};

/// Longest value of a field: with its name it stays within one line (RFC 5322 §2.1.1).
const FIELD_BYTES_MAX: usize = 900;

pub(super) fn write(report: &Report<'_>) -> String {
    let mut out = String::new();
    field(
        &mut out,
        "Reporting-MTA",
        &format!("dns; {}", report.reporting_mta),
    );
    if let Some(envid) = report.envid {
        field(&mut out, "Original-Envelope-Id", envid);
    }
    if let Some(arrival) = report.arrival {
        field(&mut out, "Arrival-Date", &date(arrival));
    }
    for recipient in report.recipients {
        out.push_str("\r\n");
        per_recipient(&mut out, recipient);
    }
    out
}

fn per_recipient(out: &mut String, recipient: &RecipientReport) {
    if let Some(original) = &recipient.original {
        let typed = typed_address(&original.address_type, &original.address);
        field(out, "Original-Recipient", &typed);
    }
    let address = recipient.address.to_string();
    field(out, "Final-Recipient", &typed_address("rfc822", &address));
    field(out, "Action", recipient.action.name());
    field(out, "Status", &recipient.status.to_string());
    if let Some(remote_mta) = &recipient.remote_mta {
        field(out, "Remote-MTA", &format!("dns; {remote_mta}"));
    }
    if let Some(diagnostic) = &recipient.diagnostic {
        // RFC 3464 §2.3.6: `smtp` is for the words of an SMTP server; ours are of another type.
        let kind = match recipient.remote_mta {
            Some(_) => "smtp",
            None => "x-sekisho",
        };
        field(out, "Diagnostic-Code", &format!("{kind}; {diagnostic}"));
    }
    if let Some(last_attempt) = recipient.last_attempt {
        field(out, "Last-Attempt-Date", &date(last_attempt));
    }
    if let Some(retry_until) = recipient.retry_until {
        field(out, "Will-Retry-Until", &date(retry_until));
    }
}

/// RFC 6533 §3: an address outside of ASCII is of type utf-8, and in a 7-bit report each such character is
/// written `\x{…}`.
fn typed_address(address_type: &str, address: &str) -> String {
    if address.is_ascii() {
        return format!("{address_type}; {address}");
    }
    let mut out = "utf-8; ".to_owned();
    for c in address.chars() {
        match c {
            '\\' | '+' | '=' => out.push_str(&format!("\\x{{{:02X}}}", u32::from(c))),
            c if c.is_ascii() => out.push(c),
            c => out.push_str(&format!("\\x{{{:X}}}", u32::from(c))),
        }
    }
    out
}

/// A field on one line: values come from servers and mails, so no line end of theirs gets through.
fn field(out: &mut String, name: &str, value: &str) {
    let printable = value.chars().map(|c| match c {
        ' '..='~' => c,
        c if c.is_whitespace() || c.is_control() => ' ',
        _ => '?',
    });
    out.push_str(name);
    out.push_str(": ");
    out.extend(printable.take(FIELD_BYTES_MAX));
    out.push_str("\r\n");
}

/// RFC 5322 §3.3, in UTC.
pub(super) fn date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
