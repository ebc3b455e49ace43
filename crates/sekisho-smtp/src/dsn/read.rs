//! Reading a report that came in: enough to tell whose mail it is about, and how that ended.

use memchr::memmem;

use crate::limits::{DSN_HEADER_BYTES_MAX, DSN_READ_RECIPIENTS_MAX};
use crate::reply::EnhancedStatus;

/// A report of another server (RFC 3464).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// `Original-Envelope-Id`: the `ENVID` that we gave.
    pub envid: Option<String>,
    /// What is told of each recipient.
    pub recipients: Vec<ReceivedRecipient>,
}

/// One recipient of a received report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceivedRecipient {
    /// `Original-Recipient` without its type.
    pub original: Option<String>,
    /// `Final-Recipient` without its type.
    pub address: String,
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`, in lower case.
    pub action: String,
    /// `Status`
    pub status: Option<EnhancedStatus>,
    /// `Diagnostic-Code` without its type.
    pub diagnostic: Option<String>,
}

/// Recognises a report in a whole mail. `None`: it is none, or its machine part cannot be read. Anybody can
/// write one, so it proves nothing about what happened.
pub fn read(mail: &[u8]) -> Option<Received> {
    let header = header_of(mail);
    let content_type = field(&unfold(header), "content-type")?;
    let lower = content_type.to_ascii_lowercase();
    // RFC 6522 §3
    if !lower.starts_with("multipart/report") || !lower.contains("delivery-status") {
        return None;
    }
    let boundary = boundary(&content_type)?;
    let body = mail.get(header.len()..)?;
    let marker = format!("--{boundary}");
    let mut starts: Vec<usize> = memmem::find_iter(body, marker.as_bytes()).take(8).collect();
    starts.push(body.len());
    starts
        .windows(2)
        .find_map(|pair| status_part(body.get(pair[0] + marker.len()..pair[1])?))
}

fn status_part(part: &[u8]) -> Option<Received> {
    let part = part.strip_prefix(b"\r\n")?;
    let header = header_of(part);
    let content_type = field(&unfold(header), "content-type")?.to_ascii_lowercase();
    // RFC 6533 §4: the same in UTF-8.
    let wanted = ["message/delivery-status", "message/global-delivery-status"];
    if !wanted.iter().any(|wanted| content_type.starts_with(wanted)) {
        return None;
    }
    let text = unfold(part.get(header.len() + 2..)?);
    // RFC 3464 §2.1: groups of fields with empty lines between; the first is about the mail.
    let mut groups = text.split("\n\n").filter(|group| !group.trim().is_empty());
    let envid = field(groups.next()?, "original-envelope-id");
    let recipients = groups
        .filter_map(recipient)
        .take(DSN_READ_RECIPIENTS_MAX)
        .collect();
    Some(Received { envid, recipients })
}

fn recipient(group: &str) -> Option<ReceivedRecipient> {
    let untyped = |value: String| match value.split_once(';') {
        Some((_, text)) => text.trim().to_owned(),
        None => value,
    };
    Some(ReceivedRecipient {
        original: field(group, "original-recipient").map(untyped),
        address: untyped(field(group, "final-recipient")?),
        action: field(group, "action")?.to_ascii_lowercase(),
        status: field(group, "status").and_then(|status| status.split(' ').next()?.parse().ok()),
        diagnostic: field(group, "diagnostic-code").map(untyped),
    })
}

/// Up to and with the CRLF of the last header line.
fn header_of(bytes: &[u8]) -> &[u8] {
    let bytes = bytes
        .get(..DSN_HEADER_BYTES_MAX.min(bytes.len()))
        .unwrap_or(bytes);
    let end = memmem::find(bytes, b"\r\n\r\n").map_or(bytes.len(), |at| at + 2);
    bytes.get(..end).unwrap_or(bytes)
}

/// Continued lines made one (RFC 5322 §2.2.3); line ends become LF.
fn unfold(bytes: &[u8]) -> String {
    let bytes = bytes
        .get(..DSN_HEADER_BYTES_MAX.min(bytes.len()))
        .unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    text.replace("\n ", " ").replace("\n\t", " ")
}

fn field(unfolded: &str, name: &str) -> Option<String> {
    unfolded.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

fn boundary(content_type: &str) -> Option<String> {
    let at = content_type.to_ascii_lowercase().find("boundary=")?;
    let value = content_type.get(at + "boundary=".len()..)?;
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => value.split([';', ' ']).next()?,
    };
    // RFC 2046 §5.1.1: 1 to 70 characters.
    (1..=70).contains(&value.len()).then(|| value.to_owned())
}
