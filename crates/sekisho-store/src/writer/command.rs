//! A command on its way through the writer.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::Tx;
use crate::blob::prepare::Prepared;
use crate::failure::StoreFailure;

/// What the writer receives.
pub(crate) enum Message {
    /// A command.
    Job(Box<dyn Job>),
    /// No more commands; end.
    Close,
}

/// A command, whatever its answer.
pub(crate) trait Job: Send {
    /// Contents to be stored before the transaction.
    fn contents(&mut self) -> &mut [Prepared];
    /// Whether there are any.
    fn has_contents(&self) -> bool;
    /// Bytes that the log will grow by.
    fn log_bytes(&self) -> usize;
    /// Whether it needs a transaction to itself.
    fn alone(&self) -> bool;
    /// Its part of the transaction. `false`: to be undone.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// As if it had never run; what was failed without running stays failed.
    fn reset(&mut self);
    /// Fails it without running it.
    fn fail(&mut self, failure: StoreFailure);
    /// Whether it has failed.
    fn has_failed(&self) -> bool;
    /// The transaction is committed, or nobody knows: files must stay.
    fn keep_files(&mut self);
    /// Tells the waiting side. `Err` is the end of the whole transaction, for commands that had not failed before.
    fn answer(self: Box<Self>, end: Result<(), StoreFailure>);
}

/// The work of a command inside the transaction. It may be done twice: see `batch`.
pub(crate) type Work<T> =
    Box<dyn FnMut(&mut Tx<'_>, &mut [Prepared]) -> Result<T, StoreFailure> + Send>;

/// A command with its answer.
pub(crate) struct Command<T> {
    pub(crate) contents: Vec<Prepared>,
    pub(crate) work: Option<Work<T>>,
    pub(crate) alone: bool,
    pub(crate) result: Option<Result<T, StoreFailure>>,
    pub(crate) answer: oneshot::Sender<Result<T, StoreFailure>>,
}

impl<T: Send> Job for Command<T> {
    fn contents(&mut self) -> &mut [Prepared] {
        &mut self.contents
    }

    fn has_contents(&self) -> bool {
        !self.contents.is_empty()
    }

    fn log_bytes(&self) -> usize {
        self.contents.iter().map(Prepared::log_bytes).sum()
    }

    fn alone(&self) -> bool {
        self.alone
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let Some(work) = self.work.as_mut() else {
            return false;
        };
        // A fault in one command must not take the thread, and with it all mail, down.
        let result = catch_unwind(AssertUnwindSafe(|| work(tx, &mut self.contents)))
            .unwrap_or(Err(StoreFailure::Invalid("the command panicked")));
        let done = result.is_ok();
        self.result = Some(result);
        done
    }

    fn reset(&mut self) {
        if self.work.is_some() {
            self.result = None;
            self.contents
                .iter_mut()
                .for_each(|content| content.used = false);
        }
    }

    fn fail(&mut self, failure: StoreFailure) {
        self.work = None;
        self.result = Some(Err(failure));
    }

    fn has_failed(&self) -> bool {
        matches!(self.result, Some(Err(_)))
    }

    fn keep_files(&mut self) {
        if !self.has_failed() {
            self.contents.iter_mut().for_each(Prepared::keep);
        }
    }

    fn answer(mut self: Box<Self>, end: Result<(), StoreFailure>) {
        let stopped = || Err(StoreFailure::Stopped("not carried out".into()));
        let result = match (self.result.take(), end) {
            (Some(Err(failure)), _) => Err(failure),
            (_, Err(failure)) => Err(failure),
            (result, Ok(())) => result.unwrap_or_else(stopped),
        };
        // Files that are not kept go before the answer, not some time after it.
        self.contents.clear();
        // Nobody may be waiting any more; the command is done all the same.
        self.answer.send(result).ok();
    }
}
