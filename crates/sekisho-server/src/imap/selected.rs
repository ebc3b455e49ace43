//! The selected mailbox: which one, and whether it has changed.

use sekisho_store::{AccountId, Change, MailboxId, MailboxRow};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

pub(super) struct Selected {
    pub(super) account: AccountId,
    pub(super) mailbox: MailboxId,
    pub(super) uid_validity: u32,
    /// Messages from this UID on are new to the session.
    pub(super) uid_next: u32,
    changes: broadcast::Receiver<Change>,
}

impl Selected {
    /// `changes` was subscribed to before the mailbox was read, so that no change falls between.
    pub(super) fn new(row: &MailboxRow, changes: broadcast::Receiver<Change>) -> Self {
        let (account, mailbox) = (row.account, row.id);
        Self {
            account,
            mailbox,
            uid_validity: row.uid_validity,
            uid_next: row.uid_next,
            changes,
        }
    }

    /// Returns when something has changed in this mailbox.
    pub(super) async fn changed(&mut self) {
        loop {
            match self.changes.recv().await {
                Ok(Change::Mailbox {
                    account, mailbox, ..
                }) if self.is(account, mailbox) => return,
                Ok(Change::Folders { account }) if account == self.account => return,
                Ok(_) => {}
                // Some were missed: look.
                Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    fn is(&self, account: AccountId, mailbox: MailboxId) -> bool {
        account == self.account && mailbox == self.mailbox
    }
}
