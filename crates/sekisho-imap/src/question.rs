//! What the session asks of its driver, and the answers. Each question is one call of a store.

use bytes::Bytes;
use sekisho_sasl::{ScramKeys, Secret};

use crate::{Columns, Flags, Mail, MailboxName, Snapshot, SpecialUse};

/// One question at a time: nothing further is read before its answer.
#[derive(Debug)]
pub enum Question {
    /// Someone signs in. Answer: [`Answer::Auth`].
    Auth(AuthQuestion),
    /// All folders of the account. Answer: [`Answer::Folders`].
    Folders,
    /// Counters of one mailbox. Answer: [`Answer::Status`].
    Status {
        /// Which one.
        mailbox: MailboxName,
    },
    /// Open a mailbox. Answer: [`Answer::Selected`]. The driver remembers it: questions that
    /// name only UIDs mean this one, and `Input::Changed` tells of changes in it.
    Select {
        /// Which one.
        mailbox: MailboxName,
        /// EXAMINE: nothing may change, `\Recent` included.
        read_only: bool,
    },
    /// Make a mailbox, with the missing levels above it. Answer: [`Answer::Done`].
    Create {
        /// Its name.
        mailbox: MailboxName,
        /// CREATE … (USE (…)) of RFC 6154.
        special_use: Option<SpecialUse>,
    },
    /// Remove a mailbox and its messages. Answer: [`Answer::Done`].
    Delete {
        /// Which one; never INBOX.
        mailbox: MailboxName,
    },
    /// Rename a mailbox and those below it; of INBOX: move its messages into a new mailbox
    /// (RFC 9051 §6.3.6). Answer: [`Answer::Done`].
    Rename {
        /// The old name.
        from: MailboxName,
        /// The new one; never INBOX.
        to: MailboxName,
    },
    /// Subscribe or unsubscribe. Answer: [`Answer::Done`].
    Subscribe {
        /// Which one.
        mailbox: MailboxName,
        /// Wanted state.
        subscribed: bool,
    },
    /// A message is about to come. Answer: [`Answer::AppendOpened`]; then its bytes come as
    /// [`Output::Body`](crate::Output::Body), then [`Question::AppendCommit`] or
    /// [`Output::BodyAborted`](crate::Output::BodyAborted).
    AppendOpen {
        /// Where it shall go.
        mailbox: MailboxName,
        /// Its size, known before.
        message_bytes: u64,
    },
    /// All bytes have come: make it durable. Answer: [`Answer::Appended`].
    AppendCommit {
        /// Where it goes.
        mailbox: MailboxName,
        /// Its flags.
        flags: Flags,
        /// Its internal date, seconds since 1970; `None`: now.
        internal_date_s: Option<i64>,
    },
    /// List columns of messages of the selected mailbox. Answer: [`Answer::Columns`].
    Columns {
        /// At most [`limits::COLUMNS_BATCH`](crate::limits::COLUMNS_BATCH), ascending.
        uids: Vec<u32>,
    },
    /// The whole message. Answer: [`Answer::Content`].
    Content {
        /// Which one.
        uid: u32,
    },
    /// Change flags in the selected mailbox. Answer: [`Answer::Stored`].
    Store {
        /// Ascending.
        uids: Vec<u32>,
        /// Add, remove or replace.
        how: StoreHow,
        /// What.
        flags: Flags,
    },
    /// Copy from the selected mailbox. Answer: [`Answer::Copied`]. All or nothing.
    Copy {
        /// Ascending.
        uids: Vec<u32>,
        /// Where to.
        to: MailboxName,
    },
    /// Move from the selected mailbox in one transaction (RFC 6851 §3.3). Answer:
    /// [`Answer::Copied`].
    Move {
        /// Ascending.
        uids: Vec<u32>,
        /// Where to.
        to: MailboxName,
    },
    /// Remove those of `uids` that bear `\Deleted` (the store's word counts, not the view's).
    /// Answer: [`Answer::Expunged`].
    Expunge {
        /// Ascending.
        uids: Vec<u32>,
    },
    /// What has changed in the selected mailbox. Answer: [`Answer::Changes`].
    Changes {
        /// Changes with a higher modseq.
        since_modseq: u64,
    },
    /// Quota of the account that owns the mailbox. Answer: [`Answer::Quota`].
    Quota {
        /// `None`: the account's own root.
        mailbox: Option<MailboxName>,
    },
}

