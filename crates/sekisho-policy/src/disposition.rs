use std::fmt;

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_words::Words;
use serde::{Deserialize, Serialize};

use crate::{HeaderPlace, Person};

/// What is done with a mail, and why; the `disposition` of `sekisho inspect`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disposition {
    /// What.
    pub action: ActionKind,
    /// The rule that decided; empty when no rule had to.
    pub rule: String,
    /// Changes to the mail on its way.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// What happened, where, what to do.
    pub why: Words,
    /// With `hold`: who decides, until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// With `delay`: it leaves then, unless its sender cancels it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Delay>,
    /// With `refuse`: the answer on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<ReplyText>,
}

/// The word for what is done. Ordered: the greater one wins where rules disagree.
///
/// `discard` stands below `hold`: where one rule wants a person to look, another must not make the
/// mail vanish.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum ActionKind {
    /// To the mailbox, or out.
    #[default]
    Deliver,
    /// To the junk folder.
    Junk,
    /// Later, unless its sender cancels it.
    Delay,
    /// Away, told to nobody. No preset does this.
    Discard,
    /// Waits for a person's decision.
    Hold,
    /// Suspected; waits for somebody to ask for it.
    Quarantine,
    /// Back to where it comes from.
    Refuse,
}

impl ActionKind {
    /// All, the mildest first.
    pub const ALL: [Self; 7] = [
        Self::Deliver,
        Self::Junk,
        Self::Delay,
        Self::Discard,
        Self::Hold,
        Self::Quarantine,
        Self::Refuse,
    ];

    /// As in TOML and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deliver => "deliver",
            Self::Junk => "junk",
            Self::Delay => "delay",
            Self::Discard => "discard",
            Self::Hold => "hold",
            Self::Quarantine => "quarantine",
            Self::Refuse => "refuse",
        }
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A mail waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Who decides.
    pub approver: Approver,
    /// When the approver is reminded.
    pub remind_at: Timestamp,
    /// From when on the deputy may decide too; none without a deputy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy_at: Option<Timestamp>,
    /// When it goes back to its sender, undecided. It is never sent by time alone.
    pub deadline: Timestamp,
}

/// Who decides about a held mail. The sender is never among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Approver {
    /// The sender's manager.
    Manager {
        /// The manager.
        person: Person,
        /// Decides when the manager does not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deputy: Option<Person>,
    },
    /// Any one of those that the rule names.
    Named {
        /// At least one.
        people: Vec<Person>,
    },
    /// The organisation's administrators: nobody else could be found.
    Administrators,
}

/// A mail waits for time to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delay {
    /// From [`Facts::now`](crate::Facts::now).
    pub seconds: u32,
    /// When it leaves.
    pub until: Timestamp,
}

/// A reply on the wire (RFC 5321 §4.2, RFC 3463). Text in ASCII, one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyText {
    /// `550`.
    pub code: u16,
    /// `5.7.1`.
    pub enhanced: String,
    /// Behind the codes.
    pub text: String,
}

/// A change to one mail, with everything that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Edit {
    /// One more header line above the others.
    AddHeader {
        /// `X-Checked`.
        name: String,
        /// ASCII, one line.
        value: String,
    },
    /// Every header of this name goes.
    RemoveHeader {
        /// `X-Mailer`.
        name: String,
    },
    /// Before the subject, unless it stands there already.
    TagSubject {
        /// `[社外]`.
        tag: String,
    },
    /// A text above or below that of the mail.
    Banner {
        /// Above or below.
        place: BannerPlace,
        /// Plain text, LF between lines.
        text: String,
        /// For HTML; none: made from the text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        html: Option<String>,
    },
    /// To and Cc keep the addresses in these domains only.
    ToBcc {
        /// Domains that stay; empty: no address stays.
        keep_domains: Vec<Domain>,
    },
    /// A mail of its own for each of these, with only their address in To.
    OneEach {
        /// Places in [`Facts::recipients`](crate::Facts::recipients).
        recipients: Vec<usize>,
    },
    /// Further recipients.
    AddRecipients {
        /// In which header they stand; `Bcc`: in none.
        header: HeaderPlace,
        /// Who.
        addresses: Vec<Address>,
    },
    /// These do not get it.
    RemoveRecipients {
        /// Places in [`Facts::recipients`](crate::Facts::recipients).
        recipients: Vec<usize>,
        /// Their addresses, aliases too: they go from To and Cc.
        addresses: Vec<Address>,
    },
    /// These get it instead.
    Redirect {
        /// Who.
        addresses: Vec<Address>,
    },
    /// Parts are taken out; a note stands in their place.
    Strip {
        /// IMAP part numbers, and the names for the note.
        parts: Vec<StrippedPart>,
        /// The note; LF between lines.
        note: String,
    },
}

/// An attachment that is taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrippedPart {
    /// IMAP part number (RFC 9051 §6.4.5.1).
    pub path: String,
    /// For people.
    pub name: String,
}

/// Where a banner stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BannerPlace {
    /// Above the text.
    Top,
    /// Below it.
    Bottom,
}
