//! Lanes: connections and waiting mail by destination, within the limits of each and of all.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sekisho_store::Tenant;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::batch::Batch;
use super::destination::Hop;
use crate::limits::{OUT_CONNECTIONS_UNPROVEN_MAX, OUT_WAITING_PER_DESTINATION_MAX};

/// What connections are counted by: a domain, or the next server of an organisation's route.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct LaneKey {
    /// A route has a sign-in, so it is never shared between organisations.
    pub(super) tenant: Option<Tenant>,
    pub(super) name: String,
}

impl fmt::Display for LaneKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A mail with the way that it takes.
pub(super) struct Load {
    pub(super) lane: LaneKey,
    pub(super) hop: Hop,
    pub(super) batch: Batch,
}

/// What became of a mail that was put in its lane.
pub(super) enum Placed {
    /// A worker will take it.
    Waits,
    /// A new worker is to begin with this.
    Start(Box<Load>),
    /// The lane is full: back to the store with it.
    Full(Box<Load>),
}

#[derive(Default)]
struct Lane {
    waiting: VecDeque<Load>,
    workers: usize,
    idle: usize,
    wake: Arc<Notify>,
    /// A host has answered.
    proven: bool,
    /// Destinations not to claim for until there is room.
    skipped: HashSet<String>,
}

#[derive(Default)]
struct Inner {
    lanes: HashMap<LaneKey, Lane>,
    workers: usize,
    draining: bool,
}

/// All lanes.
pub(super) struct Lanes {
    inner: Mutex<Inner>,
    workers_max: usize,
    workers_per_lane_max: usize,
    /// Told when a full lane has room, and when a worker ends.
    pub(super) room: Notify,
}

impl Lanes {
    pub(super) fn new(workers_max: usize, workers_per_lane_max: usize) -> Self {
        Self {
            inner: Mutex::default(),
            workers_max: workers_max.max(1),
            workers_per_lane_max: workers_per_lane_max.max(1),
            room: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lane_max(&self, lane: &Lane) -> usize {
        if lane.proven {
            self.workers_per_lane_max
        } else {
            self.workers_per_lane_max.min(OUT_CONNECTIONS_UNPROVEN_MAX)
        }
    }

    /// Puts a mail into its lane.
    pub(super) fn place(&self, load: Load) -> Placed {
        let mut inner = self.lock();
        if inner.draining {
            return Placed::Full(Box::new(load));
        }
        let workers = inner.workers;
        let lane = inner.lanes.entry(load.lane.clone()).or_default();
        if lane.waiting.len() < lane.idle {
            lane.waiting.push_back(load);
            lane.wake.notify_one();
            return Placed::Waits;
        }
        if lane.workers < self.lane_max(lane) && workers < self.workers_max {
            lane.workers += 1;
            lane.waiting.push_back(load);
            let first = lane.waiting.pop_front();
            inner.workers += 1;
            return first.map_or(Placed::Waits, |load| Placed::Start(Box::new(load)));
        }
        if lane.waiting.len() >= OUT_WAITING_PER_DESTINATION_MAX {
            lane.skipped.insert(load.batch.destination.clone());
            return Placed::Full(Box::new(load));
        }
        lane.waiting.push_back(load);
        Placed::Waits
    }

    /// A host of the lane has answered: more connections may be opened. Hands out what they begin with.
    pub(super) fn proven(&self, key: &LaneKey) -> Vec<Load> {
        let mut inner = self.lock();
        let mut free = self.workers_max.saturating_sub(inner.workers);
        let Some(lane) = inner.lanes.get_mut(key) else {
            return Vec::new();
        };
        lane.proven = true;
        let mut begin = Vec::new();
        while free > 0 && lane.workers < self.workers_per_lane_max {
            let Some(load) = lane.waiting.pop_front() else {
                break;
            };
            lane.workers += 1;
            free -= 1;
            begin.push(load);
        }
        inner.workers += begin.len();
        begin
    }

    /// The next mail for a worker of the lane; waits `idle` for one. `None`: the worker has left the lane.
    pub(super) async fn next(&self, key: &LaneKey, idle: Duration) -> Option<Load> {
        let wake = {
            let mut inner = self.lock();
            let others_wait = inner.workers >= self.workers_max
                && inner.lanes.values().any(|lane| !lane.waiting.is_empty());
            let draining = inner.draining;
            let lane = inner.lanes.get_mut(key)?;
            if let Some(load) = lane.waiting.pop_front() {
                self.tell_room(lane);
                return Some(load);
            }
            if draining || others_wait || idle.is_zero() {
                return self.leave(inner, key);
            }
            lane.idle += 1;
            Arc::clone(&lane.wake)
        };
        let _ = timeout(idle, wake.notified()).await;
        let mut inner = self.lock();
        let lane = inner.lanes.get_mut(key)?;
        lane.idle = lane.idle.saturating_sub(1);
        match lane.waiting.pop_front() {
            Some(load) => {
                self.tell_room(lane);
                Some(load)
            }
            None => self.leave(inner, key),
        }
    }

    /// The worker's place goes to another lane where a mail waits for one, or is given up.
    fn leave(&self, mut inner: MutexGuard<'_, Inner>, key: &LaneKey) -> Option<Load> {
        self.out_of(&mut inner, key);
        let other = inner
            .lanes
            .iter()
            .find(|(_, lane)| !lane.waiting.is_empty() && lane.workers < self.lane_max(lane))
            .map(|(key, _)| key.clone());
        let load = other.and_then(|other| {
            let lane = inner.lanes.get_mut(&other)?;
            lane.workers += 1;
            self.tell_room(lane);
            lane.waiting.pop_front()
        });
        if load.is_none() {
            inner.workers = inner.workers.saturating_sub(1);
            self.room.notify_one();
        }
        load
    }

    fn out_of(&self, inner: &mut Inner, key: &LaneKey) {
        let Some(lane) = inner.lanes.get_mut(key) else {
            return;
        };
        lane.workers = lane.workers.saturating_sub(1);
        if lane.workers == 0 && lane.waiting.is_empty() {
            inner.lanes.remove(key);
        }
    }

    fn tell_room(&self, lane: &mut Lane) {
        if lane.waiting.len() <= OUT_WAITING_PER_DESTINATION_MAX / 2 {
            lane.skipped.clear();
            self.room.notify_one();
        }
    }

    /// Destinations not to claim for: their lanes are full.
    pub(super) fn skipped(&self) -> Vec<String> {
        let inner = self.lock();
        let lanes = inner.lanes.values();
        lanes
            .flat_map(|lane| lane.skipped.iter().cloned())
            .collect()
    }

    /// No new mail; hands out what waits.
    pub(super) fn drain(&self) -> Vec<Load> {
        let mut inner = self.lock();
        inner.draining = true;
        let mut left = Vec::new();
        for lane in inner.lanes.values_mut() {
            left.extend(lane.waiting.drain(..));
            lane.wake.notify_waiters();
        }
        left
    }

    /// Workers at this moment.
    pub(super) fn workers(&self) -> usize {
        self.lock().workers
    }
}
