//! Bytes of text and HTML to pieces.

mod html;
mod plain;
mod rtf;

pub use html::html_pieces;
pub use plain::text_pieces;

pub(crate) use html::Html;
pub(crate) use rtf::{rtf_objects, rtf_text};
