//! Canonicalisation (RFC 6376 §3.4) and the body hash.

use ring::digest::{Context, SHA256};

/// `c=`: what a signature lets change on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Canonical {
    /// Almost nothing.
    #[default]
    Simple,
    /// Amount of blanks, case of field names.
    Relaxed,
}

impl Canonical {
    /// `simple` or `relaxed`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("simple") {
            Some(Self::Simple)
        } else if name.eq_ignore_ascii_case("relaxed") {
            Some(Self::Relaxed)
        } else {
            None
        }
    }

    /// Adds a header field to what is signed, without a line end.
    pub(crate) fn field(self, whole: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Simple => simple_field(whole, out),
            Self::Relaxed => relaxed_field(whole, out),
        }
    }
}

/// RFC 6376 §3.4.1: as it is. Bare LF counts as CRLF (RFC 6376 §5.3: mail is CRLF when signed).
fn simple_field(whole: &[u8], out: &mut Vec<u8>) {
    let mut before = 0;
    for &byte in whole {
        if byte == b'\n' && before != b'\r' {
            out.push(b'\r');
        }
        out.push(byte);
        before = byte;
    }
}

/// RFC 6376 §3.4.2: name in lower case, unfolded, runs of blanks to one, none at the ends.
fn relaxed_field(whole: &[u8], out: &mut Vec<u8>) {
    let colon = memchr::memchr(b':', whole).unwrap_or(whole.len());
    let (name, value) = whole.split_at(colon);
    out.extend(name.trim_ascii_end().iter().map(u8::to_ascii_lowercase));
    out.push(b':');
    let start = out.len();
    let mut blank = false;
    let value = value.get(1..).unwrap_or_default();
    for (at, &byte) in value.iter().enumerate() {
        match byte {
            b' ' | b'\t' | b'\n' => blank = true,
            b'\r' if value.get(at + 1) == Some(&b'\n') => blank = true,
            _ => {
                if blank && out.len() > start {
                    out.push(b' ');
                }
                blank = false;
                out.push(byte);
            }
        }
    }
}

/// SHA-256 of a canonical body, and how long that body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BodyHash {
    pub(crate) sha256: [u8; 32],
    /// Of the whole canonical body, whatever `l=` says.
    pub(crate) bytes: u64,
}

/// Hashes the body while it is canonicalised; nothing of it is kept.
/// `length` is `l=`: only that many bytes of the canonical body are hashed.
pub(crate) fn body_hash(body: &[u8], canonical: Canonical, length: Option<u64>) -> BodyHash {
    let mut hasher = Hasher::new(length.unwrap_or(u64::MAX));
    let mut empty_lines = 0_usize;
    let mut rest = body;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        let (line, after) = rest.split_at(end);
        rest = after;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        if canonical == Canonical::Relaxed {
            line = trim_blanks_end(line);
        }
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        // Empty lines at the end are dropped, those between are not (§3.4.3).
        for _ in 0..std::mem::take(&mut empty_lines) {
            hasher.add(b"\r\n");
        }
        match canonical {
            Canonical::Simple => hasher.add(line),
            Canonical::Relaxed => relaxed_line(line, &mut hasher),
        }
        hasher.add(b"\r\n");
    }
    // §3.4.3: an empty body is one CRLF. §3.4.4: relaxed leaves it empty.
    if hasher.bytes == 0 && canonical == Canonical::Simple {
        hasher.add(b"\r\n");
    }
    hasher.finish()
}

fn trim_blanks_end(mut line: &[u8]) -> &[u8] {
    while let [head @ .., b' ' | b'\t'] = line {
        line = head;
    }
    line
}

/// §3.4.4: runs of blanks to one space.
fn relaxed_line(line: &[u8], hasher: &mut Hasher) {
    let mut from = 0;
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        let blank_run = match byte {
            b'\t' => true,
            b' ' => matches!(line.get(at + 1), Some(b' ' | b'\t')),
            _ => false,
        };
        if !blank_run {
            at += 1;
            continue;
        }
        hasher.add(line.get(from..at).unwrap_or_default());
        hasher.add(b" ");
        while matches!(line.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        from = at;
    }
    hasher.add(line.get(from..).unwrap_or_default());
}

