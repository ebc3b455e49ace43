//! What the phishing filter protects, taken from the directory once a change of it.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use sekisho_address::Domain;
use sekisho_directory::{Roles, Snapshot};
use sekisho_phish::{Knowledge, Person};
use sekisho_store::Tenant;

/// Knowledge of each organisation, made at its first mail after the directory changed.
#[derive(Default)]
pub(super) struct Protected {
    made: Mutex<Vec<Made>>,
}

struct Made {
    /// Keeps the allocation, so that no later snapshot can have the same address.
    snapshot: Weak<Snapshot>,
    tenant: Tenant,
    knowledge: Arc<Knowledge>,
}

impl Protected {
    pub(super) fn of(&self, snapshot: &Arc<Snapshot>, tenant: Tenant) -> Arc<Knowledge> {
        let is_of = |made: &Made| Weak::as_ptr(&made.snapshot) == Arc::as_ptr(snapshot);
        let mut all = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all
            .iter()
            .find(|made| made.tenant == tenant && is_of(made))
            .map(|made| Arc::clone(&made.knowledge));
        if let Some(known) = known {
            return known;
        }
        all.retain(|made| is_of(made) || made.snapshot.strong_count() > 0);
        let knowledge = Arc::new(knowledge(snapshot, tenant));
        all.push(Made {
            snapshot: Arc::downgrade(snapshot),
            tenant,
            knowledge: Arc::clone(&knowledge),
        });
        knowledge
    }
}

/// The organisation's domains, and the people whose word moves money: managers and administrators.
fn knowledge(snapshot: &Snapshot, tenant: Tenant) -> Knowledge {
    let domains: Vec<Domain> = snapshot
        .domains(tenant)
        .iter()
        .filter_map(|row| Domain::from_dns(&row.name).ok())
        .collect();
    let mut knowledge = Knowledge::of(&domains);
    for account in snapshot.accounts(tenant) {
        let leads = account.roles.contains(Roles::MANAGER) || account.roles.contains(Roles::ADMIN);
        if leads && account.enabled && !account.name.is_empty() {
            knowledge.add_person(Person {
                name: account.name.clone(),
                address: Some(account.address.clone()),
                ..Person::default()
            });
        }
    }
    knowledge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_once_a_snapshot() {
        let protected = Protected::default();
        let (first, tenant) = (Arc::new(Snapshot::default()), Tenant(1));
        let made = protected.of(&first, tenant);
        assert!(Arc::ptr_eq(&made, &protected.of(&first, tenant)));
        assert!(!Arc::ptr_eq(&made, &protected.of(&first, Tenant(2))));
        drop(first);
        let second = Arc::new(Snapshot::default());
        assert!(!Arc::ptr_eq(&made, &protected.of(&second, tenant)));
        assert_eq!(protected.made.lock().unwrap().len(), 1);
    }
}
