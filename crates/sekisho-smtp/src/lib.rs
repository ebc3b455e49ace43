#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]
//! SMTP sessions without IO: server, client, envelope, replies, delivery status notifications.

pub mod client;
pub mod dsn;
mod envelope;
pub mod limits;
mod reply;
pub mod server;
mod xtext;

pub use envelope::{
    BodyKind, ContentFacts, Envelope, Notify, OriginalRecipient, Recipient, Ret, SignedIn, TlsFacts,
};
pub use reply::{EnhancedStatus, EnhancedStatusError, Reply};
