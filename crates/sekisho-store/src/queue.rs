//! The outbound queue: entries are claimed with a lease and reported on; a lost worker's entries come due again.

use jiff::Timestamp;
use serde::Serialize;

use crate::audit::Actor;
use crate::content::BlobRef;
use crate::ids::{MailId, RecipientId, Tenant};
use crate::mail::{BodyKind, NewMail, Notify, RecipientState};

/// What to claim.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The moment; what is due by then is handed out.
    pub now: Timestamp,
    /// Until when the entries are ours alone. After that they are due again.
    pub lease_until: Timestamp,
    /// At most so many entries.
    pub max: usize,
    /// Only this destination; none for any.
    pub destination: Option<String>,
    /// Not these destinations: they have their full number of connections already.
    pub skip: Vec<String>,
}

/// Proof of a claim. A later claim of the same entry makes it void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease(pub(crate) i64);

/// One recipient to send to. Those of one mail and destination come together.
#[derive(Debug, Clone)]
pub struct QueueEntry {
    /// Which recipient.
    pub id: RecipientId,
    /// Whose.
    pub tenant: Tenant,
    /// The lease.
    pub lease: Lease,
    /// Destination as queued.
    pub destination: String,
    /// Address for RCPT.
    pub address: String,
    /// DSN ORCPT.
    pub original: Option<String>,
    /// DSN NOTIFY.
    pub notify: Notify,
    /// Reverse-path; `None` is `<>`.
    pub reverse_path: Option<String>,
    /// DSN RET.
    pub return_full: bool,
    /// DSN ENVID.
    pub envelope_id: Option<String>,
    /// Body kind.
    pub body_kind: BodyKind,
    /// SMTPUTF8.
    pub smtputf8: bool,
    /// The content, for `Reader::content`.
    pub content: BlobRef,
    /// Attempts so far.
    pub attempts: u32,
    /// Since when it is in the queue.
    pub queued_at: Timestamp,
    /// When the queue gives up.
    pub expires_at: Timestamp,
    /// Whether a delay notice went out.
    pub delay_noticed: bool,
    /// The reply to the last attempt.
    pub last_reply: Option<String>,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The far side took it.
    Sent {
        /// Its reply.
        reply: String,
        /// It knows no DSN: "relayed" is reported (RFC 3461 §6.2.2).
        relayed: bool,
    },
    /// Not now.
    Deferred {
        /// The reply or the cause.
        reply: String,
        /// The next attempt.
        next_at: Timestamp,
        /// A delay notice is among the report's notices: not to be sent again.
        delay_noticed: bool,
    },
    /// Refused for good.
    Failed {
        /// The reply or the cause.
        reply: String,
    },
    /// Time ran out.
    Expired {
        /// The last reply or cause.
        reply: String,
    },
    /// Not tried (shut-down, no connection free): due again at once, the attempt is not counted.
    NotTried,
}

/// The report on one entry.
#[derive(Debug)]
pub struct AttemptReport {
    /// Which recipient.
    pub id: RecipientId,
    /// The lease of the claim.
    pub lease: Lease,
    /// Who answered: `mx.example.jp [192.0.2.1]`, or empty.
    pub remote: String,
    /// What came of it.
    pub attempt: Attempt,
}

/// Reports of one mail with the notices (DSN) that they call for, in one transaction: a bounce and its DSN
/// cannot be told apart by a crash.
#[derive(Debug)]
pub struct QueueReport {
    /// The reports, all of one tenant.
    pub reports: Vec<AttemptReport>,
    /// Whose.
    pub tenant: Tenant,
    /// When.
    pub now: Timestamp,
    /// DSNs to write along.
    pub notices: Vec<NewMail>,
}

/// A line of the queue's list.
#[derive(Debug, Clone, Serialize)]
pub struct QueueRow {
    /// Which recipient.
    pub id: RecipientId,
    /// Destination.
    pub destination: String,
    /// Address.
    pub address: String,
    /// Reverse-path; `None` is `<>`.
    pub reverse_path: Option<String>,
    /// Subject.
    pub subject: String,
    /// Bytes of the message.
    pub size: u64,
    /// Since when.
    pub queued_at: Timestamp,
    /// The next attempt; while `sending`, the end of the lease.
    pub next_at: Timestamp,
    /// When the queue gives up.
    pub expires_at: Timestamp,
    /// Attempts so far.
    pub attempts: u32,
    /// The last reply or cause.
    pub last_reply: Option<String>,
    /// Claimed at this moment.
    pub sending: bool,
}

/// How much waits for one destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DestinationRow {
    /// Which.
    pub destination: String,
    /// Entries.
    pub entries: u64,
    /// The oldest.
    pub oldest: Timestamp,
    /// The next attempt.
    pub next_at: Timestamp,
}

/// Which entries an administrator means.
#[derive(Debug, Clone)]
pub enum QueueScope {
    /// One recipient.
    Recipient(RecipientId),
    /// All of one mail.
    Mail(MailId),
    /// All for one destination.
    Destination(String),
    /// All of the tenant.
    All,
}

/// An administrator ends entries; the sender gets a bounce.
#[derive(Debug)]
pub struct QueueDelete {
    /// Which recipients; those that are being sent or gone are left and named in the answer.
    pub recipients: Vec<RecipientId>,
    /// Whose.
    pub tenant: Tenant,
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
    /// DSNs to write along; none for a silent delete.
    pub notices: Vec<NewMail>,
}

/// What a report or delete did to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryOutcome {
    /// Written; the recipient's state now.
    Written(RecipientState),
    /// The lease was lost before: another worker has the entry, nothing changed.
    LeaseLost,
    /// Nothing to do: the recipient has that state already.
    Already(RecipientState),
    /// No such entry.
    NotFound,
}
