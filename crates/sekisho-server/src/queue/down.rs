//! Destinations that did not answer: left alone for a while, so that a dead host is not tried for each mail.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sekisho_smtp::client::RemoteReply;
use sekisho_store::RecipientId;

use super::lanes::LaneKey;
use crate::limits::{OUT_DOWN_MAX, OUT_DOWN_S_MAX, OUT_DOWN_S_MIN};

/// What is known of dead destinations. In memory only: after a restart everything may be tried.
#[derive(Default)]
pub(super) struct Down(Mutex<HashMap<LaneKey, Silence>>);

struct Silence {
    until: Timestamp,
    failures: u32,
    why: RemoteReply,
    /// Who was put off in this time. One of these that is due before the time is over was asked for by hand.
    put_off: HashSet<RecipientId>,
}

impl Down {
    /// Until when a destination is left alone, and why; none when these recipients may try.
    pub(super) fn until(
        &self,
        lane: &LaneKey,
        now: Timestamp,
        recipients: impl Iterator<Item = RecipientId> + Clone,
    ) -> Option<(Timestamp, RemoteReply)> {
        let mut down = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let silence = down.get_mut(lane).filter(|silence| now < silence.until)?;
        if recipients.clone().any(|id| silence.put_off.contains(&id)) {
            return None;
        }
        if silence.put_off.len() < OUT_DOWN_MAX {
            silence.put_off.extend(recipients);
        }
        Some((silence.until, silence.why.clone()))
    }

    /// No host of the destination could be talked to.
    pub(super) fn failed(
        &self,
        lane: &LaneKey,
        now: Timestamp,
        why: &RemoteReply,
        recipients: impl Iterator<Item = RecipientId>,
    ) {
        let mut down = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if down.len() >= OUT_DOWN_MAX && !down.contains_key(lane) {
            down.retain(|_, silence| now < silence.until);
            if down.len() >= OUT_DOWN_MAX {
                return;
            }
        }
        let silence = down.entry(lane.clone()).or_insert_with(|| Silence {
            until: now,
            failures: 0,
            why: why.clone(),
            put_off: HashSet::new(),
        });
        // Several connections fail together; that is one failure.
        if now >= silence.until {
            let wait_s = OUT_DOWN_S_MIN << silence.failures.min(10);
            silence.until = now
                .checked_add(SignedDuration::from_secs(wait_s.min(OUT_DOWN_S_MAX)))
                .unwrap_or(now);
            silence.failures = silence.failures.saturating_add(1);
            silence.put_off.clear();
        }
        silence.why = why.clone();
        if silence.put_off.len() < OUT_DOWN_MAX {
            silence.put_off.extend(recipients);
        }
    }

    /// Somebody answered.
    pub(super) fn answers(&self, lane: &LaneKey) {
        let mut down = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        down.remove(lane);
    }
}
