//! Organisations, domains, people, groups, managers and deputies, credentials and roles.
//!
//! What it is: the meaning of the store's directory rows. A [`Snapshot`] in memory answers what every RCPT asks
//! (where does this address lead, may this account send as it); [`Directory`] changes it and signs people in.
//!
//! ```
//! # use sekisho_directory::*;
//! # fn ask(directory: &Directory, to: &sekisho_address::Address) -> &'static str {
//! match directory.snapshot().resolve(to) {
//!     Resolution::Ours { .. } => "250 2.1.5 recipient ok",
//!     Resolution::Unknown { .. } => "550 5.1.1 no such mailbox",
//!     Resolution::Foreign => "550 5.7.1 relaying denied",
//! }
//! # }
//! ```
//!
//! What it never does: SQL, protocols, showing whether a user exists, locking an owner out because someone
//! guesses at the account.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod account;
mod changes;
mod directory;
pub mod limits;
mod password;
mod resolution;
mod resolve;
mod sign_in;
mod snapshot;
mod throttle;
mod words;

pub use account::{Account, Plan, Roles};
pub use directory::{Directory, DirectoryFailure, NewPerson};
pub use resolution::{AddressKind, Approvers, Resolution, Target};
pub use sign_in::{SignInFailure, SignInPlace, SignedIn};
pub use snapshot::Snapshot;
