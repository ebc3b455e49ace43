//! A mail while it arrives: in memory at first, in a file of the store when it grows.

use std::io;

use bytes::Bytes;
use sekisho_store::{Body, SpoolWriter, Store};

use crate::limits::SPOOL_MEMORY_BYTES;

pub(crate) struct Spool {
    store: Store,
    state: State,
}

enum State {
    Memory(Vec<u8>),
    File(SpoolWriter),
    /// Told at the end of the content: before, the protocol has no place for it.
    Failed(io::Error),
}

impl Spool {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            state: State::Memory(Vec::new()),
        }
    }

    /// Takes a chunk that may become the whole content without being copied.
    pub(crate) fn take_in(&mut self, chunk: Vec<u8>) {
        match &mut self.state {
            State::Memory(bytes) if bytes.is_empty() && chunk.len() <= SPOOL_MEMORY_BYTES => {
                *bytes = chunk
            }
            _ => self.write(&chunk),
        }
    }

    pub(crate) fn write(&mut self, chunk: &[u8]) {
        let result = match &mut self.state {
            State::Memory(bytes) if bytes.len() + chunk.len() <= SPOOL_MEMORY_BYTES => {
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
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.state = State::Memory(Vec::new());
    }

    /// The whole content; the next mail begins anew.
    pub(crate) fn take(&mut self) -> io::Result<Body> {
        match std::mem::replace(&mut self.state, State::Memory(Vec::new())) {
            State::Memory(bytes) => Ok(Body::Memory(Bytes::from(bytes))),
            State::File(file) => file.finish().map(Body::Spool),
            State::Failed(error) => Err(error),
        }
    }
}
