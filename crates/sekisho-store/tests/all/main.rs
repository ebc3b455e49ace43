//! The store as its callers see it. One binary: SQLite is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kit;

mod accept;
mod audit;
mod cancel;
mod contents;
mod crash;
mod directory;
mod full;
mod hold;
mod lists;
mod mailboxes;
mod migrations;
mod opening;
mod prune;
mod quarantine;
mod queue;
mod rules;
mod settings;
mod trace;
