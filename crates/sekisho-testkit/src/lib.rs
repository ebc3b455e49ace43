//! For tests only: where the corpora are and how their manifests are read, how a test says that it
//! was skipped, and peers that talk to the product from outside: scripted conversations, a small
//! IMAP client, a browser without a screen, a sender, and the demo as a person starts it.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod browser;
mod clamd;
mod command;
mod conversation;
mod corpus;
mod demo;
mod imap;
mod name_server;
mod pebble;
mod ports;
mod sender;
mod sink;
mod skipped;
mod wait;
mod wire;

pub use browser::{Browser, Page};
pub use clamd::{ClamdScript, DebianClamd, ScriptedClamd, eicar};
pub use command::{Said, run};
pub use conversation::play;
pub use corpus::{corpus, corpus_root, manifest};
pub use demo::Demo;
pub use imap::{Imap, SeenMail};
pub use name_server::NameServer;
pub use pebble::Pebble;
pub use ports::{free_port, free_ports};
pub use sender::{Sender, accepted_id};
pub use sink::Sink;
pub use skipped::{installed, skipped};
pub use wait::wait_for;
pub use wire::{Trust, Wire};
