//! The selected mailbox as this session has told it to its client: what message numbers mean.

use crate::Flags;

/// One message of the selected mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its UID.
    pub uid: u32,
    /// Octets, as RFC822.SIZE.
    pub size_bytes: u64,
    /// Seconds since 1970.
    pub internal_date_s: i64,
    /// Modification sequence (RFC 7162).
    pub modseq: u64,
    /// Its flags.
    pub flags: Flags,
}

/// The whole mailbox at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// UIDVALIDITY.
    pub uid_validity: u32,
    /// The next UID.
    pub uid_next: u32,
    /// The highest modseq, where [`Question::Changes`](crate::Question::Changes) starts.
    pub highest_modseq: u64,
    /// Messages from this UID on are `\Recent` in this session (RFC 3501 §2.3.2). A store that
    /// does not keep this says `uid_next`.
    pub recent_from_uid: u32,
    /// The account may only read here (a shared mailbox), or EXAMINE asked so.
    pub read_only: bool,
    /// Ascending by UID.
    pub mails: Vec<Mail>,
}
