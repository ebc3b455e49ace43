//! What happened to a mail, step by step, and the search for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{MailId, RecipientId};
use crate::mail::{MailRow, RecipientRow};

/// A value in a step's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StepArg {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

impl From<&str> for StepArg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for StepArg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for StepArg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// One step of a mail's way. What a person reads is made from the key when it is read, in their language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Key of the catalogue; the store's own are `store-step-…`.
    pub key: String,
    /// Named values of the words.
    pub args: Vec<(String, StepArg)>,
    /// Which recipient (its number); none for the whole mail.
    pub recipient: Option<u32>,
    /// The far side's reply, or ours.
    pub reply: Option<String>,
}

impl Step {
    /// A step of the whole mail, without values.
    pub fn new(at: Timestamp, key: impl Into<String>) -> Self {
        Self {
            at,
            key: key.into(),
            args: Vec::new(),
            recipient: None,
            reply: None,
        }
    }

    /// With one more value.
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl Into<StepArg>) -> Self {
        self.args.push((name.to_owned(), value.into()));
        self
    }

    /// Of one recipient.
    #[must_use]
    pub fn of(mut self, recipient: u32) -> Self {
        self.recipient = Some(recipient);
        self
    }

    /// With a reply.
    #[must_use]
    pub fn reply(mut self, reply: impl Into<String>) -> Self {
        self.reply = Some(reply.into());
        self
    }
}

/// What to look for. All that is given must match; the newest come first.
#[derive(Debug, Clone, Default)]
pub struct TraceQuery {
    /// This mail.
    pub id: Option<MailId>,
    /// Sender: the whole address, `@domain`, or a part of it. Case does not matter.
    pub from: Option<String>,
    /// Recipient, likewise; also as it stood in RCPT.
    pub to: Option<String>,
    /// Part of the subject. Case and width of letters do not matter.
    pub subject: Option<String>,
    /// Message-ID, with or without angle brackets.
    pub message_id: Option<String>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Only mail before this one (paging: the last row's id).
    pub before: Option<MailId>,
    /// At most so many; 0 means 100.
    pub limit: usize,
}

/// A mail that was found, with its recipients' states.
#[derive(Debug, Clone, Serialize)]
pub struct Traced {
    /// The mail.
    pub mail: MailRow,
    /// Its recipients, each in its present state.
    pub recipients: Vec<RecipientRow>,
}

/// Everything known of one mail.
#[derive(Debug, Clone, Serialize)]
pub struct MailStory {
    /// The mail and its recipients.
    pub mail: Traced,
    /// Its steps in order.
    pub steps: Vec<Step>,
    /// Facts as JSON, `""` for none.
    pub facts_json: String,
    /// Verdict as JSON, `""` for none.
    pub verdict_json: String,
    /// Where copies lie, for those delivered here.
    pub delivered: Vec<Delivered>,
}

/// A delivery to a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// Which recipient caused it.
    pub recipient: RecipientId,
    /// Whose mailbox.
    pub account: crate::ids::AccountId,
    /// Which folder.
    pub mailbox: crate::ids::MailboxId,
    /// With which UID at delivery.
    pub uid: u32,
}
