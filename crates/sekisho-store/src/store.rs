//! The open store: commands here, questions at [`Reader`].

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tokio::sync::broadcast;

use crate::audit::{Actor, AuditEvent};
use crate::blob::spool::SpoolWriter;
use crate::changes::Change;
use crate::directory::{DirectoryChange, DirectoryMade};
use crate::durable::Durable;
use crate::failure::{OpenError, StoreFailure};
use crate::hold::{Cancel, Cancelled, Decide, Moved, QuarantineDecision};
use crate::ids::{AccountId, HoldId, MailId, MailboxId, RecipientId, Tenant};
use crate::mail::{NewMail, RefusedMail};
use crate::mailbox::{Append, FlagsSet, MailboxRow, Placed, SetFlags};
use crate::pending::Pending;
use crate::queue::{Claim, EntryOutcome, QueueDelete, QueueEntry, QueueReport, QueueScope};
use crate::reader::Reader;
use crate::settings::{NewWebSession, PutSetting};
use crate::trace::Step;

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Data directory; made if it is not there.
    pub dir: PathBuf,
    /// Below this much free space on the disk, new mail is answered `Full`, so that deleting still works.
    pub free_bytes_min: u64,
}

impl Options {
    /// A store in that directory, with the defaults.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            free_bytes_min: 64 << 20,
        }
    }
}

/// What compaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compacted {
    /// Segments rewritten and deleted.
    pub segments: u32,
    /// Large files deleted.
    pub files: u32,
    /// Bytes given back to the disk.
    pub freed_bytes: u64,
}

/// An open store. Cheap to clone; the last clone that goes closes it after the waiting commands.
#[derive(Debug, Clone)]
pub struct Store {}

impl Store {
    /// Opens or makes a store: takes the lock, cuts torn tails, brings the schema up to date.
    pub fn open(_options: Options) -> Result<Self, OpenError> {
        todo!()
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        todo!()
    }

    /// An id for a mail at the door. Rises always, also when the clock goes back.
    pub fn new_mail_id(&self, _now: Timestamp) -> MailId {
        todo!()
    }

    /// A file for a body above [`limits::LOG_BLOB_BYTES_MAX`](crate::limits::LOG_BLOB_BYTES_MAX) (blocking).
    pub fn spool(&self) -> std::io::Result<SpoolWriter> {
        todo!()
    }

