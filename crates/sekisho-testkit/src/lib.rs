//! For tests only: where the corpora are and how their manifests are read, how a test says that it
//! was skipped, and peers that talk to the product from outside: scripted conversations, a small
//! IMAP client, and the demo as a person starts it.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod conversation;
mod corpus;
mod demo;
mod imap;
mod skipped;
mod wire;

pub use conversation::play;
pub use corpus::{corpus, corpus_root, manifest};
pub use demo::Demo;
pub use imap::{Imap, SeenMail};
pub use skipped::{installed, skipped};
pub use wire::{Trust, Wire};
