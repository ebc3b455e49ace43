//! How much a mail looks like spam, and why.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod dnsbl;
pub mod lists;
