use jiff::civil::Date;
use sekisho_address::{Address, Domain};
use sekisho_words::Words;
use serde::{Deserialize, Serialize};

use crate::{
    ActionKind, AddressPattern, AttachmentIs, BannerPlace, Condition, Direction, HeaderPlace,
    Predicate, ReplyText, Side,
};

/// One rule: when what holds, unless what, then what.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Unique in its policy: letters, digits, `-`, `_`, `.`.
    pub name: String,
    /// For people; without it the name is shown.
    pub title: Option<Words>,
    /// For administrators.
    pub comment: String,
    /// Who answers for it: a name, a department, an address.
    pub owner: String,
    /// Where it looks; empty: everywhere.
    pub directions: Vec<Direction>,
    /// Whose mail it is for.
    pub scope: For,
    /// The first day on which it is asked, in the organisation's time zone.
    pub starts: Option<Date>,
    /// The last one.
    pub ends: Option<Date>,
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

/// Those of ours whose mail a rule is for: of mail that goes out or stays inside, the sender; of mail
/// that comes in, the recipients, and then it acts on their copies only. Nothing listed: everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct For {
    /// In these domains.
    pub domains: Vec<Domain>,
    /// In these groups.
    pub groups: Vec<AddressPattern>,
    /// These people, whatever address of theirs is used.
    pub users: Vec<Address>,
}

impl For {
    /// Whether it is for everybody.
    pub fn is_everybody(&self) -> bool {
        *self == Self::default()
    }
}

/// What a rule wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Then {
    /// What is done.
    pub action: Action,
    /// Changes to the mail, when it goes on.
    pub edits: Vec<EditRule>,
    /// Who is told by a letter.
    pub notify: Vec<NotifyRule>,
}

impl Then {
    /// Just this.
    pub fn only(action: Action) -> Self {
        Self {
            action,
            edits: Vec::new(),
            notify: Vec::new(),
        }
    }

    pub(crate) fn attachments_mut(&mut self) -> impl Iterator<Item = &mut AttachmentIs> {
        self.edits.iter_mut().filter_map(|edit| match edit {
            EditRule::Strip { what, .. } => Some(&mut **what),
            _ => None,
        })
    }
}

/// Who is told that a rule matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotifyRule {
    /// Who sent it, where that is one of ours.
    Sender,
    /// Their manager.
    Manager,
    /// The administrators.
    Administrators,
    /// This person.
    Person(Address),
}

/// A change that a rule makes to a mail. What becomes of it for one mail is an [`Edit`](crate::Edit).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EditRule {
    /// One more header line.
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
        /// Plain text. `{sender}`, `{name}`, `{date}` and attributes such as `{department}` are filled in.
        text: String,
        /// The same for HTML; without it the text is used.
        html: Option<String>,
        /// What is done with a mail that is signed or encrypted as a whole.
        if_signed: IfSigned,
    },
    /// Addresses of others go from To and Cc; the mail still goes to them.
    ToBcc {
        /// Whose.
        whose: Whose,
    },
    /// A mail of its own for each, with only their address in To.
    OneEach {
        /// For whom.
        whose: Whose,
    },
    /// Further recipients.
    AddRecipients {
        /// In which header they stand; `Bcc`: in none.
        header: HeaderPlace,
        /// Who.
        who: Vec<AddedRule>,
    },
    /// These do not get it.
    RemoveRecipients {
        /// Who.
        who: Vec<AddressPattern>,
    },
    /// These get it instead of its recipients.
    Redirect {
        /// Who.
        who: Vec<Address>,
    },
    /// Attachments are taken out; a note stands in their place.
    Strip {
        /// Which.
        what: Box<AttachmentIs>,
        /// The note; without it a sentence of ours.
        note: Option<String>,
    },
}

/// A recipient that a rule adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddedRule {
    /// The sender's manager; nobody where there is none.
    Manager,
    /// This address.
    Address(Address),
}

/// Whose addresses an edit is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Those of recipients outside.
    #[default]
    External,
    /// Everybody's.
    All,
}

/// What a banner does with a mail whose content must not be touched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum IfSigned {
    /// A mail around it, with the banner as its text.
    #[default]
    Wrap,
    /// The mail goes without the banner.
    Skip,
    /// The mail is refused.
    Refuse,
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
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Not looked at.
    Off,
    /// Notes what it would do, does nothing.
    Watch,
    /// The same, and tells the sender (or whom the rule names) by a letter.
    WatchNotify,
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
    /// Those of the recipients whom its condition is about.
    Matching,
}

impl Rule {
    /// Whether any predicate of its condition or exception is such.
    pub(crate) fn asks(&self, such: &dyn Fn(&Predicate) -> bool) -> bool {
        self.when.asks(such) || self.unless.as_ref().is_some_and(|unless| unless.asks(such))
    }
}

impl Rule {
    /// The groups that its scope, condition and exception name.
    pub fn groups(&self) -> Vec<&Address> {
        let mut groups: Vec<&Address> = Vec::new();
        collect(&self.scope.groups, &mut groups);
        for condition in std::iter::once(&self.when).chain(&self.unless) {
            condition.each(&mut |predicate| match predicate {
                Predicate::Sender(is) => collect(&is.person.groups, &mut groups),
                Predicate::Recipients(are) => collect(&are.person.groups, &mut groups),
                _ => {}
            });
        }
        groups
    }

    /// The people whom it asks to decide, or tells.
    pub fn people_asked(&self) -> Vec<&Address> {
        let mut people: Vec<&Address> = Vec::new();
        if let Action::Hold {
            approver: ApproverRule::Named(named),
            ..
        } = &self.then.action
        {
            people.extend(named);
        }
        for whom in &self.then.notify {
            if let NotifyRule::Person(address) = whom {
                people.push(address);
            }
        }
        people
    }
}

fn collect<'r>(patterns: &'r [AddressPattern], groups: &mut Vec<&'r Address>) {
    for pattern in patterns {
        if let AddressPattern::Address(address) = pattern
            && !groups.contains(&address)
        {
            groups.push(address);
        }
    }
}

impl Scope {
    /// Whether a copy for that side may be concerned.
    pub(crate) fn may_act_on(self, side: Side) -> bool {
        match self {
            Self::All | Self::Matching => true,
            Self::External => side == Side::External,
            Self::Internal => side == Side::Internal,
        }
    }
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
