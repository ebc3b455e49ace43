//! Mail bytes to a tree and back.
//!
//! [`Message::parse`] reads any bytes as a mail and never fails. The tree is a list of parts with
//! byte ranges of the original; nothing is decoded before it is asked for. [`Part::decoded`] undoes
//! the transfer encoding, [`Part::text`] also the charset, [`Part::names`] gives every name that some
//! mail program would show for an attachment.
//!
//! Mail programs differ in how they read a malformed mail, and attackers live in the difference
//! (“MIME is broken”, noxxi; “Inbox Invasion”, CCS 2024). So the tree has one *main reading*, the one
//! of the RFCs where they speak, and a bounded number of *other readings*: [`Message::all_parts`]
//! offers the parts of both, [`Part::decodings`] the bytes under each transfer encoding. What was
//! wrong is listed by [`Message::anomalies`]; [`Message::is_ambiguous`] is true when two mail
//! programs may show different content.
//!
//! [`Edit`] changes header fields and leaves every other byte as it was. [`compose`] has what is
//! needed to write mails of our own.
//!
//! Never here: policy, files, sockets, the clock. Every limit stands in [`limits`].
//!
//! ```
//! use sekisho_mime::Message;
//! let raw = b"Subject: =?ISO-2022-JP?B?GyRCMnE1RCRON28bKEI=?=\r\n\r\nhello\r\n";
//! let message = Message::parse(raw);
//! assert_eq!(message.subject().as_deref(), Some("会議の件"));
//! assert_eq!(message.parts().next().and_then(|part| part.text()).as_deref(), Some("hello\r\n"));
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod anomaly;
pub mod charset;
mod check;
pub mod compose;
mod content;
mod edit;
mod field;
mod header;
pub mod limits;
mod message;
mod part;
mod path;
mod read;
mod report;
mod sealed;
mod section;
mod stream;
mod transfer;
mod tree;

pub use anomaly::{Anomaly, AnomalyKind};
pub use content::Decoding;
pub use edit::{Edit, EditError};
pub use field::{
    AddressItem, ContentType, Disposition, MailDate, Mailbox, Param, Params, decode_words,
    parse_addresses, parse_date,
};
pub use header::{Header, Headers};
pub use message::Message;
pub use part::Part;
pub use report::{DeliveryStatus, Feedback, MailKind, Report, ReportedRecipient};
pub use section::SectionText;
pub use stream::Stream;
pub use transfer::TransferEncoding;
