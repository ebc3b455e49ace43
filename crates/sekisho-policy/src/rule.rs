use sekisho_address::Address;
use sekisho_words::Words;
use serde::{Deserialize, Serialize};

use crate::{ActionKind, Condition, Direction, Edit, ReplyText};

/// One rule: when what holds, unless what, then what.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Unique in its policy: letters, digits, `-`, `_`, `.`.
    pub name: String,
    /// For people; without it the name is shown.
    pub title: Option<Words>,
    /// For administrators.
    pub comment: String,
    /// Where it looks; empty: everywhere.
    pub directions: Vec<Direction>,
    /// What must hold.
    pub when: Condition,
    /// What must not hold.
    pub unless: Option<Condition>,
    /// What it wants.
    pub then: Then,
    /// Smaller comes first; the place in the text decides between equals.
    pub order: i32,
    /// Whether it acts.
    pub mode: Mode,
    /// After a match, later rules are not looked at.
    pub stop: bool,
    /// Whose copies it acts on.
    pub applies_to: Scope,
}

/// What a rule wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Then {
    /// What is done.
    pub action: Action,
    /// Changes to the mail, when it goes on.
    pub edits: Vec<Edit>,
}

/// What a rule wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Let it pass.
    Deliver,
    /// To the junk folder.
    Junk,
    /// Later.
    Delay {
        /// How long.
        seconds: u32,
    },
    /// Away without a word.
    Discard,
    /// To somebody who decides.
    Hold {
        /// Who.
        approver: ApproverRule,
        /// Until it goes back to the sender.
        deadline_hours: u32,
        /// Until the deputy may decide.
        deputy_hours: u32,
    },
    /// Into quarantine.
    Quarantine,
    /// Back.
    Refuse {
        /// With these words; without: those of the presets.
        reply: Option<ReplyText>,
    },
}

/// Whom a rule asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApproverRule {
    /// The sender's manager; without one, the administrators.
    Manager,
    /// Any one of these.
    Named(Vec<Address>),
    /// The administrators.
    Administrators,
}

/// Whether a rule acts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Not looked at.
    Off,
    /// Tells what it would do, does nothing.
    Watch,
    /// Acts.
    #[default]
    Enforce,
}

/// Whose copies a rule acts on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Everybody's: the mail stays or goes as one.
    #[default]
    All,
    /// Those of recipients outside.
    External,
    /// Those of recipients inside.
    Internal,
}

impl Action {
    /// The word for it.
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Deliver => ActionKind::Deliver,
            Self::Junk => ActionKind::Junk,
            Self::Delay { .. } => ActionKind::Delay,
            Self::Discard => ActionKind::Discard,
            Self::Hold { .. } => ActionKind::Hold,
            Self::Quarantine => ActionKind::Quarantine,
            Self::Refuse { .. } => ActionKind::Refuse,
        }
    }
}
