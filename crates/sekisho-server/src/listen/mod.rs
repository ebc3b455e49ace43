//! The doors: accept loops with their limits, the byte stream with and without TLS, and the way out.
//!
//! Nothing here knows a protocol. A driver gets a [`Connection`], and from it a [`Wire`].

mod accept;
mod busy;
mod drain;
mod gate;
mod stream;
mod wire;

pub use accept::{Connection, bind, serve};
pub use drain::{Drain, DrainControl};
pub use gate::{Full, Gate, Pass};
pub use stream::Stream;
pub use wire::{Event, Wire};

/// Why a listener could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("{service} cannot be opened on {address}: {source}")]
pub struct BindError {
    /// The service's name.
    pub service: &'static str,
    /// As configured.
    pub address: std::net::SocketAddr,
    /// What the system says.
    pub source: std::io::Error,
}

#[cfg(test)]
mod tests;
