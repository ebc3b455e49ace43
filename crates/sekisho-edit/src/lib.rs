//! Changes that rules make to a mail, carried out on its bytes.
//!
//! [`edit`] takes the bytes of a mail and the [`Edit`](sekisho_policy::Edit)s of a disposition and gives a
//! [`Patch`]: a few places with new bytes. No other byte changes, so that what was signed, encoded or
//! malformed elsewhere is as it came.
//!
//! - **Header**: tags before the subject keep the subject's own encoded words; To and Cc lose or gain
//!   addresses; lines come and go.
//! - **Banner**: above or below the text in every body that a reader may be shown (`text/plain` and
//!   `text/html` of an alternative), in that part's own charset and transfer encoding: escapes for
//!   ISO-2022-JP, quoted-printable lines for quoted-printable. Where its words do not fit the charset, or
//!   the charset is not what the part says, the part becomes UTF-8. A text that stands there already is
//!   not added again.
//! - **Signed or encrypted** as a whole: the mail is not touched but put, as it is, into a new one with the
//!   banner as its text. A mail without a text gets one beside what it has.
//! - **Strip**: a part goes, a note stands in its place. What lies inside a signature or an encoding cannot
//!   be taken out: then [`CannotEdit`] says so, and the mail must not go on.
//!
//! It never decides, and never touches files. Envelope changes (who gets it) are the caller's.
//!
//! ```
//! use sekisho_policy::{BannerPlace, Edit};
//!
//! let raw = b"Subject: plan\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n";
//! let edits = [
//!     Edit::TagSubject { tag: "[EXT]".to_owned() },
//!     Edit::Banner { place: BannerPlace::Top, text: "From outside.".to_owned(), html: None },
//! ];
//! let edited = sekisho_edit::edit(raw, &edits, None).unwrap().apply(raw);
//! assert_eq!(
//!     edited,
//!     b"Subject: [EXT] plan\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nFrom outside.\r\n\r\nHello\r\n",
//! );
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod banner;
mod bodies;
mod edit;
mod encode;
mod header;
mod html;
pub mod limits;
mod patch;
mod strip;
mod wrap;

pub use edit::{CannotEdit, edit};
pub use patch::Patch;
