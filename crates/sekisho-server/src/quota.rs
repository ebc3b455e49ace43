//! Whether a mailbox has room, asked at each RCPT and therefore kept for a moment.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sekisho_store::{AccountId, Quota, Store, StoreFailure};

/// A mailbox may run over by what arrives within this time; the plan is not that exact.
const KEPT: Duration = Duration::from_secs(2);
/// Beyond this many accounts in two seconds the cache starts anew.
const ACCOUNTS_MAX: usize = 10_000;

pub(crate) struct QuotaCache {
    store: Store,
    known: Mutex<HashMap<AccountId, (Instant, Quota)>>,
}

impl QuotaCache {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            known: Mutex::new(HashMap::new()),
        }
    }

    /// Whether a message of `size` bytes fits.
    pub(crate) async fn has_room(
        &self,
        account: AccountId,
        size: u64,
    ) -> Result<bool, StoreFailure> {
        if let Some(quota) = self.fresh(account) {
            return Ok(quota.has_room(size));
        }
        let quota = self.store.read(move |reader| reader.quota(account)).await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= ACCOUNTS_MAX {
            known.clear();
        }
        known.insert(account, (Instant::now(), quota));
        Ok(quota.has_room(size))
    }

    fn fresh(&self, account: AccountId) -> Option<Quota> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(&account)
            .filter(|(at, _)| at.elapsed() < KEPT)
            .map(|(_, quota)| *quota)
    }
}
