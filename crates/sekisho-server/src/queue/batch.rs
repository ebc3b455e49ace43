//! One mail's recipients for one destination, and the leases that we hold.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use sekisho_store::{Lease, MailId, QueueEntry, RecipientId, Tenant};

use crate::limits::{OUT_LEASE, OUT_RECIPIENTS_PER_TRANSACTION};

/// What goes in one SMTP transaction. Dropping it lets its leases run out: what was not reported comes due again.
pub(super) struct Batch {
    pub(super) tenant: Tenant,
    pub(super) mail: MailId,
    pub(super) destination: String,
    /// At least one.
    pub(super) entries: Vec<QueueEntry>,
    in_hand: InHand,
}

impl Batch {
    pub(super) fn ids(&self) -> impl Iterator<Item = RecipientId> + Clone {
        self.entries.iter().map(|entry| entry.id)
    }

    /// The lease that a report of this entry needs now.
    pub(super) fn lease(&self, entry: &QueueEntry) -> Lease {
        let held = self.in_hand.lock();
        held.get(&entry.id)
            .filter(|held| held.owner == entry.lease)
            .map_or(entry.lease, |held| held.lease)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let mut held = self.in_hand.lock();
        for entry in &self.entries {
            // After its report it may be in other hands already.
            if held
                .get(&entry.id)
                .is_some_and(|held| held.owner == entry.lease)
            {
                held.remove(&entry.id);
            }
        }
    }
}

/// A claimed entry.
struct Held {
    lease: Lease,
    until: Timestamp,
    /// The lease that it was first claimed with, and so the batch that it is in.
    owner: Lease,
}

/// Claimed entries and until when they are ours.
#[derive(Clone, Default)]
pub(super) struct InHand(Arc<Mutex<HashMap<RecipientId, Held>>>);

impl InHand {
    fn lock(&self) -> MutexGuard<'_, HashMap<RecipientId, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Puts what was claimed into transactions.
    pub(super) fn batches(&self, entries: Vec<QueueEntry>, until: Timestamp) -> Vec<Batch> {
        let mut batches: Vec<Batch> = Vec::new();
        for entry in entries {
            if !self.take(&entry, until) {
                continue;
            }
            match batches.last_mut().filter(|batch| fits(batch, &entry)) {
                Some(batch) => batch.entries.push(entry),
                None => batches.push(Batch {
                    tenant: entry.tenant,
                    mail: entry.id.mail,
                    destination: entry.destination.clone(),
                    entries: vec![entry],
                    in_hand: self.clone(),
                }),
            }
        }
        batches
    }

    /// Whether the entry is new in our hands. A clock that jumps ahead ends the leases of what is under way: such an
    /// entry is claimed a second time, and goes on where it is, with the new lease.
    fn take(&self, entry: &QueueEntry, until: Timestamp) -> bool {
        let mut held = self.lock();
        match held.entry(entry.id) {
            Entry::Occupied(mut place) => {
                let held = place.get_mut();
                (held.lease, held.until) = (entry.lease, until);
                false
            }
            Entry::Vacant(place) => {
                place.insert(Held {
                    lease: entry.lease,
                    until,
                    owner: entry.lease,
                });
                true
            }
        }
    }

    /// Those whose lease has less than two thirds left.
    pub(super) fn to_renew(&self, now: Timestamp) -> Vec<(RecipientId, Lease)> {
        let enough = now + OUT_LEASE * 2 / 3;
        let held = self.lock();
        held.iter()
            .filter(|(_, held)| held.until < enough)
            .map(|(id, held)| (*id, held.lease))
            .collect()
    }

    pub(super) fn renewed(&self, entries: &[(RecipientId, Lease)], until: Timestamp) {
        let mut held = self.lock();
        for (id, lease) in entries {
            if let Some(place) = held.get_mut(id).filter(|place| place.lease == *lease) {
                place.until = until;
            }
        }
    }
}

/// A recipient whose address needs SMTPUTF8 goes by itself: a server that cannot take it must still get the others.
fn fits(batch: &Batch, entry: &QueueEntry) -> bool {
    let first = batch.entries.first();
    batch.mail == entry.id.mail
        && batch.destination == entry.destination
        && batch.entries.len() < OUT_RECIPIENTS_PER_TRANSACTION
        && first.is_some_and(|first| first.address.is_ascii() == entry.address.is_ascii())
}
