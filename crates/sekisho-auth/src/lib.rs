//! Sender authentication: SPF, DKIM, DMARC and ARC as one fact, and signing.
//!
//! [`authenticate`] takes what is known of a mail and the DNS [`Answers`] known so far. It gives
//! the [`Authentication`], or says which DNS questions are [`Wanted`]; the caller looks them up,
//! adds the replies and calls again, at most [`ROUNDS_MAX`] times.
//!
//! What it never does: open a socket, ask a clock, decide what happens to a mail. A DMARC
//! disposition is what the domain owner asks for; the policy of the receiver decides.
//!
//! ```
//! use sekisho_auth::{Answers, Request, SpfResult, authenticate};
//!
//! let zone = serde_json::json!({ "hanko.example.jp": "v=spf1 ip4:192.0.2.0/24 -all" });
//! let answers = Answers::from_zone_json(&zone)?;
//! let request = Request {
//!     ip: Some("192.0.2.7".parse()?),
//!     helo: "mx.hanko.example.jp",
//!     mail_from: "tanaka@hanko.example.jp",
//!     raw: b"From: tanaka@hanko.example.jp\r\n\r\nKonnichiwa.\r\n",
//!     now: jiff::Timestamp::from_second(1_795_525_397)?,
//!     receiving_host: "mx.uke.example.net",
//!     given: Default::default(),
//! };
//! let facts = authenticate(&request, &answers)?;
//! assert_eq!(facts.spf, SpfResult::Pass);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod arc;
mod authentication;
mod canonical;
pub mod dkim;
pub mod dmarc;
pub mod dns;
mod domain;
mod hops;
pub mod limits;
mod message;
mod public_key;
mod results;
mod signing_key;
pub mod spf;
mod tag_list;

pub use arc::ArcResult;
pub use authentication::{Authentication, Given, Request, authenticate};
pub use dkim::{DkimResult, DkimSignature, SignError, sign};
pub use dmarc::{DmarcPolicy, DmarcResult};
pub use dns::{Answers, Kind, Query, Record, Reply, Wanted, ZoneError};
pub use hops::{Client, Received, read_received, true_client};
pub use limits::ROUNDS_MAX;
pub use signing_key::{Algorithm, KeyError, Sign, SigningKey};
pub use spf::{SpfIdentity, SpfResult};
