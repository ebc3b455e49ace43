//! One POP3 session a maildrop (RFC 1939 §4).

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use sekisho_store::AccountId;

/// Who is in.
#[derive(Clone, Default)]
pub(crate) struct MaildropLocks(Arc<Mutex<HashSet<AccountId>>>);

/// Held while the session lives.
pub(crate) struct MaildropLock {
    locks: MaildropLocks,
    account: AccountId,
}

impl MaildropLocks {
    /// `None` while another session has it.
    pub(crate) fn lock(&self, account: AccountId) -> Option<MaildropLock> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(account).then(|| MaildropLock {
            locks: self.clone(),
            account,
        })
    }
}

impl Drop for MaildropLock {
    fn drop(&mut self) {
        self.locks
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let locks = MaildropLocks::default();
        let first = locks.lock(AccountId(1)).unwrap();
        assert!(locks.lock(AccountId(1)).is_none());
        assert!(locks.lock(AccountId(2)).is_some());
        drop(first);
        assert!(locks.lock(AccountId(1)).is_some());
    }
}