/// Who signs in, and how. The exchange itself runs in the session.
#[derive(Debug)]
pub enum AuthQuestion {
    /// SCRAM needs the keys of this user. For an unknown one, or one who may not sign in, answer
    /// with `ScramKeys::fake`: the dialogue then fails at its end like a wrong password.
    Keys {
        /// As typed.
        user: String,
    },
    /// LOGIN and PLAIN: is this the password?
    Password {
        /// As typed.
        user: String,
        /// Whose mailbox is wanted, if not the user's own.
        authzid: Option<String>,
        /// Prints nothing.
        password: Secret,
    },
    /// SCRAM has proved the password.
    Proven {
        /// As typed.
        user: String,
        /// Whose mailbox is wanted, if not the user's own.
        authzid: Option<String>,
    },
    /// SCRAM has failed: to be counted against the guesser.
    Failed {
        /// As typed.
        user: String,
    },
}

/// Add, remove or replace flags (RFC 9051 §6.4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreHow {
    /// `+FLAGS`
    Add,
    /// `-FLAGS`
    Remove,
    /// `FLAGS`
    Replace,
}

/// The answer to the open question.
#[derive(Debug)]
pub enum Answer {
    /// To [`Question::Auth`].
    Auth(AuthAnswer),
    /// To [`Question::Folders`], in any order.
    Folders(Result<Vec<Folder>, Refusal>),
    /// To [`Question::Status`].
    Status(Result<MailboxStatus, Refusal>),
    /// To [`Question::Select`].
    Selected(Result<Snapshot, Refusal>),
    /// To [`Question::Create`], [`Question::Delete`], [`Question::Rename`] and
    /// [`Question::Subscribe`].
    Done(Result<(), Refusal>),
    /// To [`Question::AppendOpen`].
    AppendOpened(Result<(), Refusal>),
    /// To [`Question::AppendCommit`]: durable.
    Appended(Result<Appended, Refusal>),
    /// To [`Question::Columns`], ascending by UID; messages that are gone are left out.
    Columns(Result<Vec<(u32, Columns)>, Refusal>),
    /// To [`Question::Content`]; `None`: gone.
    Content(Result<Option<Bytes>, Refusal>),
    /// To [`Question::Store`]: the flags that each now has, ascending; gone ones left out.
    Stored(Result<Vec<FlagsNow>, Refusal>),
    /// To [`Question::Copy`] and [`Question::Move`].
    Copied(Result<Copied, Refusal>),
    /// To [`Question::Expunge`]: those removed.
    Expunged(Result<Vec<u32>, Refusal>),
    /// To [`Question::Changes`].
    Changes(Result<Changes, Refusal>),
    /// To [`Question::Quota`].
    Quota(Result<Quota, Refusal>),
}

/// The answer to an [`AuthQuestion`].
#[derive(Debug)]
pub enum AuthAnswer {
    /// To [`AuthQuestion::Keys`].
    Keys(ScramKeys),
    /// To [`AuthQuestion::Password`] and [`AuthQuestion::Proven`]: signed in.
    Accepted,
    /// Unknown user, wrong password, not allowed: one answer for all.
    Refused,
    /// The directory cannot say now, or the guesser is slowed down.
    TryLater,
}

/// One mailbox in the account's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Its whole name.
    pub name: MailboxName,
    /// Its part, if any (RFC 6154).
    pub special_use: Option<SpecialUse>,
    /// Subscribed to.
    pub subscribed: bool,
    /// Can be selected; `false` for a bare level above others, or a name that is only
    /// subscribed to.
    pub selectable: bool,
}

