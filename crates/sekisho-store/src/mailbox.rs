//! Mailboxes as IMAP sees them: UIDs, flags, mod-sequences, and the columns that lists need.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::content::{BlobRef, Content};
use crate::ids::{AccountId, MailId, MailboxId, Tenant};
use crate::mail::Summary;

/// A folder by its use or its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Folder {
    /// `INBOX`.
    Inbox,
    /// `\Junk` (RFC 6154).
    Junk,
    /// `\Sent`.
    Sent,
    /// `\Drafts`.
    Drafts,
    /// `\Trash`.
    Trash,
    /// `\Archive`.
    Archive,
    /// By its name; `/` between the levels.
    Named(String),
}

impl Folder {
    /// The first level below which a person sees the shared mailboxes they are a member of. No folder of an
    /// account is named so, whatever the case of its letters.
    pub const SHARED: &str = "Shared";

    /// The folders that come with an account.
    pub const STANDARD: [Self; 6] = [
        Self::Inbox,
        Self::Drafts,
        Self::Sent,
        Self::Junk,
        Self::Trash,
        Self::Archive,
    ];

    /// The name of the folder where the account has not renamed it.
    pub fn name(&self) -> &str {
        match self {
            Self::Inbox => "INBOX",
            Self::Junk => "Junk",
            Self::Sent => "Sent",
            Self::Drafts => "Drafts",
            Self::Trash => "Trash",
            Self::Archive => "Archive",
            Self::Named(name) => name,
        }
    }

    /// The special use without its backslash (RFC 6154), `""` for INBOX and named folders.
    pub fn special_use(&self) -> &'static str {
        match self {
            Self::Junk => "Junk",
            Self::Sent => "Sent",
            Self::Drafts => "Drafts",
            Self::Trash => "Trash",
            Self::Archive => "Archive",
            Self::Inbox | Self::Named(_) => "",
        }
    }
}

/// System flags as bits (RFC 9051 §2.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Flags(pub u8);

impl Flags {
    /// `\Seen`.
    pub const SEEN: Self = Self(1);
    /// `\Answered`.
    pub const ANSWERED: Self = Self(2);
    /// `\Flagged`.
    pub const FLAGGED: Self = Self(4);
    /// `\Deleted`.
    pub const DELETED: Self = Self(8);
    /// `\Draft`.
    pub const DRAFT: Self = Self(16);
    /// Every flag.
    pub const ALL: Self = Self(31);

    /// Whether all of `other` are set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in `other`.
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// IMAP texts of a message, made once at delivery so that listing never opens it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageView {
    /// ENVELOPE as IMAP writes it; `""` when not made.
    pub envelope: String,
    /// BODYSTRUCTURE as IMAP writes it; `""` when not made.
    pub body_structure: String,
    /// The header fields that lists and searches ask for, as they stand in the message; none when not made, or too
    /// long to keep.
    pub list_header: Option<Vec<u8>>,
}

/// Whose mailboxes are changed, and by whom. In a shared mailbox these differ, and the audit log names the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    /// Whose mailboxes.
    pub account: AccountId,
    /// Who does it.
    pub by: AccountId,
}

impl From<AccountId> for Hand {
    /// Somebody in their own mailboxes.
    fn from(account: AccountId) -> Self {
        Self {
            account,
            by: account,
        }
    }
}

/// A folder with the account that it must be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub mailbox: MailboxId,
}

/// COPY or MOVE, within an account or between two of one organisation.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Who does it. That they may is the caller's check.
    pub by: AccountId,
    /// Where the messages are.
    pub from: Place,
    /// Which; those that are gone are passed over.
    pub uids: Vec<u32>,
    /// Where they go.
    pub to: Place,
    /// When.
    pub now: Timestamp,
}

