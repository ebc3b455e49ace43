//! Mail addresses: domains, local parts, and the paths of an envelope.
//!
//! Text comes in once, at the rim, and leaves as a type: whoever holds an [`Address`] need not ask
//! again whether it is well-formed, how it is quoted, or in which script its domain was typed.
//! Two addresses are the same mailbox for us when their [`Address::key`]s are equal.
//!
//! It never looks anything up, and it never makes a domain out of something that only looks like
//! one: characters that Unicode would *map* to letters (full-width, circled, ligatures) are refused
//! in domains, and letters of other scripts stay a different A-label.
//!
//! ```
//! use sekisho_address::{Address, ForwardPath, ReversePath, split_path};
//!
//! let (path, params) = split_path("<\"a b\"@Hanko.Example.JP> SIZE=10").unwrap();
//! let from: ReversePath = path.parse().unwrap();
//! assert_eq!(from.to_string(), "<\"a b\"@hanko.example.jp>");
//! assert_eq!(params, " SIZE=10");
//!
//! let to: ForwardPath = "<@relay.example:user+tag@日本語.example>".parse().unwrap();
//! let to = to.address().unwrap();
//! assert_eq!(to.to_string(), "user+tag@xn--wgv71a119e.example");
//! assert_eq!(to.split_tag('+'), ("user", Some("tag")));
//! assert!("<postMASTER>".parse::<ForwardPath>().unwrap().is_postmaster());
//! assert!("a@@b.example".parse::<Address>().is_err());
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod address;
mod domain;
mod error;
pub mod limits;
mod local;
mod path;
mod text;

pub use address::Address;
pub use domain::Domain;
pub use error::AddressError;
pub use path::{ForwardPath, ReversePath, split_path};
