//! A mail while it arrives: in memory at first, in a file of the store when it grows or when memory is short.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use sekisho_store::{Body, SpoolWriter, Store};

use crate::limits::{SPOOL_MEMORY_BYTES, SPOOL_MEMORY_SHARE};

/// Memory for contents on their way, shared by all connections (P23): ten thousand clients that each send a
/// megabyte must not make ten gigabytes.
pub(crate) struct SpoolMemory {
    free_bytes: AtomicU64,
}

/// Some of it, given back when dropped.
struct Reservation {
    memory: Arc<SpoolMemory>,
    bytes: u64,
}

pub(crate) struct Spool {
    store: Store,
    reserved: Reservation,
    state: State,
}

enum State {
    Memory(Vec<u8>),
    File(SpoolWriter),
    /// Told at the end of the content: before, the protocol has no place for it.
    Failed(io::Error),
}

impl SpoolMemory {
    /// A share of what the whole server may take.
    pub(crate) fn of(memory_bytes: u64) -> Arc<Self> {
        Arc::new(Self {
            free_bytes: AtomicU64::new(memory_bytes / SPOOL_MEMORY_SHARE),
        })
    }
}

impl Reservation {
    fn grow(&mut self, bytes: usize) -> bool {
        let wanted = bytes as u64;
        let free = &self.memory.free_bytes;
        let taken = free.try_update(Ordering::Relaxed, Ordering::Relaxed, |free| {
            free.checked_sub(wanted)
        });
        if taken.is_ok() {
            self.bytes += wanted;
        }
        taken.is_ok()
    }

    fn give_back(&mut self) {
        self.memory
            .free_bytes
            .fetch_add(self.bytes, Ordering::Relaxed);
        self.bytes = 0;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl Spool {
    pub(crate) fn new(store: Store, memory: &Arc<SpoolMemory>) -> Self {
        let reserved = Reservation {
            memory: Arc::clone(memory),
            bytes: 0,
        };
        Self {
            store,
            reserved,
            state: State::Memory(Vec::new()),
        }
    }

    /// Takes a chunk that may become the whole content without being copied.
    pub(crate) fn take_in(&mut self, chunk: Vec<u8>) {
        match &mut self.state {
            State::Memory(bytes) if bytes.is_empty() => {
                // The content before this one has left by now.
                self.reserved.give_back();
                if chunk.len() <= SPOOL_MEMORY_BYTES && self.reserved.grow(chunk.len()) {
                    *bytes = chunk;
                } else {
                    self.write(&chunk);
                }
            }
            _ => self.write(&chunk),
        }
    }

    pub(crate) fn write(&mut self, chunk: &[u8]) {
        let result = match &mut self.state {
            State::Memory(bytes)
                if bytes.len() + chunk.len() <= SPOOL_MEMORY_BYTES
                    && self.reserved.grow(chunk.len()) =>
            {
                bytes.extend_from_slice(chunk);
                Ok(())
            }
            State::Memory(bytes) => {
                let start = std::mem::take(bytes);
                self.move_to_file(&start, chunk)
            }
            State::File(file) => file.write(chunk),
            State::Failed(_) => Ok(()),
        };
        if let Err(error) = result {
            tracing::error!(%error, "a mail could not be spooled");
            self.state = State::Failed(error);
        }
    }

    fn move_to_file(&mut self, start: &[u8], chunk: &[u8]) -> io::Result<()> {
        let mut file = self.store.spool()?;
        file.write(start)?;
        file.write(chunk)?;
        self.state = State::File(file);
        self.reserved.give_back();
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.state = State::Memory(Vec::new());
        self.reserved.give_back();
    }

    /// The whole content. What it takes of the memory is given back when the next mail begins, or with the
    /// connection: until then the pipeline may hold it.
    pub(crate) fn take(&mut self) -> io::Result<Body> {
        match std::mem::replace(&mut self.state, State::Memory(Vec::new())) {
            State::Memory(bytes) => Ok(Body::Memory(Bytes::from(bytes))),
            State::File(file) => Ok(Body::Spool(file.finish())),
            State::Failed(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_shared_and_given_back() {
        let memory = SpoolMemory::of(100 * SPOOL_MEMORY_SHARE);
        let reserve = |bytes| {
            let mut reservation = Reservation {
                memory: Arc::clone(&memory),
                bytes: 0,
            };
            reservation.grow(bytes).then_some(reservation)
        };
        let first = reserve(60).unwrap();
        assert!(reserve(41).is_none());
        let second = reserve(40).unwrap();
        drop((first, second));
        assert!(reserve(100).is_some());
    }
}
