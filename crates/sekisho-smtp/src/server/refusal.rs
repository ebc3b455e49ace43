//! Why the driver refuses, and what the client is told. One place to the wire.

use crate::reply::Reply;

/// Why a sender was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SenderRefusal {
    /// The signed-in user may not use this address. Sender's turn.
    #[error("the address does not belong to who signed in")]
    NotYours,
    /// The address or host is on a list of ours.
    #[error("the sender is blocked")]
    Blocked,
    /// The domain does not exist, or takes no mail: no bounce could go back.
    #[error("the sender's domain takes no mail")]
    DomainTakesNoMail,
    /// Too much in too short a time. The client tries again later.
    #[error("too many mails in a short time")]
    RateLimited,
    /// `SIZE=` does not fit a limit of this sender.
    #[error("the mail is too large for this sender")]
    TooBig,
    /// No room. Ours; the client tries again later.
    #[error("no room for more mail")]
    NoSpace,
    /// Something of ours does not work. The client tries again later.
    #[error("the store or directory does not answer")]
    StoreDown,
    /// Words of a policy.
    #[error("{}", .0.text)]
    Said(Reply),
}

impl SenderRefusal {
    /// Code, enhanced status and words.
    pub fn reply(&self) -> Reply {
        match self {
            Self::NotYours => Reply::fixed(
                553,
                (5, 7, 1),
                "This sender address is not one of yours; use your own, or have it delegated to you",
            ),
            Self::Blocked => {
                Reply::fixed(550, (5, 7, 1), "Mail from this sender is not taken here")
            }
            Self::DomainTakesNoMail => Reply::fixed(
                550,
                (5, 7, 27), // RFC 7505 §4.2
                "The sender's domain takes no mail, so no answer could reach it",
            ),
            Self::RateLimited => Reply::fixed(
                450,
                (4, 7, 1),
                "Too many mails in a short time, try again later",
            ),
            Self::TooBig => Reply::fixed(552, (5, 3, 4), "The mail is larger than you may send"),
            Self::NoSpace => no_space(),
            Self::StoreDown => store_down(),
            Self::Said(reply) => reply.clone(),
        }
    }
}

/// Why a recipient was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RcptRefusal {
    /// Not our domain, and the client may not relay. Sender's turn: sign in, or send elsewhere.
    #[error("relaying is not allowed")]
    RelayDenied,
    /// Our domain, but nobody of that name.
    #[error("no such recipient")]
    NoSuchUser,
    /// The account exists and takes no mail.
    #[error("the mailbox is switched off")]
    MailboxDisabled,
    /// Recipient's turn: delete something.
    #[error("the mailbox is full")]
    MailboxFull,
    /// The recipient's domain does not exist.
    #[error("the recipient's domain does not exist")]
    NoSuchDomain,
    /// The recipient's domain says that it takes no mail (RFC 7505).
    #[error("the recipient's domain takes no mail")]
    DomainTakesNoMail,
    /// This sender may not write to this recipient (internal list, blocked by the recipient).
    #[error("the recipient does not take mail from this sender")]
    NotAllowed,
    /// First contact; sound clients try again.
    #[error("greylisted")]
    Greylisted,
    /// Too much in too short a time.
    #[error("too many recipients in a short time")]
    RateLimited,
    /// Something of ours does not work.
    #[error("the store or directory does not answer")]
    StoreDown,
    /// Words of a policy.
    #[error("{}", .0.text)]
    Said(Reply),
}

impl RcptRefusal {
    /// Code, enhanced status and words.
    pub fn reply(&self) -> Reply {
        match self {
            Self::RelayDenied => Reply::fixed(
                550,
                (5, 7, 1),
                "This server does not relay to that domain; users sign in on the submission port",
            ),
            Self::NoSuchUser => Reply::fixed(550, (5, 1, 1), "No such recipient here"),
            Self::MailboxDisabled => Reply::fixed(550, (5, 2, 1), "This mailbox takes no mail"),
            Self::MailboxFull => {
                Reply::fixed(452, (4, 2, 2), "The mailbox is full, try again later")
            }
            Self::NoSuchDomain => {
                Reply::fixed(550, (5, 1, 2), "The recipient's domain does not exist")
            }
            Self::DomainTakesNoMail => {
                Reply::fixed(556, (5, 1, 10), "The recipient's domain takes no mail")
            }
            Self::NotAllowed => Reply::fixed(
                550,
                (5, 7, 1),
                "The recipient does not take mail from this sender",
            ),
            Self::Greylisted => Reply::fixed(
                450,
                (4, 7, 1),
                "Seen for the first time, try again in a few minutes",
            ),
            Self::RateLimited => Reply::fixed(
                450,
                (4, 7, 1),
                "Too many recipients in a short time, try again later",
            ),
            Self::StoreDown => store_down(),
            Self::Said(reply) => reply.clone(),
        }
    }

    /// Counts as a guess at a name, see [`crate::limits::RECIPIENT_FAILURES_MAX`].
    pub(crate) fn is_failure(&self) -> bool {
        self.reply().is_permanent()
    }
}

/// Why a whole mail was refused at its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageRefusal {
    /// A rule refused it; its words for the sender.
    #[error("refused by policy: {0}")]
    Policy(String),
    /// The From domain's policy says to reject what does not authenticate (RFC 7489, RFC 7372).
    #[error("the sender's domain does not stand behind this mail")]
    NotAuthenticated,
    /// Not a mail that two readers read alike.
    #[error("the mail is malformed: {0}")]
    Malformed(String),
    /// Over a limit known only now.
    #[error("the mail is too large")]
    TooBig,
    /// No room. The client tries again later.
    #[error("no room for more mail")]
    NoSpace,
    /// Something of ours does not work. The client tries again later.
    #[error("the store does not answer")]
    StoreDown,
    /// Cannot be judged now (DNS, scanner). The client tries again later.
    #[error("the mail cannot be judged just now")]
    TryLater,
    /// Words of a policy, with its own code.
    #[error("{}", .0.text)]
    Said(Reply),
}

impl MessageRefusal {
    /// Code, enhanced status and words.
    pub fn reply(&self) -> Reply {
        match self {
            Self::Policy(why) => Reply::fixed(550, (5, 7, 1), "").saying(format!("Refused: {why}")),
            Self::NotAuthenticated => Reply::fixed(
                550,
                (5, 7, 26), // RFC 7372 §3.3
                "The From domain asks to refuse mail that fails SPF and DKIM (DMARC)",
            ),
            Self::Malformed(why) => {
                Reply::fixed(550, (5, 6, 0), "").saying(format!("The mail is malformed: {why}"))
            }
            Self::TooBig => {
                Reply::fixed(552, (5, 3, 4), "The mail is larger than this server takes")
            }
            Self::NoSpace => no_space(),
            Self::StoreDown => store_down(),
            Self::TryLater => Reply::fixed(
                451,
                (4, 7, 1),
                "The mail cannot be checked just now, try again later",
            ),
            Self::Said(reply) => reply.clone(),
        }
    }
}

fn no_space() -> Reply {
    Reply::fixed(
        452,
        (4, 3, 1),
        "No room for more mail just now, try again later",
    )
}

fn store_down() -> Reply {
    Reply::fixed(
        451,
        (4, 3, 0),
        "The mail system does not work just now, try again later",
    )
}
