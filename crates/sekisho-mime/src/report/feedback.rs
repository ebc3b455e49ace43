//! `message/feedback-report`: the machine part of a feedback report (RFC 5965 §3).

use super::status::{field, groups, text_of, untyped};
use crate::Part;

/// What a feedback report says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feedback {
    /// `abuse`, `auth-failure`, `fraud`, `not-spam`, `opt-out`, `virus`, …, in lower case.
    pub feedback_type: String,
    /// `Source-IP` as written.
    pub source_ip: Option<String>,
    /// `Original-Rcpt-To`, the first one, without angle brackets.
    pub original_recipient: Option<String>,
    /// `Reported-Domain`.
    pub reported_domain: Option<String>,
}

impl Feedback {
    pub(super) fn read(part: &Part<'_>) -> Self {
        let text = text_of(part);
        let all: Vec<(String, String)> = groups(&text).into_iter().flatten().collect();
        let bare = |value: &str| {
            untyped(value)
                .trim_start_matches('<')
                .trim_end_matches('>')
                .to_owned()
        };
        Self {
            // RFC 5965 §3.1 asks for it; what has none is a complaint.
            feedback_type: field(&all, "feedback-type").map_or_else(
                || "abuse".to_owned(),
                |word| word.trim().to_ascii_lowercase(),
            ),
            source_ip: field(&all, "source-ip").map(|ip| ip.trim().to_owned()),
            original_recipient: field(&all, "original-rcpt-to").map(bare),
            reported_domain: field(&all, "reported-domain").map(|name| name.trim().to_owned()),
        }
    }
}
