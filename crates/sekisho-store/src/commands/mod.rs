//! The commands, one file an area. Each is a method of `Store` that makes a `Pending`, and a function that does the
//! work inside the transaction.

mod accept;
pub(crate) mod audit;
mod blobs;
mod compact;
mod delay;
mod deliver;
mod directory;
mod dmarc;
mod expunge;
mod flags;
mod folders;
mod hold;
mod lists;
mod onward;
mod place;
mod prune;
mod quarantine;
mod queue;
mod refused;
mod report;
mod rules;
mod settings;
mod steps;
mod web_sessions;

pub(crate) use deliver::find_in as find_mailbox;
pub(crate) use place::{QUOTA, read_quota};
pub(crate) use steps::{AtTheDoor, json};
