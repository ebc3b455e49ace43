//! Who looks at which mailbox. One task follows the store and wakes only those: with every session following it,
//! each mail would wake every idle client.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sekisho_store::{AccountId, Change, MailboxId};
use tokio::sync::watch;

/// Wakes sessions.
#[derive(Default)]
pub(crate) struct Watchers(Mutex<HashMap<AccountId, HashMap<MailboxId, watch::Sender<()>>>>);

impl Watchers {
    /// Wakes at changes from now on; so it is called before the mailbox is read.
    pub(super) fn watch(&self, account: AccountId, mailbox: MailboxId) -> watch::Receiver<()> {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mailboxes = accounts.entry(account).or_default();
        mailboxes
            .entry(mailbox)
            .or_insert_with(|| watch::channel(()).0)
            .subscribe()
    }

    /// The store tells of a change.
    pub(crate) fn tell(&self, change: &Change) {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (account, mailbox) = match change {
            Change::Mailbox {
                account, mailbox, ..
            } => (account, Some(mailbox)),
            Change::Folders { account } => (account, None),
            _ => return,
        };
        let Some(mailboxes) = accounts.get_mut(account) else {
            return;
        };
        mailboxes.retain(|watched, sender| {
            let meant = mailbox.is_none_or(|mailbox| mailbox == watched);
            // Nobody listens any more: forget it.
            !meant || sender.send(()).is_ok()
        });
        if mailboxes.is_empty() {
            accounts.remove(account);
        }
    }

    /// Some changes were missed: everybody looks.
    pub(crate) fn tell_all(&self) {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.retain(|_, mailboxes| {
            mailboxes.retain(|_, sender| sender.send(()).is_ok());
            !mailboxes.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(account: i64, mailbox: i64) -> Change {
        Change::Mailbox {
            account: AccountId(account),
            mailbox: MailboxId(mailbox),
            modseq: 1,
        }
    }

    #[test]
    fn only_those_who_look_are_woken_and_those_who_left_are_forgotten() {
        let watchers = Watchers::default();
        let one = watchers.watch(AccountId(1), MailboxId(1));
        let other = watchers.watch(AccountId(1), MailboxId(2));
        watchers.tell(&change(1, 1));
        assert!(one.has_changed().unwrap());
        assert!(!other.has_changed().unwrap());
        watchers.tell(&Change::Folders {
            account: AccountId(1),
        });
        assert!(other.has_changed().unwrap());
        drop((one, other));
        watchers.tell(&change(1, 2));
        watchers.tell_all();
        assert!(watchers.0.lock().unwrap().is_empty());
    }
}
