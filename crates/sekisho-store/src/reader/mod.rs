//! Questions to the store. All block for a moment: call them on a thread where that is allowed, or by `Store::read`.

use bytes::Bytes;
use jiff::Timestamp;

use crate::audit::{AuditCheck, AuditQuery, AuditRow};
use crate::content::BlobRef;
use crate::directory::DirectoryRows;
use crate::failure::StoreFailure;
use crate::hold::{DelayRow, HoldDue, HoldQuery, HoldRow, QuarantineQuery, QuarantineRow};
use crate::ids::{AccountId, HoldId, MailId, MailboxId, Tenant};
use crate::mailbox::{Folder, MailboxChanges, MailboxRow, MessageRow, Quota, Snapshot};
use crate::queue::{DestinationRow, QueueRow};
use crate::settings::{SettingRow, WebSessionRow};
use crate::trace::{MailStory, TraceQuery, Traced};

/// A read connection, given back to the pool when dropped. Sees all that was committed when a question is asked.
#[derive(Debug)]
pub struct Reader {}

/// How many mails are where; for health, metrics and `doctor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Queue entries.
    pub queued: u64,
    /// Open holds.
    pub held: u64,
    /// Delayed mails.
    pub delayed: u64,
    /// Quarantined recipients.
    pub quarantined: u64,
    /// When the oldest queue entry that is due became due.
    pub oldest_due_at: Option<Timestamp>,
}

impl Reader {
    // ── content ──

    /// A stored content. From the log: read and checked against its SHA-256. Large: mapped, not read.
    pub fn content(&self, _content: BlobRef) -> Result<Bytes, StoreFailure> {
        todo!()
    }

    /// The content of a mail that still waits (held, delayed, quarantined, queued).
    pub fn mail_content(&self, _tenant: Tenant, _mail: MailId) -> Result<Bytes, StoreFailure> {
        todo!()
    }

    /// Reads every content and compares it with its SHA-256; calls `damaged` for each hurt one with the mails
    /// and mailbox messages that lose by it. Returns how many were read.
    pub fn check_contents(&self, _damaged: &mut dyn FnMut(String)) -> Result<u64, StoreFailure> {
        todo!()
    }

    // ── mailboxes ──

    /// The folders of an account, INBOX first, then by name.
    pub fn mailboxes(&self, _account: AccountId) -> Result<Vec<MailboxRow>, StoreFailure> {
        todo!()
    }

    /// One folder by use or name.
    pub fn mailbox(
        &self,
        _account: AccountId,
        _folder: &Folder,
    ) -> Result<MailboxRow, StoreFailure> {
        todo!()
    }

    /// SELECT.
    pub fn snapshot(
        &self,
        _account: AccountId,
        _mailbox: MailboxId,
    ) -> Result<Snapshot, StoreFailure> {
        todo!()
    }

    /// What changed since `modseq`.
    pub fn changes_since(
        &self,
        _account: AccountId,
        _mailbox: MailboxId,
        _modseq: u64,
    ) -> Result<MailboxChanges, StoreFailure> {
        todo!()
    }

    /// Messages with what lists show, by rising UID; those that are gone are left out.
    pub fn messages(
        &self,
        _account: AccountId,
        _mailbox: MailboxId,
        _uids: &[u32],
    ) -> Result<Vec<MessageRow>, StoreFailure> {
        todo!()
    }

    /// Room of an account.
    pub fn quota(&self, _account: AccountId) -> Result<Quota, StoreFailure> {
        todo!()
    }

    // ── waiting mail ──

    /// Holds, the newest first.
    pub fn holds(
        &self,
        _tenant: Tenant,
        _query: &HoldQuery,
        _now: Timestamp,
    ) -> Result<Vec<HoldRow>, StoreFailure> {
        todo!()
    }

    /// One hold.
    pub fn hold(&self, _tenant: Tenant, _hold: HoldId) -> Result<HoldRow, StoreFailure> {
        todo!()
    }

    /// The hold of the token in a notice's link.
    pub fn hold_by_token(&self, _token_hash: &[u8; 32]) -> Result<HoldRow, StoreFailure> {
        todo!()
    }

