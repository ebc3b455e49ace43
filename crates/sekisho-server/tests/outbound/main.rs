//! Delivery over real sockets: hosts, sessions, reports, signatures, stops and starts, mail that waits.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod holds;
mod hosts;
mod life;
mod reports;
mod rules;
mod sessions;
mod signatures;
mod sink;
#[path = "../support/mod.rs"]
mod support;
mod whole;
mod world;
