//! How much a mail looks like spam, and why.
//!
//! [`Sight::of`] takes a parsed mail and its texts, folds every way of writing to one and cuts it
//! into sentences. Hand-written [rules](all_rules) say what is asked for and offered, in Japanese and
//! English. [`Tokens::of`] makes hashed tokens, which a [`Model`] of the organisation and a
//! [`Personal`] layer of the user have learned to weigh. [`score`] adds all of it up and names every
//! point: 0 is neutral, [`JUNK`] and [`SPAM`] are the marks.
//!
//! What it never does: keep the text of a mail, read a file, a clock or a store, ask the network,
//! decide what happens to a mail.
//!
//! ```
//! use sekisho_mime::Message;
//! use sekisho_spam::{Body, Filter, Lesson, Model, Sight, Tokens, score};
//!
//! let message = Message::parse("Subject: 至急\r\n\r\n".as_bytes());
//! let text = "口座が凍結されました。24時間以内にカード番号と暗証番号をご入力ください。";
//! let sight = Sight::of(&message, &[Body { text, is_hidden: false, is_html: false }]);
//! let tokens = Tokens::of(&sight);
//! let untrained = score(&sight, &tokens, &Filter::default());
//! assert!(untrained.reasons.iter().any(|reason| reason.id == "spam.asks_card"));
//! assert_eq!(untrained.bayes, None);
//!
//! let mut model = Model::new();
//! model.learn(&Lesson { tokens, is_spam: true, corrects: false, teacher: None, day: 20_000 });
//! assert_eq!(model.lessons(), (0, 1));
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod claim;
mod concept;
pub mod dnsbl;
mod fold;
pub mod limits;
pub mod lists;
mod model;
mod persist;
mod personal;
mod score;
mod shape;
mod sight;
mod token;

pub use concept::{Rule, all_rules};
pub use model::{Lesson, Model};
pub use persist::FormError;
pub use personal::Personal;
pub use score::{Filter, JUNK, Reason, SPAM, Score, score};
pub use sight::{Body, Sight};
pub use token::Tokens;