    /// The hold of a mail, if it has or had one.
    pub fn hold_of_mail(&self, _tenant: Tenant, _mail: MailId) -> Result<HoldRow, StoreFailure> {
        todo!()
    }

    /// Holds of all tenants on which something is due, the most urgent first.
    pub fn holds_due(
        &self,
        _now: Timestamp,
        _max: usize,
    ) -> Result<Vec<(HoldDue, HoldRow)>, StoreFailure> {
        todo!()
    }

    /// When the next reminder, deputy or deadline is.
    pub fn next_hold_due(&self) -> Result<Option<Timestamp>, StoreFailure> {
        todo!()
    }

    /// Delayed mails, of one sender if given, the next to go first.
    pub fn delayed(
        &self,
        _tenant: Tenant,
        _sender: Option<AccountId>,
    ) -> Result<Vec<DelayRow>, StoreFailure> {
        todo!()
    }

    /// When the next delayed mail goes.
    pub fn next_delay(&self) -> Result<Option<Timestamp>, StoreFailure> {
        todo!()
    }

    /// Quarantined mail, the newest first.
    pub fn quarantined(
        &self,
        _tenant: Tenant,
        _query: &QuarantineQuery,
    ) -> Result<Vec<QuarantineRow>, StoreFailure> {
        todo!()
    }

    // ── queue ──

    /// The queue of a tenant, the next to go first.
    pub fn queue(&self, _tenant: Tenant, _limit: usize) -> Result<Vec<QueueRow>, StoreFailure> {
        todo!()
    }

    /// What waits for each destination, of all tenants when none is given.
    pub fn destinations(
        &self,
        _tenant: Option<Tenant>,
    ) -> Result<Vec<DestinationRow>, StoreFailure> {
        todo!()
    }

    /// When the next entry is due, or its lease ends.
    pub fn next_queue_due(&self) -> Result<Option<Timestamp>, StoreFailure> {
        todo!()
    }

    // ── trace, audit ──

    /// Searches mails; the newest first.
    pub fn trace(&self, _tenant: Tenant, _query: &TraceQuery) -> Result<Vec<Traced>, StoreFailure> {
        todo!()
    }

    /// Everything of one mail.
    pub fn story(&self, _tenant: Tenant, _mail: MailId) -> Result<MailStory, StoreFailure> {
        todo!()
    }

    /// Searches the audit log; the newest first.
    pub fn audit(
        &self,
        _tenant: Tenant,
        _query: &AuditQuery,
    ) -> Result<Vec<AuditRow>, StoreFailure> {
        todo!()
    }

    /// Checks the audit chain of a tenant from its first row.
    pub fn verify_audit(&self, _tenant: Tenant) -> Result<AuditCheck, StoreFailure> {
        todo!()
    }

    // ── directory, settings, sessions ──

    /// The whole directory.
    pub fn directory(&self) -> Result<DirectoryRows, StoreFailure> {
        todo!()
    }

    /// A setting.
    pub fn setting(&self, _tenant: Tenant, _key: &str) -> Result<Option<SettingRow>, StoreFailure> {
        todo!()
    }

    /// Settings whose names begin so, by name.
    pub fn settings(
        &self,
        _tenant: Tenant,
        _prefix: &str,
    ) -> Result<Vec<SettingRow>, StoreFailure> {
        todo!()
    }

    /// An open web session that has not ended.
    pub fn web_session(
        &self,
        _token_hash: &[u8; 32],
        _now: Timestamp,
    ) -> Result<Option<WebSessionRow>, StoreFailure> {
        todo!()
    }

    /// The open web sessions of an account, the newest first.
    pub fn web_sessions(
        &self,
        _account: AccountId,
        _now: Timestamp,
    ) -> Result<Vec<WebSessionRow>, StoreFailure> {
        todo!()
    }

    // ── numbers ──

    /// What waits, over all tenants.
    pub fn counts(&self) -> Result<Counts, StoreFailure> {
        todo!()
    }
}
