//! Bounces, feedback reports and automatic replies in the words of the policy.

use sekisho_mime::{MailKind, Message, Report, ReportedRecipient};
use sekisho_policy::{MessageKind, ReportFacts, ReportedFacts};

use crate::Context;
use crate::limits::{REPORT_VALUE_CHARS_MAX, REPORTED_KEPT_MAX};

pub(crate) fn found(
    message: &Message<'_>,
    context: &Context<'_>,
) -> (MessageKind, Option<ReportFacts>) {
    // Where there was a client, the envelope is known; else an empty path only means that nobody told it.
    let envelope = &context.envelope;
    let null_path = envelope.client_ip.is_some() && envelope.reverse_path.is_null();
    let report = Report::of(message, null_path);
    let kind = match report.kind {
        MailKind::Bounce => MessageKind::Bounce,
        MailKind::Arf => MessageKind::Arf,
        MailKind::AutoReply => MessageKind::AutoReply,
        MailKind::Ordinary => return (MessageKind::Ordinary, None),
    };
    let facts = ReportFacts {
        original_message_id: report.original_message_id.map(short),
        envelope_id: report.status.envelope_id.map(short),
        feedback_type: report
            .feedback
            .map(|feedback| short(feedback.feedback_type)),
        recipients: report
            .status
            .recipients
            .into_iter()
            .take(REPORTED_KEPT_MAX)
            .map(recipient)
            .collect(),
    };
    (kind, Some(facts))
}

fn recipient(reported: ReportedRecipient) -> ReportedFacts {
    ReportedFacts {
        address: reported.address.map(short),
        action: reported.action.map(short),
        status: reported.status,
        diagnostic: reported.diagnostic.map(short),
    }
}

/// Facts are stored with the mail: a value from outside has a length.
fn short(value: String) -> String {
    match value.char_indices().nth(REPORT_VALUE_CHARS_MAX) {
        Some((end, _)) => value[..end].to_owned(),
        None => value,
    }
}