/// A folder with its counters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailboxRow {
    /// Which.
    pub id: MailboxId,
    /// Whose.
    pub account: AccountId,
    /// Name, `/` between the levels.
    pub name: String,
    /// Special use without backslash, `""` for none.
    pub special_use: String,
    /// Subscribed.
    pub subscribed: bool,
    /// UIDVALIDITY.
    pub uid_validity: u32,
    /// UIDNEXT.
    pub uid_next: u32,
    /// HIGHESTMODSEQ (RFC 7162).
    pub highest_modseq: u64,
    /// Messages.
    pub messages: u32,
    /// Messages without `\Seen`.
    pub unseen: u32,
    /// Bytes of all messages.
    pub bytes: u64,
    /// Messages with `\Deleted`.
    pub deleted: u32,
}

/// A message in a selected mailbox: small, so that the whole view stays in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageEntry {
    /// UID.
    pub uid: u32,
    /// System flags.
    pub flags: Flags,
    /// Keywords, sorted.
    pub keywords: Vec<String>,
    /// MODSEQ.
    pub modseq: u64,
    /// RFC822.SIZE.
    pub size: u64,
    /// INTERNALDATE.
    pub internal_at: Timestamp,
    /// The content, for `Reader::content`.
    pub content: BlobRef,
    /// The mail it came with; none when appended by a client.
    pub mail: Option<MailId>,
}

/// A message with what lists show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// The small part.
    pub entry: MessageEntry,
    /// Header lines.
    pub summary: Summary,
    /// IMAP texts.
    pub view: MessageView,
}

/// A mailbox as SELECT sees it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The folder.
    pub mailbox: MailboxRow,
    /// Its messages by rising UID.
    pub messages: Vec<MessageEntry>,
}

/// What changed since a mod-sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxChanges {
    /// Up to where this answer goes; ask from here next time.
    pub highest_modseq: u64,
    /// UIDNEXT now.
    pub uid_next: u32,
    /// New and changed messages by rising UID.
    pub changed: Vec<MessageEntry>,
    /// UIDs that are gone, rising.
    pub vanished: Vec<u32>,
}

/// How flags are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagMode {
    /// `+FLAGS`.
    Add,
    /// `-FLAGS`.
    Remove,
    /// `FLAGS`.
    Replace,
}

/// STORE.
#[derive(Debug, Clone)]
pub struct SetFlags {
    /// Whose.
    pub account: AccountId,
    /// Which folder.
    pub mailbox: MailboxId,
    /// Which messages; those that are gone are passed over.
    pub uids: Vec<u32>,
    /// How.
    pub mode: FlagMode,
    /// System flags.
    pub flags: Flags,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Messages changed later than this are left and named in the answer (RFC 7162 §3.1.3).
    pub unchanged_since: Option<u64>,
}

/// What STORE did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlagsSet {
    /// The messages as they are now.
    pub entries: Vec<MessageEntry>,
    /// Left because of `unchanged_since`.
    pub modified: Vec<u32>,
}

/// APPEND, or a copy of a sent mail.
#[derive(Debug)]
pub struct Append {
    /// Whose organisation.
    pub tenant: Tenant,
    /// Whose.
    pub account: AccountId,
    /// Who does it.
    pub by: AccountId,
    /// Which folder; must exist.
    pub folder: Folder,
    /// The message.
    pub content: Content,
    /// System flags.
    pub flags: Flags,
    /// Keywords.
    pub keywords: Vec<String>,
    /// INTERNALDATE.
    pub internal_at: Timestamp,
    /// Header lines.
    pub summary: Summary,
    /// IMAP texts.
    pub view: MessageView,
    /// When.
    pub now: Timestamp,
}

/// Where messages went: the APPENDUID and COPYUID of RFC 4315.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The folder they went to.
    pub mailbox: MailboxId,
    /// Its UIDVALIDITY.
    pub uid_validity: u32,
    /// UID before and after, in order; before is 0 for APPEND.
    pub uids: Vec<(u32, u32)>,
}

/// Room of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quota {
    /// Bytes in use, over all folders.
    pub used_bytes: u64,
    /// Bytes allowed; none is without limit.
    pub quota_bytes: Option<u64>,
}

impl Quota {
    /// Whether a message of that size still fits.
    pub fn has_room(self, size: u64) -> bool {
        self.quota_bytes
            .is_none_or(|quota| self.used_bytes.saturating_add(size) <= quota)
    }
}
