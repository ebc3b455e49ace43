//! A letter from the system to a person of the organisation.

use bytes::Bytes;
use jiff::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;
use sekisho_directory::Account;
use sekisho_store::{
    BodyKind, Content, Direction, Fate, Folder, MessageView, NewMail, NewRecipient, Notify, Onward,
    Step, Summary,
};
use sekisho_words::say_in;

use crate::Desk;
use crate::local::language_of;

/// A letter to write: its words are in the language of whom it goes to.
#[derive(Debug)]
pub struct Letter<'a> {
    /// To whom.
    pub to: &'a Account,
    /// Subject.
    pub subject: String,
    /// Text, lines end in `\n`.
    pub text: String,
    /// When.
    pub now: Timestamp,
}

impl Letter<'_> {
    /// The letter as a mail for the mailbox of whom it goes to.
    pub fn into_mail(self, desk: &Desk) -> NewMail {
        let id = desk.store.new_mail_id(self.now);
        let domain = self.to.address.domain().as_str();
        let message_id = format!("notice.{id}@{}", desk.hostname);
        let sender = format!("postmaster@{domain}");
        let sender_name = say_in(language_of(self.to), "notice-sender", &[]);
        let to = self.to.address.to_string();
        let built = MessageBuilder::new()
            .from((sender_name.as_str(), sender.as_str()))
            .to((self.to.name.as_str(), to.as_str()))
            .subject(self.subject.as_str())
            .date(self.now.as_second())
            .message_id(message_id.as_str())
            // RFC 3834 §5: no robot answers a notice.
            .header("Auto-Submitted", Raw::new("auto-generated"))
            .text_body(self.text.as_str())
            .write_to_vec()
            // Writing into memory does not fail.
            .unwrap_or_default();
        let summary = Summary {
            subject: self.subject,
            from: format!("{sender_name} <{sender}>"),
            to,
            message_id: format!("<{message_id}>"),
            date: Some(self.now),
        };
        NewMail {
            id,
            tenant: self.to.tenant,
            now: self.now,
            direction: Direction::Internal,
            content: Content::from_bytes(Bytes::from(built)),
            // RFC 3834 §4, RFC 5321 §4.5.5: nothing comes back to a notice.
            reverse_path: None,
            return_full: false,
            envelope_id: None,
            body_kind: BodyKind::SevenBit,
            smtputf8: false,
            helo: None,
            client_ip: None,
            signed_in: None,
            tls: None,
            with_protocol: "local".to_owned(),
            summary,
            view: MessageView::default(),
            facts_json: String::new(),
            verdict_json: String::new(),
            hold: None,
            recipients: vec![NewRecipient {
                address: self.to.address.to_string(),
                given: None,
                original: None,
                notify: Notify::default(),
                fate: Fate::Onward(Onward::Mailbox {
                    account: self.to.id,
                    folder: Folder::Inbox,
                }),
            }],
            steps: vec![Step::new(self.now, "step-notice")],
            notices: Vec::new(),
        }
    }
}
