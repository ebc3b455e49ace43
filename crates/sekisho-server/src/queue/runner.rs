//! The runner: claims what is due, puts it in lanes, keeps leases, and sleeps in between.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use jiff::Timestamp;
use sekisho_address::Domain;
use sekisho_command::Route;
use sekisho_store::{Change, Claim, QueueEntry, StoreFailure, Tenant};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until};

use super::Outbound;
use super::attempt::deliver;
use super::batch::{Batch, InHand};
use super::connection::Link;
use super::destination::hop;
use super::lanes::{Load, Placed};
use super::reporting::{not_tried, stopped};
use super::sign::KEY_SETTINGS;
use crate::limits::{OUT_CLAIM_MAX, OUT_IN_HAND_MAX, OUT_LEASE, SLEEP_MAX, SLEEP_MIN, STORE_REST};

/// The runner's state.
pub(super) struct Runner {
    out: Arc<Outbound>,
    in_hand: InHand,
    workers: JoinSet<()>,
    begin: mpsc::UnboundedReceiver<Load>,
    changes: broadcast::Receiver<Change>,
    draining: watch::Receiver<bool>,
    lease_renewal: Duration,
}

impl Runner {
    pub(super) fn new(
        out: Arc<Outbound>,
        begin: mpsc::UnboundedReceiver<Load>,
        draining: watch::Receiver<bool>,
        lease_renewal: Duration,
    ) -> Self {
        Self {
            in_hand: InHand::default(),
            workers: JoinSet::new(),
            begin,
            changes: out.desk.store.changes(),
            draining,
            lease_renewal,
            out,
        }
    }

    /// Runs until it is told to drain; returns when every worker has ended.
    pub(super) async fn run(mut self) {
        let mut renewal = interval(self.lease_renewal);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !*self.draining.borrow() {
            let rest = match self.round().await {
                Ok(rest) => rest,
                Err(failure) => {
                    tracing::error!(
                        error = &failure as &dyn std::error::Error,
                        "the queue cannot be read"
                    );
                    STORE_REST
                }
            };
            self.sleep(Instant::now() + rest, &mut renewal).await;
        }
        for load in self.out.lanes.drain() {
            not_tried(&self.out, load.batch).await;
        }
        loop {
            tokio::select! {
                ended = self.workers.join_next() => if ended.is_none() { return },
                Some(load) = self.begin.recv() => not_tried(&self.out, load.batch).await,
                _ = renewal.tick() => self.renew().await,
            }
        }
    }

    /// Claims and places what is due; says how long there is nothing to do.
    async fn round(&mut self) -> Result<Duration, StoreFailure> {
        self.take_note_of_changes();
        loop {
            let room = OUT_IN_HAND_MAX.saturating_sub(self.in_hand.len());
            if room == 0 {
                return Ok(STORE_REST);
            }
            let max = room.min(OUT_CLAIM_MAX);
            let (entries, until) = self.claim(max).await?;
            let count = entries.len();
            if count == 0 {
                break;
            }
            self.place(entries, until).await;
            if count < max {
                break;
            }
        }
        let due = self
            .out
            .desk
            .store
            .read(|reader| reader.next_queue_due())
            .await?;
        Ok(self.rest_until(due))
    }

    /// What is due already waits for room in its lane, which is told; or for a moment.
    fn rest_until(&self, due: Option<Timestamp>) -> Duration {
        let Some(due) = due else { return SLEEP_MAX };
        let left = due.duration_since(self.out.clock.now());
        match Duration::try_from(left) {
            Ok(left) if !left.is_zero() => left.clamp(SLEEP_MIN, SLEEP_MAX),
            _ if self.out.lanes.skipped().is_empty() => SLEEP_MIN,
            _ => STORE_REST,
        }
    }

    async fn claim(&self, max: usize) -> Result<(Vec<QueueEntry>, Timestamp), StoreFailure> {
        let now = self.out.clock.now();
        let until = now + OUT_LEASE;
        let claim = Claim {
            now,
            lease_until: until,
            max,
            destination: None,
            skip: self.out.lanes.skipped(),
        };
        Ok((self.out.desk.store.claim(claim).await?, until))
    }

