//! The server machine.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Instant;

use crate::server::{Config, Input, Output, Peer, Proof};

/// A server session without IO: give it [`Input`]s, do its [`Output`]s in order.
pub struct Session<P> {
    proof: PhantomData<fn(P)>,
}

impl<P: Proof> Session<P> {
    /// Greets at once, or when the greet delay is over.
    pub fn new(_config: Arc<Config>, _peer: Peer, _now: Instant) -> Self {
        todo!()
    }
    /// Takes one input.
    pub fn handle(&mut self, _now: Instant, _input: Input<'_, P>) {
        todo!()
    }
    /// The next thing to do. Answers to pipelined commands are gathered into one [`Output::Send`].
    pub fn poll(&mut self) -> Option<Output> {
        todo!()
    }
    /// Give [`Input::Clock`] at this time, unless something else comes first.
    pub fn deadline(&self) -> Instant {
        todo!()
    }
    /// Whether reading from the peer makes sense now: false while a question is open and much is pending.
    pub fn wants_bytes(&self) -> bool {
        todo!()
    }
}
