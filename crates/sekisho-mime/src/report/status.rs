//! `message/delivery-status`: fields about the mail, then a group of fields for each recipient (RFC 3464 §2).

use crate::limits::{REPORT_FIELD_BYTES_MAX, REPORT_PART_BYTES_MAX, REPORTED_RECIPIENTS_MAX};
use crate::{Part, charset};

/// The machine part of a bounce.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryStatus {
    /// `Original-Envelope-Id`: the ENVID that the sender gave (RFC 3461 §4.4).
    pub envelope_id: Option<String>,
    /// `Reporting-MTA` without its type.
    pub reporting_mta: Option<String>,
    /// What is told of each recipient.
    pub recipients: Vec<ReportedRecipient>,
}

/// What is told of one recipient. Every field may be missing: many systems leave out what the standard asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportedRecipient {
    /// `Final-Recipient`, else `Original-Recipient`, without its type and angle brackets.
    pub address: Option<String>,
    /// `Original-Recipient` without its type and angle brackets.
    pub original: Option<String>,
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`, in lower case.
    pub action: Option<String>,
    /// `Status` as `5.1.1` (RFC 3463), comments left out.
    pub status: Option<String>,
    /// `Diagnostic-Code` without its type.
    pub diagnostic: Option<String>,
    /// `Remote-MTA` without its type.
    pub remote_mta: Option<String>,
}

impl DeliveryStatus {
    pub(super) fn read(part: &Part<'_>) -> Self {
        Self::of_text(&text_of(part))
    }

    fn of_text(text: &str) -> Self {
        let mut found = Self::default();
        for group in groups(text) {
            // RFC 3464 §2.2: the first group is about the mail; some systems leave it out, or put all in one.
            if found.envelope_id.is_none() {
                found.envelope_id = field(&group, "original-envelope-id").map(str::to_owned);
            }
            if found.reporting_mta.is_none() {
                found.reporting_mta = field(&group, "reporting-mta").map(untyped);
            }
            let recipient = recipient(&group);
            let tells = recipient.address.is_some()
                || (recipient.action.is_some() && recipient.diagnostic.is_some());
            if tells && found.recipients.len() < REPORTED_RECIPIENTS_MAX {
                found.recipients.push(recipient);
            }
        }
        found
    }
}

fn recipient(group: &[(String, String)]) -> ReportedRecipient {
    let address = |name| {
        field(group, name)
            .map(untyped)
            .map(|address| {
                let bare = address.trim_start_matches('<').trim_end_matches('>');
                bare.to_owned()
            })
            .filter(|address| !address.is_empty())
    };
    let original = address("original-recipient");
    ReportedRecipient {
        address: address("final-recipient")
            .or_else(|| address("x-actual-recipient"))
            .or_else(|| original.clone()),
        original,
        action: field(group, "action").map(|word| {
            let end = word.find(|c: char| !c.is_ascii_alphabetic());
            word[..end.unwrap_or(word.len())].to_ascii_lowercase()
        }),
        status: field(group, "status").and_then(status_code),
        diagnostic: field(group, "diagnostic-code").map(untyped),
        remote_mta: field(group, "remote-mta").map(untyped),
    }
}

/// `5.1.1 (bad destination)` to `5.1.1`.
fn status_code(value: &str) -> Option<String> {
    let code = value.split([' ', '\t', '(', ';']).next()?;
    let mut numbers = code.split('.');
    let class = numbers.next()?;
    let rest: Vec<&str> = numbers.collect();
    let is_number =
        |text: &&str| matches!(text.len(), 1..=3) && text.bytes().all(|b| b.is_ascii_digit());
    (matches!(class, "2" | "4" | "5") && rest.len() == 2 && rest.iter().all(is_number))
        .then(|| code.to_owned())
}

/// `rfc822; a@example.jp` to `a@example.jp`.
pub(super) fn untyped(value: &str) -> String {
    match value.split_once(';') {
        // A diagnostic without its type may hold a semicolon of its own.
        Some((kind, text)) if !kind.trim().contains([' ', '@', '<']) => text.trim().to_owned(),
        _ => value.trim().to_owned(),
    }
}

pub(super) fn text_of(part: &Part<'_>) -> String {
    let body = part.body();
    let body = body
        .get(..REPORT_PART_BYTES_MAX.min(body.len()))
        .unwrap_or_default();
    charset::decode(&part.transfer_encoding().decode(body), None).text
}

/// Fields in groups with empty lines between, folds undone; whatever the lines end with.
pub(super) fn groups(text: &str) -> Vec<Vec<(String, String)>> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut groups = vec![Vec::new()];
    for line in text.split('\n').map(str::trim_end) {
        let Some(group) = groups.last_mut() else {
            break;
        };
        if line.starts_with([' ', '\t']) && !line.is_empty() {
            fold(group, line);
            continue;
        }
        let parsed = line
            .split_once(':')
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        // Empty lines get lost on the way: a repeated field tells the next recipient, too.
        let repeats = |(name, _): &(String, String)| group.iter().any(|(known, _)| known == name);
        if line.is_empty() || parsed.as_ref().is_some_and(repeats) {
            if groups.len() > REPORTED_RECIPIENTS_MAX {
                break;
            }
            groups.push(Vec::new());
        }
        if let (Some(parsed), Some(group)) = (parsed, groups.last_mut()) {
            group.push(parsed);
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

fn fold(group: &mut [(String, String)], line: &str) {
    if let Some((_, value)) = group.last_mut()
        && value.len() < REPORT_FIELD_BYTES_MAX
    {
        value.push(' ');
        value.push_str(line.trim());
    }
}

pub(super) fn field<'a>(group: &'a [(String, String)], name: &str) -> Option<&'a str> {
    group
        .iter()
        .find(|(known, value)| known == name && !value.is_empty())
        .map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_recipients() {
        let text = "Reporting-MTA: dns; mx.example.jp\r\nOriginal-Envelope-Id: QQ1\r\n\r\n\
            Final-Recipient: rfc822; <a@example.jp>\r\nAction: failed\r\nStatus: 5.1.1 (no such user)\r\n\
            Diagnostic-Code: smtp; 550 5.1.1\r\n  unknown; really\r\n\r\n\
            Original-Recipient: rfc822;c@example.jp\r\nFinal-Recipient: x400; /c=jp\r\nAction: Delayed\r\n";
        for text in [
            text.to_owned(),
            text.replace("\r\n", "\n"),
            text.replace("\r\n", "\r"),
        ] {
            let found = DeliveryStatus::of_text(&text);
            assert_eq!(found.envelope_id.as_deref(), Some("QQ1"));
            assert_eq!(found.reporting_mta.as_deref(), Some("mx.example.jp"));
            let [first, second] = found.recipients.as_slice() else {
                panic!("{found:?}");
            };
            assert_eq!(first.address.as_deref(), Some("a@example.jp"));
            assert_eq!(first.status.as_deref(), Some("5.1.1"));
            assert_eq!(
                first.diagnostic.as_deref(),
                Some("550 5.1.1 unknown; really")
            );
            assert_eq!(second.address.as_deref(), Some("/c=jp"));
            assert_eq!(second.original.as_deref(), Some("c@example.jp"));
            assert_eq!(second.action.as_deref(), Some("delayed"));
        }
    }

    #[test]
    fn a_lost_empty_line_and_missing_fields() {
        let text = "Final-Recipient: rfc822; a@x.jp\nAction: failed\nFinal-Recipient: rfc822; b@x.jp\nStatus: 9.9";
        let found = DeliveryStatus::of_text(text);
        let addresses: Vec<_> = found
            .recipients
            .iter()
            .map(|r| r.address.as_deref())
            .collect();
        assert_eq!(addresses, [Some("a@x.jp"), Some("b@x.jp")]);
        assert_eq!(found.recipients[1].status, None);
    }
}
