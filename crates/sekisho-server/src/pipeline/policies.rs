//! The policy of each organisation, compiled once and again when it changes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sekisho_command::policy_of;
use sekisho_policy::{Policy, Preset};
use sekisho_store::{Store, StoreFailure, Tenant};

/// The policies in force.
pub struct Policies {
    standard: Arc<Policy>,
    known: RwLock<HashMap<Tenant, Arc<Policy>>>,
}

impl Default for Policies {
    fn default() -> Self {
        let standard = Arc::new(Policy::preset(Preset::Standard));
        Self {
            standard,
            known: RwLock::default(),
        }
    }
}

impl Policies {
    /// The policy of an organisation; the standard preset where it has none of its own.
    #[must_use]
    pub fn of(&self, tenant: Tenant) -> Arc<Policy> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.get(&tenant).unwrap_or(&self.standard))
    }

    /// Reads an organisation's policy anew. One that cannot be read leaves the one before in force: rather
    /// yesterday's rules than none.
    ///
    /// # Errors
    /// The store cannot be asked.
    pub async fn load(&self, store: &Store, tenant: Tenant) -> Result<(), StoreFailure> {
        match store.read(move |reader| policy_of(reader, tenant)).await {
            Ok(policy) => {
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                known.insert(tenant, Arc::new(policy));
                Ok(())
            }
            Err(StoreFailure::Damaged(why)) => {
                tracing::error!(%tenant, why, "the policy cannot be read; the one before stays in force");
                Ok(())
            }
            Err(failure) => Err(failure),
        }
    }
}
