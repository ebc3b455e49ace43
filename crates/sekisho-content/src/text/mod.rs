//! Bytes of text and HTML to pieces.

mod html;
mod plain;
mod rtf;
mod rtf_objects;

pub use html::html_pieces;
pub use plain::text_pieces;

pub(crate) use html::{Html, percent_decoded_bytes};
pub(crate) use plain::{base64_bytes, unescape};
pub(crate) use rtf::{rtf, rtf_text};
pub(crate) use rtf_objects::rtf_objects;
