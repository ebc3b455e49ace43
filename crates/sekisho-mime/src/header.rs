//! Header fields in their order, as ranges of the bytes they were read from.

use std::borrow::Cow;
use std::ops::Range;

use crate::field::{decode_words, unfold};

/// Where one field lies. All offsets are into the same source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) start: usize,
    pub(crate) name_end: usize,
    pub(crate) value: usize,
    pub(crate) value_end: usize,
    pub(crate) end: usize,
}

/// One header field.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    pub(crate) source: &'a [u8],
    pub(crate) field: Field,
}

impl<'a> Header<'a> {
    /// The name as written, without blanks before the colon; bytes that are not UTF-8 replaced.
    pub fn name(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.name_bytes())
    }

    /// The name's bytes as written, without blanks before the colon.
    pub fn name_bytes(&self) -> &'a [u8] {
        self.slice(self.field.start..self.field.name_end)
    }

    /// Whether the name is `name`, without regard to case (RFC 5322 §1.2.2).
    pub fn is(&self, name: &str) -> bool {
        let own = self.name_bytes();
        own.eq_ignore_ascii_case(name.as_bytes())
            || (own.len() > name.len()
                && own.iter().any(u8::is_ascii_control)
                && own
                    .iter()
                    .filter(|byte| !byte.is_ascii_control())
                    .map(u8::to_ascii_lowercase)
                    .eq(name.bytes().map(|byte| byte.to_ascii_lowercase())))
    }

    /// Everything after the colon up to, not including, the field's last line end; folds kept.
    pub fn raw_value(&self) -> &'a [u8] {
        self.slice(self.field.value..self.field.value_end)
    }

    /// The whole field as it stands: name, colon, value, folds and the last line end.
    pub fn raw(&self) -> &'a [u8] {
        self.slice(self.range())
    }

    /// Where the whole field lies, its last line end included.
    pub fn range(&self) -> Range<usize> {
        self.field.start..self.field.end
    }

    /// The value unfolded (RFC 5322 §2.2.3) and trimmed, encoded words left as they are.
    pub fn unfolded(&self) -> Cow<'a, [u8]> {
        unfold(self.raw_value())
    }

    /// The value as a person reads it: unfolded, encoded words and raw 8-bit text decoded.
    pub fn text(&self) -> String {
        decode_words(&self.unfolded())
    }

    fn slice(&self, range: Range<usize>) -> &'a [u8] {
        self.source.get(range).unwrap_or_default()
    }
}

/// The header fields of one entity, first to last.
#[derive(Debug, Clone)]
pub struct Headers<'a> {
    pub(crate) source: &'a [u8],
    pub(crate) fields: std::slice::Iter<'a, Field>,
}

impl<'a> Iterator for Headers<'a> {
    type Item = Header<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let source = self.source;
        self.fields.next().map(|&field| Header { source, field })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.fields.size_hint()
    }
}

impl DoubleEndedIterator for Headers<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let source = self.source;
        self.fields
            .next_back()
            .map(|&field| Header { source, field })
    }
}

impl ExactSizeIterator for Headers<'_> {}