    /// Announcements of changes after their commit.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        todo!()
    }

    /// Whether the store takes commands; the cause, if it has stopped.
    pub fn health(&self) -> Result<(), String> {
        todo!()
    }

    /// Stops taking commands, finishes those that wait and closes the database (blocking).
    pub fn close(&self) {
        todo!()
    }

    /// A reader of the pool (blocking; waits when all are in use).
    pub fn reader(&self) -> Result<Reader, StoreFailure> {
        todo!()
    }

    /// Runs questions on a thread where blocking is allowed.
    pub async fn read<T: Send + 'static>(
        &self,
        _ask: impl FnOnce(&Reader) -> Result<T, StoreFailure> + Send + 'static,
    ) -> Result<T, StoreFailure> {
        todo!()
    }

    // ── mail ──

    /// Takes a mail: content, envelope, each recipient's fate, steps and audit row in one transaction.
    pub fn accept(&self, _mail: NewMail) -> Pending<Durable> {
        todo!()
    }

    /// Notes a mail refused at the door, for the trace.
    pub fn record_refused(&self, _mail: RefusedMail) -> Pending<()> {
        todo!()
    }

    /// Adds a step to a mail's trace.
    pub fn add_step(&self, _tenant: Tenant, _mail: MailId, _step: Step) -> Pending<()> {
        todo!()
    }

    // ── hold, delay, quarantine ──

    /// Ends a hold, for all its held recipients as one. A second decision fails with `Decided`.
    pub fn decide(&self, _decide: Decide) -> Pending<Moved> {
        todo!()
    }

    /// Notes that the approver was reminded; the notices go out in the same transaction.
    pub fn hold_reminded(
        &self,
        _tenant: Tenant,
        _hold: HoldId,
        _now: Timestamp,
        _notices: Vec<NewMail>,
    ) -> Pending<()> {
        todo!()
    }

    /// Notes that the deputy was asked; the notices go out in the same transaction.
    pub fn hold_deputised(
        &self,
        _tenant: Tenant,
        _hold: HoldId,
        _now: Timestamp,
        _notices: Vec<NewMail>,
    ) -> Pending<()> {
        todo!()
    }

    /// Sends delayed mails onward whose time has come, at most `max`.
    pub fn release_delayed(&self, _now: Timestamp, _max: usize) -> Pending<Vec<Moved>> {
        todo!()
    }

    /// The sender takes a mail back: held and delayed recipients, and queued ones not being sent, stop.
    /// Excludes a claim of the same entry. Fails with `NotFound` for no such mail.
    pub fn cancel(&self, _cancel: Cancel) -> Pending<Cancelled> {
        todo!()
    }

    /// Releases or throws away quarantined recipients.
    pub fn decide_quarantine(&self, _decision: QuarantineDecision) -> Pending<Vec<Moved>> {
        todo!()
    }

    // ── queue ──

    /// Hands out entries that are due, those of one mail and destination together.
    pub fn claim(&self, _claim: Claim) -> Pending<Vec<QueueEntry>> {
        todo!()
    }

    /// Makes a lease longer while a large mail is being sent. Fails with `LeaseLost`.
    pub fn extend_lease(
        &self,
        _entries: Vec<(RecipientId, crate::queue::Lease)>,
        _until: Timestamp,
    ) -> Pending<()> {
        todo!()
    }

    /// Writes what came of attempts, with the DSNs. The outcomes are in the order of the reports.
    /// The notices are written if at least one report was written.
    pub fn report(&self, _report: QueueReport) -> Pending<Vec<EntryOutcome>> {
        todo!()
    }

    /// Makes entries due now, except those being sent. Returns how many.
    pub fn retry_now(
        &self,
        _tenant: Tenant,
        _scope: QueueScope,
        _actor: Actor,
        _now: Timestamp,
    ) -> Pending<u64> {
        todo!()
    }

    /// Ends entries by hand (state `bounced`), with the bounces given.
    pub fn delete_queued(&self, _delete: QueueDelete) -> Pending<Vec<EntryOutcome>> {
        todo!()
    }

    // ── mailboxes ──

    /// APPEND. Fails with `OverQuota`, or `NotFound` for the folder.
    pub fn append(&self, _append: Append) -> Pending<Placed> {
        todo!()
    }

    /// STORE.
    pub fn set_flags(&self, _set: SetFlags) -> Pending<FlagsSet> {
        todo!()
    }

    /// COPY. Fails with `OverQuota`, or `NotFound` for the folders; messages that are gone are passed over.
    pub fn copy(
        &self,
        _account: AccountId,
        _from: MailboxId,
        _uids: Vec<u32>,
        _to: MailboxId,
        _now: Timestamp,
    ) -> Pending<Placed> {
        todo!()
    }

    /// MOVE (RFC 6851), as one step.
    pub fn move_messages(
        &self,
        _account: AccountId,
        _from: MailboxId,
        _uids: Vec<u32>,
        _to: MailboxId,
        _now: Timestamp,
    ) -> Pending<Placed> {
        todo!()
    }

    /// EXPUNGE: messages with `\Deleted`, of those UIDs if given (RFC 4315). Returns the UIDs that went.
    pub fn expunge(
        &self,
        _account: AccountId,
        _mailbox: MailboxId,
        _uids: Option<Vec<u32>>,
        _now: Timestamp,
    ) -> Pending<Vec<u32>> {
        todo!()
    }

    /// CREATE, with the levels above. Fails with `Exists`.
    pub fn create_mailbox(
        &self,
        _account: AccountId,
        _name: String,
        _now: Timestamp,
    ) -> Pending<MailboxRow> {
        todo!()
    }

    /// RENAME with the levels below; INBOX is renamed as RFC 9051 §6.3.6 says.
    pub fn rename_mailbox(
        &self,
        _account: AccountId,
        _mailbox: MailboxId,
        _name: String,
        _now: Timestamp,
    ) -> Pending<()> {
        todo!()
    }

    /// DELETE with its messages. INBOX stays; one with levels below fails with `Invalid`.
    pub fn delete_mailbox(
        &self,
        _account: AccountId,
        _mailbox: MailboxId,
        _now: Timestamp,
    ) -> Pending<()> {
        todo!()
    }

    /// SUBSCRIBE, UNSUBSCRIBE.
    pub fn subscribe(
        &self,
        _account: AccountId,
        _mailbox: MailboxId,
        _subscribed: bool,
    ) -> Pending<()> {
        todo!()
    }

    // ── directory, settings, sessions, audit ──

    /// Changes the directory.
    pub fn change_directory(
        &self,
        _change: DirectoryChange,
        _actor: Actor,
        _now: Timestamp,
    ) -> Pending<DirectoryMade> {
        todo!()
    }

    /// Writes or deletes a setting.
    pub fn put_setting(&self, _put: PutSetting) -> Pending<()> {
        todo!()
    }

    /// Opens a web session.
    pub fn open_web_session(&self, _session: NewWebSession) -> Pending<()> {
        todo!()
    }

    /// Closes a web session (sign-out).
    pub fn close_web_session(
        &self,
        _tenant: Tenant,
        _token_hash: [u8; 32],
        _now: Timestamp,
    ) -> Pending<()> {
        todo!()
    }

    /// Closes all web sessions of an account (password changed, account taken over). Returns how many.
    pub fn close_web_sessions(
        &self,
        _tenant: Tenant,
        _account: AccountId,
        _actor: Actor,
        _now: Timestamp,
    ) -> Pending<u64> {
        todo!()
    }

    /// Deletes web sessions that have ended. Returns how many.
    pub fn clear_web_sessions(&self, _now: Timestamp) -> Pending<u64> {
        todo!()
    }

    /// Writes an event into the audit log.
    pub fn audit(&self, _event: AuditEvent) -> Pending<()> {
        todo!()
    }

    // ── upkeep ──

    /// Gives space of deleted contents back: one segment at a time, `max` at most.
    pub fn compact(&self, _max: usize) -> Pending<Compacted> {
        todo!()
    }
}
