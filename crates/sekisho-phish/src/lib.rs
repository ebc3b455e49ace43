//! Look-alike names and domains, links that lie, impersonation.
//!
//! [`assess`] takes a [`Mail`] and what the organisation knows ([`Knowledge`]: its domains, partners,
//! people whose names are worth borrowing) and gives an [`Assessment`]: a verdict, and every [`Sign`]
//! with its place, its weight and its words in Japanese and English. Signs are added up as chances:
//! one weak sign never condemns, many of one kind are one.
//!
//! - **Look-alikes** ([`Knowledge::lookalike`]): homoglyphs, slips, added words, other endings, moved dots,
//!   names in front of others; of the organisation's own domains, its partners', and a built-in list of
//!   brands with the domains that they really use (`data/brands.txt`).
//! - **Links**: where a browser really goes (WHATWG URL), against what the text shows.
//! - **Sender**: display names of insiders and brands, addresses in names, answers that go elsewhere.
//! - **Forms** that ask for secrets, **invitations** that press, **QR codes** in pictures.
//!
//! What it never does: open a link, ask DNS, remember a mail, decide what happens to it. Every bound
//! stands in [`limits`].
//!
//! ```
//! use sekisho_mime::Message;
//! use sekisho_phish::{Knowledge, Mail, Verdict, assess};
//!
//! let raw = b"From: support@mail.example\r\nContent-Type: text/html\r\n\r\n\
//!     <a href=\"https://paypal.com@pay.example/login\">https://www.paypal.com/</a>";
//! let message = Message::parse(raw);
//! let found = assess(&Mail::of(&message), &Knowledge::default());
//! assert_eq!(found.verdict, Verdict::Phishing);
//! assert!(found.signs.iter().any(|sign| sign.id == "phish.link_userinfo"));
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod assess;
mod calendar;
mod impersonation;
mod knowledge;
pub mod limits;
mod links;
mod lookalike;
mod mail;
mod pressure;
mod qr;
mod sign;

pub use assess::assess;
pub use impersonation::people::Person;
pub use knowledge::Knowledge;
pub use lookalike::{Lookalike, Owner, Technique};
pub use mail::{Mail, Proof};
pub use sign::{Assessment, Sign, Verdict};