    async fn place(&mut self, entries: Vec<QueueEntry>, until: Timestamp) {
        let mut routes: HashMap<Tenant, Option<Vec<Route>>> = HashMap::new();
        for batch in self.in_hand.batches(entries, until) {
            let found = match routes.entry(batch.tenant) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.out.routes(batch.tenant).await),
            };
            let Some(found) = found else {
                // Without its routes a mail could take a way that the organisation has forbidden.
                stopped(&self.out, &batch).await;
                continue;
            };
            let load = self.load(batch, found);
            match self.out.lanes.place(load) {
                Placed::Waits => {}
                Placed::Start(load) => self.start(*load),
                Placed::Full(load) => not_tried(&self.out, load.batch).await,
            }
        }
    }

    fn load(&self, batch: Batch, routes: &[Route]) -> Load {
        let is_ours = Domain::parse(&batch.destination).is_ok_and(|domain| {
            let snapshot = self.out.desk.directory.snapshot();
            snapshot.tenant_of_domain(&domain).is_some()
        });
        let here = self.out.here.filter(|_| is_ours);
        let (lane, hop) = hop(batch.tenant, &batch.destination, routes, here);
        Load { lane, hop, batch }
    }

    fn start(&mut self, load: Load) {
        let out = Arc::clone(&self.out);
        self.workers.spawn(work(out, load));
        self.count();
    }

    fn count(&self) {
        let workers = u32::try_from(self.out.lanes.workers()).unwrap_or(u32::MAX);
        metrics::gauge!("sekisho_delivery_connections").set(workers);
    }

    /// Sleeps until then, or until there is something to do.
    async fn sleep(&mut self, mut until: Instant, renewal: &mut Interval) {
        loop {
            tokio::select! {
                () = sleep_until(until) => return,
                () = self.out.lanes.room.notified() => return,
                _ = self.draining.changed() => return,
                change = self.changes.recv() => match change {
                    Ok(change) => until = until.min(self.due(&change).unwrap_or(until)),
                    Err(RecvError::Lagged(_)) => {
                        self.out.signer.forget(None);
                        return;
                    }
                    // The store is gone; the end follows.
                    Err(RecvError::Closed) => return sleep_until(until).await,
                },
                Some(load) = self.begin.recv() => self.start(load),
                Some(_) = self.workers.join_next(), if !self.workers.is_empty() => self.count(),
                _ = renewal.tick() => self.renew().await,
            }
        }
    }

    /// When a change gives something to do; takes note of the others.
    fn due(&self, change: &Change) -> Option<Instant> {
        match change {
            Change::Queue { due_at } => {
                let left = due_at.duration_since(self.out.clock.now());
                Some(Instant::now() + Duration::try_from(left).unwrap_or_default())
            }
            Change::Setting { tenant, key } if key.starts_with(KEY_SETTINGS) => {
                self.out.signer.forget(Some(*tenant));
                None
            }
            _ => None,
        }
    }

    /// Many mails that arrive together are one reason to look.
    fn take_note_of_changes(&mut self) {
        loop {
            match self.changes.try_recv() {
                Ok(change) => {
                    self.due(&change);
                }
                Err(TryRecvError::Lagged(_)) => self.out.signer.forget(None),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    /// Makes the leases longer that are still needed: of large mails, slow servers, mails that wait in a lane.
    async fn renew(&self) {
        let now = self.out.clock.now();
        let until = now + OUT_LEASE;
        let due = self.in_hand.to_renew(now);
        if due.is_empty() {
            return;
        }
        let store = &self.out.desk.store;
        match store.extend_lease(due.clone(), until).await {
            Ok(()) => self.in_hand.renewed(&due, until),
            // One that was reported in between spoils the rest: one by one then.
            Err(StoreFailure::LeaseLost) => {
                for one in due {
                    if store.extend_lease(vec![one], until).await.is_ok() {
                        self.in_hand.renewed(&[one], until);
                    }
                }
            }
            Err(error) => tracing::error!(%error, "leases could not be made longer"),
        }
    }
}

/// A worker: one mail after the other over one connection, then the place goes to whoever waits.
async fn work(out: Arc<Outbound>, first: Load) {
    let mut link: Option<Link> = None;
    let mut lane = first.lane.clone();
    let mut load = first;
    loop {
        guarded(&out, &mut link, load).await;
        let idle = if link.is_some() {
            out.idle
        } else {
            Duration::ZERO
        };
        let Some(next) = out.lanes.next(&lane, idle).await else {
            break;
        };
        if next.lane != lane {
            lane = next.lane.clone();
            if let Some(old) = link.take() {
                old.quit().await;
            }
        }
        load = next;
    }
    if let Some(link) = link {
        link.quit().await;
    }
}

/// A panic costs that one mail its attempt and nothing else (P5).
async fn guarded(out: &Outbound, link: &mut Option<Link>, load: Load) {
    let panicked = {
        let mut delivery = Box::pin(deliver(out, link, &load));
        poll_fn(
            |cx| match catch_unwind(AssertUnwindSafe(|| delivery.as_mut().poll(cx))) {
                Ok(Poll::Ready(())) => Poll::Ready(false),
                Ok(Poll::Pending) => Poll::Pending,
                Err(_) => Poll::Ready(true),
            },
        )
        .await
    };
    if panicked {
        tracing::error!(mail = %load.batch.mail, "the delivery of a mail stopped; it is put off");
        *link = None;
        stopped(out, &load.batch).await;
    }
}
