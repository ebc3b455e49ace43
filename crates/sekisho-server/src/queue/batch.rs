//! One mail's recipients for one destination, and the leases that we hold.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

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
}

impl Drop for Batch {
    fn drop(&mut self) {
        let mut held = self.in_hand.lock();
        for entry in &self.entries {
            // It may have been claimed again in the meantime.
            if held
                .get(&entry.id)
                .is_some_and(|(lease, _)| *lease == entry.lease)
            {
                held.remove(&entry.id);
            }
        }
    }
}

/// Claimed entries and until when they are ours.
#[derive(Clone, Default)]
pub(super) struct InHand(Arc<Mutex<HashMap<RecipientId, (Lease, Timestamp)>>>);

impl InHand {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<RecipientId, (Lease, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Puts what was claimed into transactions.
    pub(super) fn batches(&self, entries: Vec<QueueEntry>, until: Timestamp) -> Vec<Batch> {
        {
            let mut held = self.lock();
            for entry in &entries {
                held.insert(entry.id, (entry.lease, until));
            }
        }
        let mut batches: Vec<Batch> = Vec::new();
        for entry in entries {
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

    /// Those whose lease has less than two thirds left.
    pub(super) fn to_renew(&self, now: Timestamp) -> Vec<(RecipientId, Lease)> {
        let enough = now + OUT_LEASE * 2 / 3;
        let held = self.lock();
        held.iter()
            .filter(|(_, (_, until))| *until < enough)
            .map(|(id, (lease, _))| (*id, *lease))
            .collect()
    }

    pub(super) fn renewed(&self, entries: &[(RecipientId, Lease)], until: Timestamp) {
        let mut held = self.lock();
        for (id, lease) in entries {
            if let Some(place) = held.get_mut(id).filter(|place| place.0 == *lease) {
                place.1 = until;
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
