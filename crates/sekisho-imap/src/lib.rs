//! IMAP4rev1 server sessions without IO (RFC 3501, with what real clients use of RFC 9051).
//!
//! A [`Session`] takes the client's bytes and the driver's answers in ([`Input`]) and gives bytes
//! and questions out ([`Output`]). It knows the grammar, the states, and the view of the selected
//! mailbox (UIDs, flags, sizes, dates); everything else it asks for, one [`Question`] at a time.
//!
//! Never here: sockets, TLS, the clock, a database, the content of more than one message at once.
//! Every limit stands in [`limits`].
//!
//! What lists show of a message is worked out once, at delivery, by [`Columns::of`], and stored:
//! a FETCH of ENVELOPE, BODYSTRUCTURE or the usual header fields never opens a message.
//!
//! ```
//! use std::{sync::Arc, time::Instant};
//! use sekisho_imap::{Answer, AuthAnswer, Config, Input, Output, Peer, Question, Session};
//!
//! let peer = Peer { ip: [127, 0, 0, 1].into(), tls: Some(Default::default()), nonce_seed: [0; 32] };
//! let mut session = Session::new(Arc::new(Config::new("mail.example.jp")), peer, Instant::now());
//! session.handle(Instant::now(), Input::Bytes(b"a LOGIN tanaka hiraku\r\n"));
//! let mut said = Vec::new();
//! while let Some(output) = session.poll() {
//!     match output {
//!         Output::Send(bytes) => said.extend(bytes),
//!         Output::Ask(Question::Auth(_)) => {
//!             session.handle(Instant::now(), Input::Answer(Answer::Auth(AuthAnswer::Accepted)));
//!         }
//!         other => panic!("{other:?}"),
//!     }
//! }
//! assert!(said.starts_with(b"* OK [CAPABILITY IMAP4rev1"));
//! assert!(said.ends_with(b"signed in\r\n"));
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod config;
mod flags;
mod grammar;
pub mod limits;
mod list_pattern;
mod mailbox_name;
mod question;
mod search;
mod section_data;
mod session;
mod structure;
pub mod utf7;
mod view;
mod wire;

pub use config::Config;
pub use flags::{Flag, Flags};
pub use mailbox_name::{MailboxName, MailboxNameError, SpecialUse};
pub use question::{
    Answer, Appended, AuthAnswer, AuthQuestion, Changes, Copied, FlagsNow, Folder, MailboxStatus,
    Question, Quota, Refusal, StoreHow,
};
pub use session::{Input, Output, Peer, Session};
pub use structure::{Columns, LIST_FIELDS, body, body_structure, envelope, list_header};
pub use view::{Mail, Snapshot};
