//! The thread that syncs the log while the writer fills the transaction.
//!
//! It lives as long as the writer: a thread a batch would cost as much as two mails.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// The way to the thread, for one sync at a time.
pub(crate) struct LogSync {
    files: Sender<Arc<File>>,
    results: Receiver<io::Result<()>>,
}

/// A sync that has begun, to be waited for before the next one.
#[must_use = "a commit waits for it"]
pub(super) enum Begun {
    /// By the thread.
    There,
    /// There is no thread: it was done at once.
    Here(io::Result<()>),
}

impl LogSync {
    pub(crate) fn start() -> io::Result<Self> {
        let (files, wanted) = channel::<Arc<File>>();
        let (done, results) = channel();
        let work = move || {
            for file in wanted {
                if done.send(file.sync_data()).is_err() {
                    break;
                }
            }
        };
        let thread = std::thread::Builder::new().name("log sync".into());
        thread.spawn(work)?;
        Ok(Self { files, results })
    }

    pub(super) fn begin(&self, file: Arc<File>) -> Begun {
        match self.files.send(file) {
            Ok(()) => Begun::There,
            Err(unsent) => Begun::Here(unsent.0.sync_data()),
        }
    }

    pub(super) fn wait(&self, begun: Begun) -> io::Result<()> {
        match begun {
            Begun::Here(result) => result,
            Begun::There => self
                .results
                .recv()
                .unwrap_or_else(|_| Err(io::Error::other("panicked"))),
        }
    }
}
