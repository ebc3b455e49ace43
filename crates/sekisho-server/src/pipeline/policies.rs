//! The policy of each organisation: TOML text in the store, compiled once and again when it changes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sekisho_policy::{Policy, Preset};
use sekisho_store::{Store, StoreFailure, Tenant};

/// The name of the setting that holds an organisation's policy as TOML.
pub const POLICY_SETTING: &str = "policy";

/// The policies in force.
pub struct Policies {
    standard: Arc<Policy>,
    known: RwLock<HashMap<Tenant, Arc<Policy>>>,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            standard: Arc::new(Policy::preset(Preset::Standard)),
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

    /// Reads an organisation's policy anew. One that cannot be read leaves the old one in force: rather yesterday's
    /// rules than none.
    ///
    /// # Errors
    /// The store cannot be asked.
    pub async fn load(&self, store: &Store, tenant: Tenant) -> Result<(), StoreFailure> {
        let row = store
            .read(move |reader| reader.setting(tenant, POLICY_SETTING))
            .await?;
        let policy = match &row {
            None => Arc::clone(&self.standard),
            Some(row) => match str::from_utf8(&row.value).map(Policy::parse) {
                Ok(Ok(policy)) => Arc::new(policy),
                Ok(Err(error)) => {
                    tracing::error!(%tenant, %error, "the policy cannot be read; the one before stays in force");
                    return Ok(());
                }
                Err(_) => {
                    tracing::error!(%tenant, "the policy is not UTF-8; the one before stays in force");
                    return Ok(());
                }
            },
        };
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(tenant, policy);
        Ok(())
    }
}
