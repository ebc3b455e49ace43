//! Organisations, domains, people, groups, managers and deputies, credentials and roles.
//!
//! What it is: the meaning of the store's directory rows. A [`Snapshot`] in memory answers what every RCPT asks
//! (where does this address lead, may this account send as it); [`Directory`] changes it and signs people in.
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

pub use account::{Account, Plan, Roles};
pub use directory::{Directory, DirectoryFailure, NewPerson};
pub use resolution::{AddressKind, Approvers, Resolution, Target};
pub use sign_in::{SignInFailure, SignInPlace, SignedIn};
pub use snapshot::Snapshot;
