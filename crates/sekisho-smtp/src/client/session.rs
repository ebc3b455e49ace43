//! The client machine.

use std::sync::Arc;
use std::time::Instant;

use crate::client::{Config, Input, Output};

/// What the server offered in its answer to EHLO.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// RFC 2920
    pub pipelining: bool,
    /// RFC 3207
    pub starttls: bool,
    /// RFC 6152
    pub eight_bit_mime: bool,
    /// RFC 6531
    pub smtputf8: bool,
    /// RFC 3461
    pub dsn: bool,
    /// RFC 1870; `Some(0)` is no limit.
    pub size: Option<u64>,
    /// RFC 9422
    pub recipients_max: Option<usize>,
    /// RFC 9422
    pub mails_max: Option<usize>,
    /// RFC 4954, names as given.
    pub auth: Vec<String>,
}

/// A client session without IO: give it [`Input`]s, do its [`Output`]s in order.
pub struct Session {}

impl Session {
    /// Waits for the greeting.
    pub fn new(_config: Arc<Config>, _now: Instant) -> Self {
        todo!()
    }
    /// Takes one input.
    pub fn handle(&mut self, _now: Instant, _input: Input<'_>) {
        todo!()
    }
    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Output> {
        todo!()
    }
    /// Give [`Input::Clock`] at this time, unless something else comes first.
    pub fn deadline(&self) -> Instant {
        todo!()
    }
    /// What the server offers, after the first [`Output::Ready`].
    pub fn capabilities(&self) -> &Capabilities {
        todo!()
    }
    /// What TLS agreed on.
    pub fn tls(&self) -> Option<&crate::envelope::TlsFacts> {
        todo!()
    }
}
