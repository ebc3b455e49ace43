//! A DMARC aggregate report as a mail (RFC 7489 §7.2.1.1).

use bytes::Bytes;
use jiff::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;
use sekisho_address::Address;
use sekisho_store::{
    BodyKind, Content, Direction, MailId, MessageView, NewMail, Step, Summary, Tenant,
};

use super::report::recipients;
use crate::Desk;

/// A report to send.
#[derive(Debug)]
pub struct DmarcReport<'a> {
    /// Whose report.
    pub tenant: Tenant,
    /// The mail's id; also the report's.
    pub id: MailId,
    /// Who sends it.
    pub from: &'a Address,
    /// Who asked for it.
    pub to: &'a [Address],
    /// On which domain.
    pub domain: &'a str,
    /// As §7.2.1.1 wants it.
    pub subject: String,
    /// As §7.2.1.1 wants it.
    pub file_name: String,
    /// The report in gzip.
    pub file: Vec<u8>,
    /// When.
    pub now: Timestamp,
}

impl DmarcReport<'_> {
    /// The size of the mail that [`DmarcReport::into_mail`] makes, at most: what `rua` limits is the mail as it is
    /// sent (RFC 7489 §6.4), and base64 with line ends takes 78 bytes for 57.
    pub fn mail_bytes_max(&self) -> u64 {
        (self.file.len() as u64).saturating_mul(78) / 57 + 4_096
    }

    /// The report as a mail of ours, to all who asked for it.
    pub fn into_mail(self, desk: &Desk) -> NewMail {
        let message_id = format!("dmarc.{}@{}", self.id, desk.hostname);
        let from = self.from.to_string();
        let to: Vec<String> = self.to.iter().map(ToString::to_string).collect();
        let built = MessageBuilder::new()
            .from(from.as_str())
            .to(to.iter().map(String::as_str).collect::<Vec<_>>())
            .subject(self.subject.as_str())
            .date(self.now.as_second())
            .message_id(message_id.as_str())
            // RFC 3834 §5: no robot answers.
            .header("Auto-Submitted", Raw::new("auto-generated"))
            .text_body(format!(
                "This is a DMARC aggregate report (RFC 7489) on mail from {} that reached {}.\n\
                 It was made by a program.\n",
                self.domain,
                self.from.domain().as_str()
            ))
            .attachment("application/gzip", self.file_name.as_str(), self.file)
            .write_to_vec()
            // Writing into memory does not fail.
            .unwrap_or_default();
        NewMail {
            id: self.id,
            tenant: self.tenant,
            now: self.now,
            direction: Direction::Outbound,
            content: Content::from_bytes(Bytes::from(built)),
            // Not null: SPF of our own domain is to pass too. That nothing comes back is in NOTIFY=NEVER, and
            // what comes back nevertheless is left out of the next report.
            reverse_path: Some(from.clone()),
            return_full: false,
            envelope_id: None,
            body_kind: BodyKind::SevenBit,
            smtputf8: !(from.is_ascii() && to.iter().all(|to| to.is_ascii())),
            helo: None,
            client_ip: None,
            signed_in: None,
            tls: None,
            with_protocol: "local".to_owned(),
            summary: Summary {
                subject: self.subject,
                from,
                to: to.join(", "),
                message_id: format!("<{message_id}>"),
                date: Some(self.now),
            },
            view: MessageView::default(),
            facts_json: String::new(),
            verdict_json: String::new(),
            hold: None,
            recipients: self.to.iter().flat_map(|to| recipients(desk, to)).collect(),
            steps: vec![Step::new(self.now, "step-dmarc-report")],
            notices: Vec::new(),
        }
    }
}
