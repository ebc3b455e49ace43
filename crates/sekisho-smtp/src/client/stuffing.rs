//! Content on its way out: dots doubled, every line end a CRLF (RFC 5321 §4.5.2, §2.3.8).

use memchr::memchr2;

/// Remembers what crosses the pieces.
#[derive(Debug)]
pub(crate) struct Stuffing {
    line_start: bool,
    /// The last byte was a CR; it has been written as CRLF already.
    after_cr: bool,
}

impl Stuffing {
    pub(crate) fn new() -> Self {
        Self {
            line_start: true,
            after_cr: false,
        }
    }

    /// A bare CR or LF leaves as CRLF: were it sent as it is, the next server might see an end of the mail
    /// where we see none (SMTP smuggling). What came in by SMTP has none, so nothing signed is changed.
    pub(crate) fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        out.reserve(bytes.len() + bytes.len() / 64 + 2);
        if std::mem::take(&mut self.after_cr) {
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(&first) = bytes.first() {
            if self.line_start && first == b'.' {
                out.push(b'.');
            }
            let Some(end) = memchr2(b'\r', b'\n', bytes) else {
                out.extend_from_slice(bytes);
                self.line_start = false;
                return;
            };
            let (line, rest) = bytes.split_at(end);
            out.extend_from_slice(line);
            out.extend_from_slice(b"\r\n");
            self.line_start = true;
            bytes = match rest {
                [b'\r', b'\n', rest @ ..] => rest,
                [b'\r'] => {
                    self.after_cr = true;
                    &[]
                }
                [_, rest @ ..] => rest,
                [] => &[],
            };
        }
    }

    /// `CRLF . CRLF`, the first CRLF being that of the last line.
    pub(crate) fn end(&self, out: &mut Vec<u8>) {
        if !self.line_start {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b".\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_cutting_gives_the_same() {
        for (content, want) in [
            ("", ".\r\n"),
            ("a", "a\r\n.\r\n"),
            ("a\r\n", "a\r\n.\r\n"),
            (".\r\n..\r\n.a", "..\r\n...\r\n..a\r\n.\r\n"),
            ("a\n.\nb\r.\rc", "a\r\n..\r\nb\r\n..\r\nc\r\n.\r\n"),
            ("a\r\n\r\n", "a\r\n\r\n.\r\n"),
            ("\r\r\n", "\r\n\r\n.\r\n"),
        ] {
            for size in 1..=content.len().max(1) {
                let (mut stuffing, mut out) = (Stuffing::new(), Vec::new());
                for piece in content.as_bytes().chunks(size) {
                    stuffing.push(piece, &mut out);
                }
                stuffing.end(&mut out);
                assert_eq!(
                    String::from_utf8(out).unwrap(),
                    want,
                    "{content:?} by {size}"
                );
            }
        }
    }
}