/// Counters of a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailboxStatus {
    /// Messages.
    pub messages: u32,
    /// Messages that no session has been told of.
    pub recent: u32,
    /// Messages without `\Seen`.
    pub unseen: u32,
    /// Messages with `\Deleted`.
    pub deleted: u32,
    /// The next UID.
    pub uid_next: u32,
    /// The mailbox's UIDVALIDITY.
    pub uid_validity: u32,
    /// Sum of the message sizes.
    pub size_bytes: u64,
    /// The highest modification sequence.
    pub highest_modseq: u64,
}

/// Flags of one message after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagsNow {
    /// The message.
    pub uid: u32,
    /// All of its flags.
    pub flags: Flags,
    /// Its modification sequence.
    pub modseq: u64,
}

/// Where an appended message went (RFC 4315).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// UIDVALIDITY of the mailbox.
    pub uid_validity: u32,
    /// The new UID.
    pub uid: u32,
}

/// Where copied or moved messages went (RFC 4315).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// UIDVALIDITY of the target.
    pub uid_validity: u32,
    /// Old and new UID, ascending by the old one; messages that were gone are left out.
    pub pairs: Vec<(u32, u32)>,
}

/// What has changed in the selected mailbox.
#[derive(Clone, Debug)]
pub enum Changes {
    /// Only what differs.
    Since {
        /// New messages, ascending by UID.
        new: Vec<Mail>,
        /// Flags that have changed.
        flags: Vec<FlagsNow>,
        /// UIDs that are gone; those never seen by this session do no harm.
        vanished: Vec<u32>,
        /// The mailbox's modseq now: the next question starts here.
        highest_modseq: u64,
        /// The next UID.
        uid_next: u32,
    },
    /// The store cannot tell the difference (or finds it too long): all anew.
    Whole(Snapshot),
    /// The mailbox has been deleted, renamed away or given a new UIDVALIDITY.
    MailboxGone,
}

/// Used and allowed (RFC 9208, resource STORAGE).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Bytes in use.
    pub used_bytes: u64,
    /// `None`: no limit.
    pub limit_bytes: Option<u64>,
}

/// Why the store did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The client's turn: another name, or CREATE first.
    #[error("no such mailbox")]
    NoSuchMailbox,
    /// The client's turn: another name.
    #[error("the mailbox exists already")]
    AlreadyExists,
    /// The client's turn: the mailboxes below it first.
    #[error("mailboxes below it exist")]
    HasChildren,
    /// The administrator's turn: the account may not do this here.
    #[error("not permitted")]
    NotPermitted,
    /// The client's turn: this name cannot be used.
    #[error("this name cannot be used")]
    BadName,
    /// The user's turn: delete something or get a larger plan.
    #[error("over quota")]
    OverQuota,
    /// The client's turn: a smaller message.
    #[error("the message is too large")]
    TooLarge,
    /// The client's turn: fewer.
    #[error("a limit is reached")]
    LimitReached,
    /// The client's turn: CREATE without this use.
    #[error("the special use cannot be given to it")]
    UseAttribute,
    /// Our turn; the client tries again.
    #[error("not possible now, try again later")]
    TryLater,
}

impl Refusal {
    /// The response code (RFC 9051 §7.1, RFC 5530, RFC 9208), and nowhere else.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoSuchMailbox => "NONEXISTENT",
            Self::AlreadyExists => "ALREADYEXISTS",
            Self::HasChildren => "HASCHILDREN",
            Self::NotPermitted => "NOPERM",
            Self::BadName => "CANNOT",
            Self::OverQuota => "OVERQUOTA",
            Self::TooLarge => "TOOBIG",
            Self::LimitReached => "LIMIT",
            Self::UseAttribute => "USEATTR", // RFC 6154 §6
            Self::TryLater => "UNAVAILABLE",
        }
    }
}
