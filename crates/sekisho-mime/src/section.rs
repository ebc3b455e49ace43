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
        let mut steps = number.split('.').map(|step| step.parse::<u32>().ok());
        let mut at = self.root();
        loop {
            let step = steps.next()??;
            at = numbered(at, step)?;
            let mut rest = steps.clone();
            if rest.next().is_none() {
                return at.is_in_original().then_some(at);
            }
            // Below a message stands the message's own numbering.
            if at.is_message() {
                at = at.children().next()?;
            } else if !at.is_multipart() {
                return None;
            }
        }
    }

    /// The byte range of a section in the original. `number` is empty for the message itself.
    pub fn section(&self, number: &str, text: SectionText) -> Option<Range<usize>> {
        if number.is_empty() {
            return message_section(&self.root(), text);
        }
        let part = self.part(number)?;
        match text {
            SectionText::Body => Some(part.body_range()),
            SectionText::Mime => Some(part.header_range()),
            SectionText::Header | SectionText::Text => {
                let nested = part.children().next().filter(|_| part.is_message())?;
                message_section(&nested, text).filter(|_| nested.is_in_original())
            }
        }
    }
}

fn message_section(message: &Part<'_>, text: SectionText) -> Option<Range<usize>> {
    match text {
        SectionText::Body => Some(message.range()),
        SectionText::Header => Some(message.header_range()),
        SectionText::Text => Some(message.body_range()),
        SectionText::Mime => None,
    }
}

/// Part `step` of a message root or a multipart: a message that is no multipart has one part, itself.
fn numbered(root: Part<'_>, step: u32) -> Option<Part<'_>> {
    if root.is_multipart() {
        return root.children().nth(step.checked_sub(1)? as usize);
    }
    (step == 1).then_some(root)
}
