//! A header block: from its first byte to the empty line that ends it (RFC 5322 §2.1).

use crate::header::Field;
use crate::limits::{FIELDS_MAX, FIELDS_TOTAL_MAX};

/// What is to be decided differently in another reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct BlockRule {
    /// A line that is no field: skip it where the usual reading ends the header, and the reverse.
    pub(crate) flip_junk: bool,
    /// A line of blanks ends the header.
    pub(crate) blanks_end: bool,
}

/// What was odd in the block.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BlockSeen {
    pub(crate) junk: bool,
    pub(crate) name_malformed: bool,
    pub(crate) unended: bool,
    pub(crate) blank_line: bool,
    pub(crate) bare_cr: bool,
    pub(crate) nul: bool,
    pub(crate) limit: bool,
}

/// Reads fields from `start`, puts them into `fields`, gives where the body starts.
/// `is_delimiter` tells whether a line (without its end) is an open delimiter.
pub(crate) fn read(
    source: &[u8],
    start: usize,
    rule: BlockRule,
    fields: &mut Vec<Field>,
    is_delimiter: impl Fn(&[u8]) -> bool,
) -> (usize, BlockSeen) {
    let mut block = Block {
        source,
        rule,
        seen: BlockSeen::default(),
        first: fields.len(),
        fields,
    };
    let mut at = start;
    while at < source.len() {
        let (line, next) = line_at(source, at);
        if line.starts_with(b"--") && is_delimiter(line) {
            block.seen.unended = true;
            return (at, block.seen);
        }
        match block.line(at, line, next) {
            Step::Next => at = next,
            Step::BodyAt(body) => return (body, block.seen),
        }
    }
    (source.len(), block.seen)
}

/// The line at `at` without its end, and where the next one starts.
pub(crate) fn line_at(source: &[u8], at: usize) -> (&[u8], usize) {
    let rest = source.get(at..).unwrap_or_default();
    match memchr::memchr(b'\n', rest) {
        Some(length) => {
            let mut line = rest.get(..length).unwrap_or_default();
            // CR CR LF is made by broken gateways, and is one line end to everybody.
            while let [before @ .., b'\r'] = line {
                line = before;
            }
            (line, at + length + 1)
        }
        None => (rest, source.len()),
    }
}

enum Step {
    Next,
    BodyAt(usize),
}

struct Block<'b> {
    source: &'b [u8],
    rule: BlockRule,
    seen: BlockSeen,
    first: usize,
    fields: &'b mut Vec<Field>,
}

impl Block<'_> {
    fn line(&mut self, at: usize, line: &[u8], next: usize) -> Step {
        match line.first() {
            None => return Step::BodyAt(next),
            Some(b' ' | b'\t') if self.fields.len() > self.first => {
                if line.trim_ascii().is_empty() {
                    return self.blank_line(next);
                }
                self.look(line);
                return self.fold(at, line, next);
            }
            _ => {}
        }
        self.look(line);
        match field_in(line) {
            Some(found) => {
                self.seen.name_malformed |= found.is_malformed;
                self.push(at, line, next, found)
            }
            None => self.junk(at, line, next),
        }
    }

    fn look(&mut self, line: &[u8]) {
        if let Some(at) = memchr::memchr2(b'\r', 0, line) {
            self.seen.bare_cr |= line.get(at..).is_some_and(|rest| rest.contains(&b'\r'));
            self.seen.nul |= line.get(at..).is_some_and(|rest| rest.contains(&0));
        }
    }

    fn push(&mut self, at: usize, line: &[u8], next: usize, found: Found) -> Step {
        if self.fields.len() - self.first >= FIELDS_MAX || self.fields.len() >= FIELDS_TOTAL_MAX {
            self.seen.limit = true;
            return Step::Next;
        }
        self.fields.push(Field {
            start: at,
            name_end: at + found.name_length,
            value: at + found.value,
            value_end: at + line.len(),
            end: next,
        });
        Step::Next
    }

    fn fold(&mut self, at: usize, line: &[u8], next: usize) -> Step {
        if let Some(field) = self.fields.last_mut().filter(|_| !self.seen.limit) {
            field.value_end = at + line.len();
            field.end = next;
        }
        Step::Next
    }

    /// A line of blanks: a fold by RFC 5322 §4.2, the end of the header for some programs. It counts as a
    /// fold only where more header follows.
    fn blank_line(&mut self, next: usize) -> Step {
        let (following, _) = line_at(self.source, next);
        let more = matches!(following.first(), Some(b' ' | b'\t')) || field_in(following).is_some();
        if !more {
            return Step::BodyAt(next);
        }
        self.seen.blank_line = true;
        if self.rule.blanks_end {
            return Step::BodyAt(next);
        }
        if let Some(field) = self.fields.last_mut() {
            field.end = next;
        }
        Step::Next
    }

    /// A line that is no field. Where a field follows it is skipped, else the body starts with it.
    fn junk(&mut self, at: usize, line: &[u8], next: usize) -> Step {
        let is_first = self.fields.len() == self.first;
        // mbox: `From address date` before the header, once more quoted by `>`.
        if is_first && (line.starts_with(b"From ") || line.starts_with(b">From ")) {
            return Step::Next;
        }
        if is_first && line.starts_with(b"\xef\xbb\xbf") {
            // A byte order mark before the first field.
            let marked = line.get(3..).unwrap_or_default();
            if let Some(found) = field_in(marked) {
                return self.push(at + 3, marked, next, found);
            }
        }
        self.seen.junk = true;
        let (following, _) = line_at(self.source, next);
        let more = field_in(following).is_some_and(|found| is_likely_name(following, &found));
        if more != self.rule.flip_junk {
            return Step::Next;
        }
        Step::BodyAt(at)
    }
}

/// A field's name and value within its line.
struct Found {
    name_length: usize,
    value: usize,
    is_malformed: bool,
}

/// `name:`; blanks before the colon (RFC 5322 §4.5) and NULs are tolerated, other bytes are not.
fn field_in(line: &[u8]) -> Option<Found> {
    let colon = memchr::memchr(b':', line)?;
    let name = line.get(..colon)?;
    let bare = name.trim_ascii_end();
    // Some programs skip control characters here (NUL, vertical tab, form feed).
    let is_name = |byte: &u8| byte.is_ascii_graphic() || matches!(byte, 0 | 0x0b | 0x0c | 0x80..);
    if bare.is_empty() || !bare.iter().all(is_name) {
        return None;
    }
    Some(Found {
        name_length: bare.len(),
        value: colon + 1,
        is_malformed: bare.len() != name.len() || bare.iter().any(|byte| !byte.is_ascii_graphic()),
    })
}

/// Letters, digits and hyphens: what every real field name is made of.
fn is_likely_name(line: &[u8], found: &Found) -> bool {
    line.get(..found.name_length).is_some_and(|name| {
        name.iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    })
}

/// Whether a line starts as a MIME field.
pub(crate) fn is_content_field(line: &[u8]) -> bool {
    line.get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
        && field_in(line).is_some()
}
