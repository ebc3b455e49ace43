//! Where sockets and clocks live: listeners, TLS, DNS, the protocol drivers, and the path of a mail from the door
//! to the store.
//!
//! [`Server::start`] opens the listeners of a [`config::Config`] and serves until [`Running::shutdown`]. The
//! protocols are machines without IO in crates of their own; here are their drivers ([`smtp`], [`imap`], [`pop3`]),
//! which answer their questions from the directory and the store. A complete mail goes through
//! [`pipeline::Pipeline::receive`]: facts, verdict, one store transaction.
//!
//! It never judges by itself, holds no SQL, and knows no page. What it is told by the outside has limits, all of
//! them in [`limits`].
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod antivirus;
pub mod cage;
mod clock;
pub mod config;
pub mod dmarc;
pub mod dns;
pub mod hold;
mod imap;
pub mod limits;
pub mod listen;
pub mod pipeline;
mod pop3;
pub mod queue;
mod quota;
pub mod retention;
mod server;
mod sign_in;
mod site;
mod smtp;
mod spool;
pub mod tls;

pub use clock::Clock;
pub use server::{Parts, Running, Server, StartError};
