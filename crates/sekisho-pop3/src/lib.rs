//! POP3 server sessions without IO (RFC 1939, with CAPA, STLS, AUTH, PIPELINING, RESP-CODES).
//!
//! A [`Session`] takes the client's bytes and the driver's answers in ([`Input`]) and gives bytes
//! and questions out ([`Output`]). Never here: sockets, TLS, the clock, a database. Every limit
//! stands in [`limits`].
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod command;
pub mod limits;
mod lines;
mod question;
mod session;
mod stuffing;

pub use question::{Answer, AuthAnswer, AuthQuestion, Mail, Maildrop, Question, Refusal};
pub use session::{Config, Input, Output, Peer, Session};
