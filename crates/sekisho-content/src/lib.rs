//! What an attachment really is and holds: type by content, text, members, encryption.
//!
//! [`open`] takes the bytes of one part with its names and its declared type, and gives its real
//! type, the [`Verdict`]s on it, its text as [`Piece`]s and the files inside it as [`Member`]s.
//! A file that could not be read says so: [`State::Unopened`] where this version has no reader for
//! the format, [`State::Uninspectable`] where a key is missing, or damage or a limit stopped the
//! reader. Neither is ever clean.
//!
//! [`safe`] rebuilds a document without what runs in it.
//!
//! What it never does: decide what happens to the mail, run anything, follow a link, expand an
//! entity of a document, or go beyond [`limits`].
//!
//! ```
//! use sekisho_content::{File, State, Verdict, open};
//!
//! let opened = open(&File {
//!     bytes: b"MZ\x90\x00\x03\x00\x00\x00",
//!     names: &["請求書.pdf".to_owned()],
//!     declared: Some("application/pdf"),
//!     charset: None,
//! });
//! assert_eq!(opened.file_type.name(), "exe");
//! assert_eq!(opened.verdict(), Verdict::DangerousType);
//! assert!(opened.verdicts.contains(&Verdict::TypeMismatch));
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod archive;
mod budget;
mod der;
mod eicar;
mod kind;
pub mod limits;
mod locked;
pub mod markup;
mod message;
mod name;
mod office;
mod ole;
mod onenote;
mod open;
mod opened;
mod outlook;
mod password;
mod pdf;
pub mod plain;
pub mod safe;
mod script;
mod shortcut;
mod text;
mod vba;
mod verdict;
mod xlm;

pub use kind::{Class, FileType, identify};
pub use open::{ByEnds, File, open, open_by_ends, open_with};
pub use opened::{Member, Opened, Piece, Place, Reason, State};
pub use password::password_candidates;
pub use text::{html_pieces, text_pieces};
pub use verdict::Verdict;
