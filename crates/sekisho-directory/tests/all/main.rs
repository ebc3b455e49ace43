//! The directory on a real store.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod approvers;
mod changes;
mod kit;
mod resolve;
mod senders;
mod sign_in;
