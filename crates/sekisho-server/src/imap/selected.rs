//! The selected mailbox: which one, and whether it has changed.

use sekisho_store::{AccountId, MailboxId, MailboxRow};
use tokio::sync::watch;

pub(super) struct Selected {
    pub(super) account: AccountId,
    pub(super) mailbox: MailboxId,
    pub(super) uid_validity: u32,
    /// Messages from this UID on are new to the session.
    pub(super) uid_next: u32,
    /// EXAMINE.
    pub(super) read_only: bool,
    changes: watch::Receiver<()>,
}

impl Selected {
    /// `changes` was subscribed to before the mailbox was read, so that no change falls between.
    pub(super) fn new(row: &MailboxRow, read_only: bool, changes: watch::Receiver<()>) -> Self {
        let (account, mailbox) = (row.account, row.id);
        Self {
            account,
            mailbox,
            uid_validity: row.uid_validity,
            uid_next: row.uid_next,
            read_only,
            changes,
        }
    }

    /// Returns when something has changed in this mailbox.
    pub(super) async fn changed(&mut self) {
        if self.changes.changed().await.is_err() {
            // Nobody tells any more: the server ends.
            std::future::pending::<()>().await;
        }
    }
}
