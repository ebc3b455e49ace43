//! The raw mail as signatures see it: header fields as bytes, in order, and the body.

use std::cmp::Ordering;

/// One header field, without its last line end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    /// Before the colon, without blanks before it.
    pub(crate) name: &'a [u8],
    /// Name, colon and value, folds included.
    pub(crate) whole: &'a [u8],
    /// After the colon, folds included.
    pub(crate) value: &'a [u8],
}

/// A mail cut into fields and body; nothing is copied.
#[derive(Debug)]
pub(crate) struct RawMail<'a> {
    fields: Vec<Field<'a>>,
    /// Positions of those with a name, by name and then from the top.
    by_name: Vec<usize>,
    /// All before the empty line.
    pub(crate) header: &'a [u8],
    /// All after it.
    pub(crate) body: &'a [u8],
}

impl<'a> RawMail<'a> {
    /// Cuts a mail. Never fails: a line without a colon is a field without a name, which no
    /// signature can name. A bare LF ends a line too, as everything we deliver has been read so.
    pub(crate) fn new(raw: &'a [u8]) -> Self {
        let (header, body) = split(raw);
        let fields: Vec<_> = FieldLines { rest: header }.map(cut).collect();
        let name = |at: &usize| fields.get(*at).map_or(&[][..], |field| field.name);
        let mut by_name: Vec<_> = (0..fields.len()).collect();
        by_name.retain(|at| !name(at).is_empty());
        by_name.sort_by(|a, b| compare(name(a), name(b)));
        Self {
            fields,
            by_name,
            header,
            body,
        }
    }

    /// The fields of that name (lower case), from the top.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = Field<'a>> + '_ {
        self.positions(name)
            .iter()
            .filter_map(|at| self.fields.get(*at).copied())
    }

    /// The same, as positions for [`RawMail::field`].
    pub(crate) fn positions(&self, name: &str) -> &[usize] {
        let to = |at: &usize| {
            let field = self.fields.get(*at).map_or(&[][..], |field| field.name);
            compare(field, name.as_bytes())
        };
        let start = self.by_name.partition_point(|at| to(at).is_lt());
        let rest = self.by_name.get(start..).unwrap_or_default();
        let count = rest.partition_point(|at| to(at).is_eq());
        rest.get(..count).unwrap_or_default()
    }

    /// The field at a position.
    pub(crate) fn field(&self, at: usize) -> Option<Field<'a>> {
        self.fields.get(at).copied()
    }
}

/// Names in order, whatever the case of their letters.
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let lower = u8::to_ascii_lowercase;
    a.iter().map(lower).cmp(b.iter().map(lower))
}

/// Header and body; the empty line between belongs to neither.
fn split(raw: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    while let Some(line) = raw.get(start..).filter(|rest| !rest.is_empty()) {
        let end = memchr::memchr(b'\n', line).map_or(line.len(), |at| at + 1);
        if matches!(line.get(..end), Some(b"\r\n" | b"\n")) {
            let header = raw.get(..start).unwrap_or_default();
            return (header, raw.get(start + end..).unwrap_or_default());
        }
        start += end;
    }
    (raw, &[])
}

fn cut(whole: &[u8]) -> Field<'_> {
    let Some(colon) = memchr::memchr(b':', whole) else {
        return Field {
            name: &[],
            whole,
            value: whole,
        };
    };
    let (name, value) = whole.split_at(colon);
    Field {
        name: name.trim_ascii_end(),
        whole,
        value: value.get(1..).unwrap_or_default(),
    }
}

/// Fields with their folded lines; the line end of the last line is left out.
struct FieldLines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for FieldLines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let mut from = 0;
        let (mut end, mut next) = (self.rest.len(), self.rest.len());
        while let Some(at) = self
            .rest
            .get(from..)
            .and_then(|rest| memchr::memchr(b'\n', rest))
        {
            from += at + 1;
            if !matches!(self.rest.get(from), Some(b' ' | b'\t')) {
                (end, next) = (from - 1, from);
                break;
            }
        }
        let (field, _) = self.rest.split_at(end);
        self.rest = self.rest.get(next..).unwrap_or_default();
        Some(field.strip_suffix(b"\r").unwrap_or(field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_bare_lf_and_missing_colons() {
        let mail = RawMail::new(b"From : a\r\n b\nnonsense\nTo:c\r\n\r\nbody\r\n");
        let shown: Vec<_> = mail
            .fields
            .iter()
            .map(|field| (field.name, field.value))
            .collect();
        assert_eq!(
            shown,
            [
                (&b"From"[..], &b" a\r\n b"[..]),
                (b"", b"nonsense"),
                (b"To", b"c")
            ]
        );
        assert_eq!(mail.body, b"body\r\n");
        assert_eq!(mail.named("from").count(), 1);
    }

    #[test]
    fn a_mail_may_have_no_body_or_no_header() {
        assert_eq!(RawMail::new(b"A: b").body, b"");
        assert_eq!(RawMail::new(b"\r\nbody").body, b"body");
        assert_eq!(RawMail::new(b"").header, b"");
    }
}
