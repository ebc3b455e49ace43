use std::net::IpAddr;

use crate::pattern::{AddressPattern, IdPattern, Network, TextPattern};
use crate::{Direction, DmarcPolicy, HeaderPlace, MessageKind, Outcome, PartVerdict, Side};

/// One question about the facts. Values of one list are alternatives; the fields of one predicate
/// must all hold; an empty list asks nothing.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Predicate {
    /// Something was found.
    Finding(FindingIs),
    /// Recipients.
    Recipients(RecipientsAre),
    /// The sender.
    Sender(SenderIs),
    /// The subject.
    Subject(TextPattern),
    /// Attachments and members of archives.
    Attachment(AttachmentIs),
    /// SPF, DKIM, DMARC, ARC.
    Auth(AuthIs),
    /// The connection.
    Client(ClientIs),
    /// The direction, inside a tree.
    Direction(Vec<Direction>),
    /// Octets of the mail, at least.
    SizeMin(u64),
    /// Whether a mail system wrote it, and what for.
    MessageKind(Vec<MessageKind>),
    /// Whether a part could not be read.
    Uninspectable(bool),
    /// Whether the mail has two readings.
    Ambiguous(bool),
    /// The spam filter's score, at least, in tenths.
    SpamScoreMin(i64),
}

/// Findings by id, number and confidence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FindingIs {
    /// `dlp.my_number`, `dlp.*`.
    pub ids: Vec<IdPattern>,
    /// At least so many; 0 and 1 mean one.
    pub count_min: u32,
    /// Only those at least so sure.
    pub confidence_percent_min: u8,
}

/// Recipients by side, address and header.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecipientsAre {
    /// Inside or outside; none: either.
    pub side: Option<Side>,
    /// Address, `@domain`, or `@*.domain`.
    pub address: Vec<AddressPattern>,
    /// Where they stand.
    pub place: Vec<HeaderPlace>,
    /// At least so many; 0 and 1 mean one.
    pub count_min: u32,
    /// In at least so many domains.
    pub domains_min: u32,
    /// Every recipient must be such, not only one.
    pub every: bool,
}

/// The sender.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SenderIs {
    /// Inside or outside; none: either.
    pub side: Option<Side>,
    /// Of the envelope or the directory.
    pub address: Vec<AddressPattern>,
    /// Of a From header.
    pub from: Vec<AddressPattern>,
    /// Has a manager in the directory.
    pub has_manager: Option<bool>,
}

/// At least one attachment of which all this holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AttachmentIs {
    /// By content: `exe`.
    pub kind: Vec<String>,
    /// By what was found in it.
    pub verdict: Vec<PartVerdict>,
    /// By any reading of its name, without the dot.
    pub extension: Vec<String>,
    /// By any reading of its name.
    pub name: Option<TextPattern>,
    /// Not readable without a password.
    pub encrypted: Option<bool>,
    /// Octets, at least.
    pub size_min: u64,
}

/// Results of sender authentication.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AuthIs {
    /// SPF.
    pub spf: Vec<Outcome>,
    /// Any signature's result; `none` holds without a signature.
    pub dkim: Vec<Outcome>,
    /// DMARC.
    pub dmarc: Vec<Outcome>,
    /// As published.
    pub dmarc_policy: Vec<DmarcPolicy>,
    /// ARC.
    pub arc: Vec<Outcome>,
    /// Whether anything proved the From domain.
    pub proved: Option<bool>,
}

/// The connection.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClientIs {
    /// Networks.
    pub ip: Vec<Network>,
    /// Whether TLS was on.
    pub tls: Option<bool>,
    /// Whether somebody signed in.
    pub signed_in: Option<bool>,
}

impl ClientIs {
    pub(crate) fn holds_for(&self, ip: Option<IpAddr>) -> bool {
        self.ip.is_empty()
            || ip.is_some_and(|ip| self.ip.iter().any(|network| network.contains(ip)))
    }
}
