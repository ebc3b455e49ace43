#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]
//! SMTP without IO: the machine of a server session, that of a client session, the envelope, replies, and
//! delivery status notifications.
//!
//! A session takes inputs (bytes, answers, the time) and gives outputs (bytes to send, questions, pieces of
//! content). The driver owns the socket, TLS, the clock and the store, and does the outputs in order:
//!
//! - [`server::Session`]: RFC 5321 with PIPELINING, SIZE, 8BITMIME, SMTPUTF8, DSN, CHUNKING, LIMITS,
//!   ENHANCEDSTATUSCODES, STARTTLS, AUTH; one question at a time, and nothing is read until it is answered.
//! - [`client::Session`]: many mails over one connection, one result a recipient.
//! - [`dsn::compose`]: reports in Japanese and English.
//!
//! What it never does: open a socket, read a clock, keep a mail in memory, take a line end that is not CRLF,
//! say 250 after a mail without the store's [`server::Proof`], send or take a password outside of TLS.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Instant;
//! use sekisho_smtp::server::{Answer, Config, Input, Output, Peer, Proof, Question, Session};
//!
//! struct Durable(String);
//! impl Proof for Durable {
//!     fn mail_id(&self) -> &str { &self.0 }
//! }
//!
//! let now = Instant::now();
//! let peer = Peer { ip: "192.0.2.1".parse().unwrap(), tls: None, seed: [0; 32] };
//! let mut session = Session::new(Arc::new(Config::mx("mx.hanko.example.jp")), peer, now);
//! session.handle(now, Input::Bytes(b"EHLO a\r\nMAIL FROM:<b@c.example>\r\n"));
//! let mut sent = Vec::new();
//! while let Some(output) = session.poll() {
//!     match output {
//!         Output::Send(bytes) => sent.extend(bytes),
//!         Output::Ask(Question::Sender { .. }) => {
//!             session.handle(now, Input::Answer(Answer::<Durable>::Sender(Ok(()))));
//!         }
//!         other => panic!("{other:?}"),
//!     }
//! }
//! assert!(sent.starts_with(b"220 mx.hanko.example.jp ESMTP\r\n"));
//! assert!(sent.ends_with(b"250 2.1.0 Sender accepted\r\n"));
//! ```

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
