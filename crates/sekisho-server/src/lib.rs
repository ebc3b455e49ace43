//! Where sockets and clocks live: listeners, TLS, DNS, the gatherers, queue and delivery.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod config;
pub mod dns;
pub mod limits;
pub mod listen;
pub mod tls;
