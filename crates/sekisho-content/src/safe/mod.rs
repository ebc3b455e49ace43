//! Safe forms of a file: the same to read, without what runs.
//!
//! Each function gives new bytes and says what it left out, or nothing when it cannot be sure: then
//! the file is to be held, not passed. The original is never changed.

mod html;
mod package;
mod pdf;
mod pdf_writer;
mod zip_writer;

pub use html::{clean_html, html_to_text};
pub use package::without_macros;
pub use pdf::without_actions;

/// A rebuilt file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Safe {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What was left out, in the file's own words: `word/vbaProject.bin`, `OpenAction`.
    pub removed: Vec<String>,
    /// The extension that suits it now: `docx` for what was a `docm`.
    pub extension: Option<&'static str>,
}
