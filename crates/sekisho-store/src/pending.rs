//! A command that is ready to go to the writer: `.await` it, or `.wait()` where there is no runtime.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::blob::Dirs;
use crate::blob::prepare::{Prepared, is_heavy, prepare};
use crate::content::Content;
use crate::failure::StoreFailure;
use crate::ids::Tenant;
use crate::writer::{Command, Message, Tx};

/// The way to the writer.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) sender: mpsc::Sender<Message>,
    pub(crate) dirs: Arc<Dirs>,
}

/// A command not yet sent. Nothing happens until it is awaited or waited for.
/// Once sent it is carried out even if the waiting side goes away.
#[must_use = "nothing happens until it is awaited, or waited for"]
pub struct Pending<T> {
    door: Door,
    contents: Vec<(Tenant, Content)>,
    work: crate::writer::Work<T>,
    alone: bool,
}

impl<T> std::fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending")
            .field("contents", &self.contents.len())
            .finish_non_exhaustive()
    }
}

type Answer<T> = oneshot::Receiver<Result<T, StoreFailure>>;

impl<T: Send + 'static> Pending<T> {
    pub(crate) fn new(
        door: &Door,
        contents: Vec<(Tenant, Content)>,
        work: impl FnMut(&mut Tx<'_>, &mut [Prepared]) -> Result<T, StoreFailure> + Send + 'static,
    ) -> Self {
        Self {
            door: door.clone(),
            contents,
            work: Box::new(work),
            alone: false,
        }
    }

    /// With a transaction to itself.
    pub(crate) fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Sends the command and blocks for its answer. In async code `.await` it instead: this holds up the thread.
    pub fn wait(self) -> Result<T, StoreFailure> {
        if tokio::runtime::Handle::try_current().is_err() {
            return self.block();
        }
        // A runtime's thread may not block on a channel; one of our own may.
        let blocked = std::thread::scope(|scope| scope.spawn(|| self.block()).join());
        blocked.unwrap_or_else(|_| Err(closed()))
    }

    fn block(self) -> Result<T, StoreFailure> {
        let prepared = prepare_all(&self.door.dirs, self.contents)?;
        let (message, answer) = command(prepared, self.work, self.alone);
        self.door
            .sender
            .blocking_send(message)
            .map_err(|_| closed())?;
        answer.blocking_recv().map_err(|_| closed())?
    }

    async fn send(self) -> Result<T, StoreFailure> {
        let (dirs, contents) = (Arc::clone(&self.door.dirs), self.contents);
        let prepared = if contents.iter().any(|(_, content)| is_heavy(content)) {
            let task = tokio::task::spawn_blocking(move || prepare_all(&dirs, contents));
            task.await
                .map_err(|_| StoreFailure::Stopped("the runtime ends".into()))??
        } else {
            prepare_all(&dirs, contents)?
        };
        let (message, answer) = command(prepared, self.work, self.alone);
        self.door.sender.send(message).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

impl<T: Send + 'static> IntoFuture for Pending<T> {
    type Output = Result<T, StoreFailure>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

fn command<T: Send + 'static>(
    contents: Vec<Prepared>,
    work: crate::writer::Work<T>,
    alone: bool,
) -> (Message, Answer<T>) {
    let (sender, answer) = oneshot::channel();
    let job = Command {
        contents,
        work: Some(work),
        alone,
        result: None,
        answer: sender,
    };
    (Message::Job(Box::new(job)), answer)
}

fn prepare_all(
    dirs: &Dirs,
    contents: Vec<(Tenant, Content)>,
) -> Result<Vec<Prepared>, StoreFailure> {
    contents
        .into_iter()
        .map(|(tenant, content)| prepare(dirs, tenant, content))
        .collect()
}

fn closed() -> StoreFailure {
    StoreFailure::Stopped("closed".into())
}