/// Gathers small pieces, so that the digest sees few and large ones.
struct Hasher {
    context: Context,
    buffer: Vec<u8>,
    bytes: u64,
    bytes_hashed_max: u64,
}

const BUFFER_BYTES: usize = 4096;

impl Hasher {
    fn new(bytes_hashed_max: u64) -> Self {
        Self {
            context: Context::new(&SHA256),
            buffer: Vec::with_capacity(BUFFER_BYTES),
            bytes: 0,
            bytes_hashed_max,
        }
    }

    fn add(&mut self, piece: &[u8]) {
        let left = self.bytes_hashed_max.saturating_sub(self.bytes);
        self.bytes += piece.len() as u64;
        let piece = match usize::try_from(left) {
            Ok(left) => piece.get(..left).unwrap_or(piece),
            Err(_) => piece,
        };
        if self.buffer.len() + piece.len() > BUFFER_BYTES {
            self.context.update(&self.buffer);
            self.buffer.clear();
        }
        if piece.len() >= BUFFER_BYTES {
            self.context.update(piece);
        } else {
            self.buffer.extend_from_slice(piece);
        }
    }

    fn finish(mut self) -> BodyHash {
        self.context.update(&self.buffer);
        let mut sha256 = [0; 32];
        for (to, from) in sha256.iter_mut().zip(self.context.finish().as_ref()) {
            *to = *from;
        }
        BodyHash {
            sha256,
            bytes: self.bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(canonical: Canonical, whole: &str) -> String {
        let mut out = Vec::new();
        canonical.field(whole.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    fn sha256(text: &str) -> [u8; 32] {
        let digest = ring::digest::digest(&SHA256, text.as_bytes());
        digest.as_ref().try_into().unwrap()
    }

    /// RFC 6376 §3.4.5.
    #[test]
    fn examples_of_the_standard() {
        assert_eq!(field(Canonical::Relaxed, "A: X"), "a:X");
        assert_eq!(field(Canonical::Relaxed, "B : Y\t\r\n\tZ  "), "b:Y Z");
        assert_eq!(
            field(Canonical::Simple, "B : Y\t\n\tZ  "),
            "B : Y\t\r\n\tZ  "
        );
        let body = b" C \r\nD \t E\r\n\r\n\r\n";
        let relaxed = body_hash(body, Canonical::Relaxed, None);
        assert_eq!(relaxed.sha256, sha256(" C\r\nD E\r\n"));
        let simple = body_hash(body, Canonical::Simple, None);
        assert_eq!(simple.sha256, sha256(" C \r\nD \t E\r\n"));
    }

    #[test]
    fn ends_of_bodies() {
        for (body, relaxed, simple) in [
            ("", "", "\r\n"),
            ("\r\n\r\n", "", "\r\n"),
            ("\n", "", "\r\n"),
            (" \r\n", "", " \r\n"),
            ("a", "a\r\n", "a\r\n"),
            ("a\n\nb\n\n", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"),
            ("a\rb \t", "a\rb\r\n", "a\rb \t\r\n"),
        ] {
            let hash = body_hash(body.as_bytes(), Canonical::Relaxed, None);
            assert_eq!(hash.sha256, sha256(relaxed), "relaxed {body:?}");
            assert_eq!(hash.bytes, relaxed.len() as u64, "relaxed {body:?}");
            let hash = body_hash(body.as_bytes(), Canonical::Simple, None);
            assert_eq!(hash.sha256, sha256(simple), "simple {body:?}");
        }
    }

    #[test]
    fn a_length_cuts_what_is_hashed_and_not_what_is_counted() {
        let body = format!("{}\r\nmore\r\n", "x".repeat(9000));
        let hash = body_hash(body.as_bytes(), Canonical::Simple, Some(8999));
        assert_eq!(hash.sha256, sha256(&"x".repeat(8999)));
        assert_eq!(hash.bytes, 9008);
    }
}
