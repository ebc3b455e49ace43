#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]
//! Who signs in: the SASL mechanisms PLAIN, LOGIN, SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, both sides,
//! as machines without IO. SMTP, IMAP and POP3 carry the messages (in base64, see [`encoding`]); whose
//! password fits is decided by the directory.
//!
//! It never knows a user, never reads a store, has no randomness of its own ([`Nonce`] comes from outside),
//! and prints no [`Secret`].
//!
//! ```
//! use sekisho_sasl::{ChannelBindings, Exchange, Mechanism, Nonce, Step};
//!
//! let nonce = Nonce::derive(&[7; 32], 1);
//! let mut exchange = Exchange::new(Mechanism::Plain, ChannelBindings::default(), nonce);
//! match exchange.begin(Some(b"\0tanaka\0hiraku")) {
//!     Step::CheckPassword { user, password, .. } => {
//!         assert_eq!(user, "tanaka");
//!         assert_eq!(format!("{password:?}"), "Secret(…)");
//!     }
//!     other => panic!("{other:?}"),
//! }
//! ```

pub mod client;
pub mod encoding;
mod exchange;
mod keys;
pub mod limits;
mod mechanism;
mod nonce;
mod saslprep;
mod scram;
mod secret;

pub use exchange::{Exchange, Failure, Step};
pub use keys::{KeysError, ScramKeys};
pub use mechanism::{ChannelBindings, Mechanism};
pub use nonce::Nonce;
pub use saslprep::{PrepError, prepare};
pub use secret::Secret;
