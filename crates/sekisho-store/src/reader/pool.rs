//! Read connections: opened as they are needed, given back when dropped.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use rusqlite::Connection;

use crate::blob::files::BlobFiles;
use crate::failure::StoreFailure;
use crate::limits::READERS_MAX;
use crate::schema;

/// The connections that are free, and how many there are.
#[derive(Debug)]
pub(crate) struct Pool {
    path: PathBuf,
    pub(crate) files: Arc<BlobFiles>,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Connection>,
    open: usize,
}

/// A read connection, given back to the pool when dropped. Sees all that was committed when a question is asked.
#[derive(Debug)]
pub struct Reader {
    /// There until dropped.
    db: Option<Connection>,
    pool: Arc<Pool>,
}

impl Pool {
    pub(crate) fn new(path: PathBuf, files: Arc<BlobFiles>) -> Self {
        Self {
            path,
            files,
            state: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// A free connection, a new one, or the next that is given back.
    pub(crate) fn take(pool: &Arc<Self>) -> Result<Reader, StoreFailure> {
        let mut state = pool.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(db) = state.idle.pop() {
                return Ok(Reader {
                    db: Some(db),
                    pool: Arc::clone(pool),
                });
            }
            if state.open < READERS_MAX {
                state.open += 1;
                break;
            }
            state = pool
                .freed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        match schema::open_reader(&pool.path) {
            Ok(db) => Ok(Reader {
                db: Some(db),
                pool: Arc::clone(pool),
            }),
            Err(error) => {
                pool.give_back(None);
                Err(error.into())
            }
        }
    }

    /// `None`: there is one less.
    fn give_back(&self, db: Option<Connection>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match db {
            Some(db) => state.idle.push(db),
            None => state.open = state.open.saturating_sub(1),
        }
        drop(state);
        self.freed.notify_one();
    }
}

impl Reader {
    pub(super) fn db(&self) -> Result<&Connection, StoreFailure> {
        self.db.as_ref().ok_or(StoreFailure::NotFound("connection"))
    }

    pub(super) fn files(&self) -> &BlobFiles {
        &self.pool.files
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // A connection whose question failed half-way is not used again.
        let usable = self.db.take().filter(Connection::is_autocommit);
        self.pool.give_back(usable);
    }
}
