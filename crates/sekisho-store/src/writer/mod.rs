//! The one thread that writes: gathers waiting commands, syncs the log once, commits once, then answers.

mod batch;
mod command;
mod log_sync;
mod tx;

pub(crate) use command::{Command, Job, Message, Work};
pub(crate) use log_sync::LogSync;
pub(crate) use tx::{Seal, Tx, Unlink};

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};

use rusqlite::Connection;
use tokio::sync::{broadcast, mpsc};

use crate::blob::files::BlobFiles;
use crate::blob::log::BlobLog;
use crate::changes::Change;
use crate::ids::Tenant;
use crate::limits::{BATCH_BYTES_MAX, BATCH_COMMANDS_MAX, BUSY_COMMANDS, PATIENCE, PATIENCE_TIMES};

/// Why the store has stopped, once it has.
pub(crate) type Stopped = Arc<OnceLock<String>>;

/// All that the thread owns.
pub(crate) struct Writer {
    pub(crate) db: Connection,
    pub(crate) log: BlobLog,
    pub(crate) log_sync: LogSync,
    pub(crate) files: Arc<BlobFiles>,
    pub(crate) changes: broadcast::Sender<Change>,
    pub(crate) stopped: Stopped,
    /// May be changed while it works.
    pub(crate) free_bytes_min: Arc<AtomicU64>,
    pub(crate) memory: Memory,
}

/// What the thread remembers between transactions; all of it can be read from the database again.
#[derive(Default)]
pub(crate) struct Memory {
    /// The end of each tenant's audit chain.
    pub(crate) seals: HashMap<Tenant, Seal>,
    /// The last number given to a content.
    pub(crate) last_blob: i64,
    /// The last number given to a lease.
    pub(crate) last_lease: i64,
}

impl Writer {
    /// Works until the last sender is gone, or a `Close` comes.
    pub(crate) fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        while let Some(Message::Job(first)) = messages.blocking_recv() {
            let (batch, close) = gather(first, &mut messages);
            for group in groups(batch) {
                self.write(group);
            }
            if close {
                break;
            }
        }
        messages.close();
        while let Some(Message::Job(job)) = messages.blocking_recv() {
            job.answer(Err(crate::failure::StoreFailure::Stopped("closed".into())));
        }
        // The checkpoint at closing makes the next start quick; without it nothing is lost.
        if let Err((_, error)) = self.db.close() {
            tracing::warn!(%error, "database did not close");
        }
    }
}

/// Everything that waits, up to the limits, and whether to close after it. Where many wait, more are under way: a
/// moment's patience, as long as some come, makes one sync and one write of each page serve twice as many (as
/// PostgreSQL's commit_delay does).
fn gather(
    first: Box<dyn Job>,
    messages: &mut mpsc::Receiver<Message>,
) -> (Vec<Box<dyn Job>>, bool) {
    let mut batch = vec![first];
    let (mut before, mut patience) = (0, PATIENCE_TIMES);
    loop {
        if let Some(close) = take_waiting(&mut batch, messages) {
            return (batch, close);
        }
        if batch.len() < BUSY_COMMANDS || batch.len() == before || patience == 0 {
            return (batch, false);
        }
        (before, patience) = (batch.len(), patience - 1);
        #[expect(
            clippy::disallowed_methods,
            reason = "woken for each command, the thread would lose what it gains by waiting"
        )]
        std::thread::sleep(PATIENCE);
    }
}

/// Takes what waits. `Some`: no more for this batch, and whether to close after it.
fn take_waiting(
    batch: &mut Vec<Box<dyn Job>>,
    messages: &mut mpsc::Receiver<Message>,
) -> Option<bool> {
    let mut bytes: usize = batch.iter().map(|job| job.log_bytes()).sum();
    while batch.len() < BATCH_COMMANDS_MAX && bytes < BATCH_BYTES_MAX {
        match messages.try_recv() {
            Ok(Message::Job(job)) => {
                bytes = bytes.saturating_add(job.log_bytes());
                batch.push(job);
            }
            Ok(Message::Close) => return Some(true),
            Err(_) => return None,
        }
    }
    Some(false)
}

/// Commands that must have a transaction to themselves are set apart; the order stays.
fn groups(batch: Vec<Box<dyn Job>>) -> Vec<Vec<Box<dyn Job>>> {
    let mut groups: Vec<Vec<Box<dyn Job>>> = Vec::new();
    let mut open = false;
    for job in batch {
        let alone = job.alone();
        match groups.last_mut() {
            Some(group) if open && !alone => group.push(job),
            _ => groups.push(vec![job]),
        }
        open = !alone;
    }
    groups
}
