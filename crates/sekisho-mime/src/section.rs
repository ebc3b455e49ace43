//! IMAP section numbers to byte ranges (RFC 9051 §6.4.5.1, `section-spec`).

use std::ops::Range;

use crate::{Message, Part};

/// Which bytes of a section are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionText {
    /// `BODY[]`, `BODY[1.2]`: the whole message, or a part's body.
    Body,
    /// `BODY[1.2.MIME]`: the part's own header with the empty line after it.
    Mime,
    /// `BODY[HEADER]`, `BODY[2.HEADER]`: the header of a message, with the empty line after it.
    Header,
    /// `BODY[TEXT]`, `BODY[2.TEXT]`: the body of a message.
    Text,
}

impl Message<'_> {
    /// The part with this IMAP number (`1`, `2.1`); `None` when there is none, or when it lies inside a
    /// transfer encoding and so has no bytes of its own in the original.
    pub fn part(&self, number: &str) -> Option<Part<'_>> {
        todo!("{number}")
    }

    /// The byte range of a section in the original. `number` is empty for the message itself.
    pub fn section(&self, number: &str, text: SectionText) -> Option<Range<usize>> {
        todo!("{number} {text:?}")
    }
}
