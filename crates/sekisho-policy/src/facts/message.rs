use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Side;

/// What the header says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageFacts {
    /// Decoded.
    pub subject: String,
    /// Every address of every From header.
    pub from: Vec<HeaderMailbox>,
    /// How often each header stands, names in lower case.
    pub headers: BTreeMap<String, u32>,
    /// With its brackets.
    pub message_id: Option<String>,
    /// Octets of the whole mail.
    pub size: u64,
    /// Whether a mail system wrote it, and what for.
    pub kind: MessageKind,
    /// What a bounce or feedback report says of another mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportFacts>,
    /// What else is special about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<MessageTrait>,
    /// As its sender marked it; none: not marked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub importance: Option<Importance>,
    /// The marking of its confidentiality in a header (`X-Classification`, `Sensitivity`, a label of
    /// Purview); none: not marked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification: Option<String>,
    /// The language of its text, `ja`, `en`, `zh`, …; none: too short to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The charsets that its text parts declare, in lower case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub charsets: Vec<String>,
    /// Decoded values of the headers that rules asked for, names in lower case.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub header_texts: BTreeMap<String, Vec<String>>,
}

/// What a mail is, by who wrote it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageKind {
    /// A mail system tells how the delivery of another mail went.
    Bounce,
    /// A feedback report (RFC 5965).
    Arf,
    /// A vacation notice or a read receipt.
    AutoReply,
    /// Anything else.
    #[default]
    #[serde(rename = "not")]
    Ordinary,
}

impl MessageKind {
    /// The word that stands for it in policies and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Arf => "arf",
            Self::AutoReply => "auto-reply",
            Self::Ordinary => "not",
        }
    }
}

/// What a report says of the mail that it is about. Anybody can write one: it proves nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportFacts {
    /// Message-ID of that mail, without brackets.
    pub original_message_id: Option<String>,
    /// ENVID of that mail (RFC 3461 §4.4).
    pub envelope_id: Option<String>,
    /// `abuse`, `auth-failure`, …, of a feedback report.
    pub feedback_type: Option<String>,
    /// How it ended for each recipient.
    pub recipients: Vec<ReportedFacts>,
}

/// How a delivery ended for one recipient (RFC 3464 §2.3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportedFacts {
    /// Final-Recipient, as written.
    pub address: Option<String>,
    /// `failed`, `delayed`, …
    pub action: Option<String>,
    /// `5.1.1`
    pub status: Option<String>,
    /// What the server said.
    pub diagnostic: Option<String>,
}

/// What is special about a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageTrait {
    /// Sent on by a rule of somebody's mailbox.
    AutoForward,
    /// An invitation or an answer to one (RFC 6047).
    Calendar,
    /// A report that a mail was read (RFC 8098).
    ReadReceipt,
    /// Signed with S/MIME or OpenPGP.
    Signed,
    /// Encrypted as a whole with S/MIME or OpenPGP.
    Encrypted,
    /// From a mailing list (RFC 2919) or in bulk.
    List,
}

/// How urgent its sender says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Importance {
    /// Can wait.
    Low,
    /// Said to be ordinary.
    Normal,
    /// Urgent.
    High,
}

/// A mailbox of a header; its address may be no address at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HeaderMailbox {
    /// Display name, decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// As it stands.
    pub address: String,
    /// Whether its domain is one of ours.
    pub side: Side,
}
