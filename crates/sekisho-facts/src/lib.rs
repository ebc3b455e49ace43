//! Gathers what is known of a mail, and answers `sekisho inspect`.
//!
//! [`look`] takes the bytes of a mail and a [`Context`]: how it came, whom it goes to, what the
//! directory says of sender and recipients, and the DNS answers known so far. It gives a [`Look`]
//! with the [`Facts`](sekisho_policy::Facts) that rules are judged by, or says which DNS questions
//! are [`Wanted`](sekisho_auth::Wanted) first. [`gather`] is the same for whoever needs the facts
//! only. [`inspect()`] runs the whole path, verdict included, and answers in the JSON form that
//! administrators, rule authors and tests lean on.
//!
//! What it never does: read a file or a clock, ask DNS, look into a store, decide. What could not
//! be read is told as uninspectable or unopened, and only engines that ran are named as such.
//!
//! ```
//! use sekisho_facts::{Settings, InspectRequest, inspect};
//!
//! let mut request = InspectRequest::mail(b"Subject: plan\r\n\r\nTop Secret: 1290-2784-2014\r\n");
//! request.reveal = true;
//! let answer = inspect(&request, &Settings::standard()?)?;
//! let ids: Vec<&str> = answer.findings.iter().map(|finding| finding.id.as_str()).collect();
//! assert!(ids.contains(&"dlp.my_number") && ids.contains(&"dlp.keyword_confidential"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod authentication;
mod context;
mod door;
mod findings;
mod inspect;
mod language;
mod large;
pub mod limits;
mod look;
mod message;
mod opener;
mod parts;
mod people;
mod phish;
mod ppap;
mod reports;
mod scan;
mod shown;
mod spam;
mod texts;
mod words;

pub use context::Context;
pub use door::{AtDoor, NameSign, client_names};
pub use inspect::{
    Answer, AnswerAuth, AnswerDkim, AnswerMail, AnswerPart, AnswerPhish, AnswerReason, AnswerSpam,
    BatchRequest, Given, InspectError, InspectRequest, Organisation, Settings, Vip, inspect,
    inspect_asking,
};
pub use look::{Look, PartLook, gather, look, look_and};
pub use opener::{InProcess, InnerFile, OpenedFile, Opener};
pub use spam::tokens;
