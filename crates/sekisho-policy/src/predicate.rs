use std::net::IpAddr;

use crate::pattern::{AddressPattern, IdPattern, Network, TextPattern};
use crate::{
    Direction, DmarcPolicy, HeaderPlace, Importance, MessageKind, MessageTrait, Outcome,
    PartVerdict, Side,
};

/// One question about the facts. Values of one list are alternatives; the fields of one predicate
/// must all hold; an empty list asks nothing.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Predicate {
    /// Something was found.
    Finding(FindingIs),
    /// Recipients.
    Recipients(Box<RecipientsAre>),
    /// The sender.
    Sender(Box<SenderIs>),
    /// The subject.
    Subject(TextPattern),
    /// The text of the mail.
    Body(TextPattern),
    /// Subject or text of the mail.
    Text(TextPattern),
    /// Subject, text, and all that could be read of attachments.
    Anywhere(TextPattern),
    /// A header.
    Header(HeaderIs),
    /// Attachments and members of archives.
    Attachment(Box<AttachmentIs>),
    /// SPF, DKIM, DMARC, ARC.
    Auth(AuthIs),
    /// The connection.
    Client(ClientIs),
    /// The direction, inside a tree.
    Direction(Vec<Direction>),
    /// Whether a mail system wrote it, and what for.
    MessageKind(Vec<MessageKind>),
    /// Something special about it.
    Trait(Vec<MessageTrait>),
    /// As its sender marked it; a mail without a mark is `normal`.
    Importance(Vec<Importance>),
    /// The marking of its confidentiality.
    Classification(ClassificationIs),
    /// The language of its text, as `ja`.
    Language(Vec<String>),
    /// A charset of a text part, as `iso-2022-jp`.
    Charset(Vec<String>),
    /// When it arrived, in the organisation's time zone.
    Time(TimeIs),
    /// Octets of the mail, at least.
    SizeMin(u64),
    /// Octets of the mail, at most.
    SizeMax(u64),
    /// Whether a part could not be read.
    Uninspectable(bool),
    /// Whether the mail has two readings.
    Ambiguous(bool),
    /// The spam filter's score, at least, in tenths.
    SpamScoreMin(i64),
    /// Whether it answers a mail that was found to be forged or phishing.
    AnswersSuspect(bool),
}

/// Findings by id, number and confidence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FindingIs {
    /// `dlp.my_number`, `dlp.*`.
    pub ids: Vec<IdPattern>,
    /// At least so many; 0 and 1 mean one.
    pub count_min: u32,
    /// At most so many; 0: any number.
    pub count_max: u32,
    /// Only those at least so sure.
    pub confidence_percent_min: u8,
}

/// What the directory says of somebody.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PersonIs {
    /// In one of these groups (addresses of groups).
    pub groups: Vec<AddressPattern>,
    /// Each of these attributes has one of these values, without regard to width and case.
    pub attributes: Vec<AttributeIs>,
    /// Their manager is one of these.
    pub manager: Vec<AddressPattern>,
}

/// An attribute and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeIs {
    /// `department`.
    pub name: String,
    /// Any of these.
    pub values: Vec<String>,
}

/// Recipients by side, address and header.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecipientsAre {
    /// Inside or outside; none: either.
    pub side: Option<Side>,
    /// Address, `@domain`, or `@*.domain`.
    pub address: Vec<AddressPattern>,
    /// In one of these lists of the policy.
    pub list: Vec<String>,
    /// Words or an expression in the address.
    pub address_text: Option<TextPattern>,
    /// Where they stand.
    pub place: Vec<HeaderPlace>,
    /// By the directory.
    pub person: PersonIs,
    /// How they stand to the sender.
    pub relation: Vec<Relation>,
    /// With the same value of these attributes as the sender.
    pub same: Vec<String>,
    /// With another value of these attributes than the sender.
    pub other: Vec<String>,
    /// At a free-mail provider.
    pub personal: Option<bool>,
    /// Never written to before.
    pub first_contact: Option<bool>,
    /// Looks like a known address and is another.
    pub lookalike: Option<bool>,
    /// At least so many; 0 and 1 mean one.
    pub count_min: u32,
    /// At most so many; 0: any number.
    pub count_max: u32,
    /// In at least so many domains.
    pub domains_min: u32,
    /// In at least so many organisations: domains under one registered name count once.
    pub organisations_min: u32,
    /// Every recipient must be such, not only one.
    pub every: bool,
}

/// How a recipient stands to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The sender's manager.
    Manager,
    /// The sender is their manager.
    Report,
}

/// The sender.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SenderIs {
    /// Inside or outside; none: either.
    pub side: Option<Side>,
    /// Of the envelope or the directory.
    pub address: Vec<AddressPattern>,
    /// In one of these lists of the policy.
    pub list: Vec<String>,
    /// Words or an expression in the address.
    pub address_text: Option<TextPattern>,
    /// Of a From header.
    pub from: Vec<AddressPattern>,
    /// By the directory.
    pub person: PersonIs,
    /// Has a manager in the directory.
    pub has_manager: Option<bool>,
    /// At a free-mail provider.
    pub personal: Option<bool>,
    /// Never heard from before.
    pub first_contact: Option<bool>,
    /// Looks like a known address and is another.
    pub lookalike: Option<bool>,
}

/// A header, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HeaderIs {
    /// Without regard to case.
    pub name: String,
    /// Whether it is there.
    pub present: Option<bool>,
    /// Stands in one of its values.
    pub text: Option<TextPattern>,
}

/// The marking of confidentiality.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClassificationIs {
    /// Whether the mail is marked at all.
    pub present: Option<bool>,
    /// What the marking says.
    pub text: Option<TextPattern>,
}

/// A time of the week.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeIs {
    /// Days from Monday = 0; none: every day.
    pub weekdays: Vec<Weekday>,
    /// From so many minutes after midnight; with `to` before it, over midnight.
    pub from: Option<u16>,
    /// Up to, not including, so many minutes after midnight.
    pub to: Option<u16>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weekday {
    /// 月
    Monday,
    /// 火
    Tuesday,
    /// 水
    Wednesday,
    /// 木
    Thursday,
    /// 金
    Friday,
    /// 土
    Saturday,
    /// 日
    Sunday,
}

impl TimeIs {
    pub(crate) fn has(&self, weekday: Weekday, minute: u16) -> bool {
        let (from, to) = (self.from.unwrap_or(0), self.to.unwrap_or(24 * 60));
        let in_hours = if from <= to {
            (from..to).contains(&minute)
        } else {
            minute >= from || minute < to
        };
        in_hours && (self.weekdays.is_empty() || self.weekdays.contains(&weekday))
    }
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
    /// By the text inside it.
    pub text: Option<TextPattern>,
    /// Not readable without a password.
    pub encrypted: Option<bool>,
    /// Not read in full, for whatever reason.
    pub uninspectable: Option<bool>,
    /// Octets, at least.
    pub size_min: u64,
    /// Octets of all such together, at least.
    pub total_size_min: u64,
    /// At least so many; 0 and 1 mean one.
    pub count_min: u32,
}

impl AttachmentIs {
    /// Whether it asks nothing of a single part: then the text of the mail itself does not count.
    pub(crate) fn asks_any(&self) -> bool {
        *self
            == Self {
                count_min: self.count_min,
                total_size_min: self.total_size_min,
                size_min: self.size_min,
                ..Self::default()
            }
    }
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
