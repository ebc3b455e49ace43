//! POP3 server sessions without IO (RFC 1939, with CAPA, STLS, AUTH, PIPELINING, RESP-CODES).
//!
//! A [`Session`] takes the client's bytes and the driver's answers in ([`Input`]) and gives bytes
//! and questions out ([`Output`]). Never here: sockets, TLS, the clock, a database. Every limit
//! stands in [`limits`].
//!
//! ```
//! use std::{sync::Arc, time::Instant};
//! use sekisho_pop3::{Answer, AuthAnswer, Config, Maildrop, Input, Output, Peer, Question, Session};
//!
//! let config = Arc::new(Config {
//!     host_name: "mail.example.jp".into(),
//!     stls: true,
//!     sign_in_without_tls_allowed: false,
//! });
//! let peer = Peer { ip: [127, 0, 0, 1].into(), tls: Some(Default::default()), nonce_seed: [0; 32] };
//! let mut session = Session::new(config, peer, Instant::now());
//! session.handle(Instant::now(), Input::Bytes(b"USER tanaka\r\nPASS hiraku\r\n"));
//! let mut said = Vec::new();
//! while let Some(output) = session.poll() {
//!     match output {
//!         Output::Send(bytes) => said.extend(bytes),
//!         Output::Ask(Question::Auth(_)) => {
//!             session.handle(Instant::now(), Input::Answer(Answer::Auth(AuthAnswer::Accepted)));
//!         }
//!         Output::Ask(Question::OpenMaildrop) => {
//!             let empty = Answer::Maildrop(Ok(Maildrop::default()));
//!             session.handle(Instant::now(), Input::Answer(empty));
//!         }
//!         other => panic!("{other:?}"),
//!     }
//! }
//! assert!(said.ends_with(b"+OK 0 messages\r\n"));
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod command;
pub mod limits;
mod lines;
mod question;
mod session;
mod stuffing;

pub use question::{Answer, AuthAnswer, AuthQuestion, Mail, Maildrop, Question, Refusal};
pub use session::{Config, Input, Output, Peer, Session};
