//! A command that is ready to go to the writer: `.await` it, or `.wait()` where there is no runtime.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use crate::failure::StoreFailure;

/// A command not yet sent. Nothing happens until it is awaited or waited for.
/// Once sent it is carried out even if the waiting side goes away.
#[must_use = "nothing happens until it is awaited, or waited for"]
pub struct Pending<T> {
    _answer: std::marker::PhantomData<fn() -> T>,
}

impl<T: Send + 'static> Pending<T> {
    /// Sends the command and blocks for its answer. Not for async code.
    pub fn wait(self) -> Result<T, StoreFailure> {
        todo!()
    }
}

impl<T: Send + 'static> IntoFuture for Pending<T> {
    type Output = Result<T, StoreFailure>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        todo!()
    }
}
