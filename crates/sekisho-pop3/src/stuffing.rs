//! A message on its way out: dots stuffed, CRLF only (RFC 1939 §3), piece by piece.

use bytes::Bytes;
use memchr::memchr;

/// Walks over a message.
#[derive(Debug)]
pub(crate) struct Stuffing {
    content: Bytes,
    at: usize,
    /// Body lines still wanted (TOP); `None`: all.
    lines_left: Option<usize>,
    in_body: bool,
    /// The line at hand has no text so far.
    blank: bool,
    done: bool,
}

impl Stuffing {
    /// The whole message, or its header and `lines` lines of the body.
    pub(crate) fn new(content: Bytes, lines: Option<usize>) -> Self {
        Self {
            content,
            at: 0,
            lines_left: lines,
            in_body: false,
            blank: true,
            done: false,
        }
    }

    /// Everything has been given out, the final dot too.
    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    /// The next piece, of about `bytes`; a longer line is cut.
    pub(crate) fn piece(&mut self, bytes: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes + 1024);
        while out.len() < bytes && !self.done {
            self.step(&mut out, bytes);
        }
        out
    }

    fn step(&mut self, out: &mut Vec<u8>, most: usize) {
        let rest = self.content.get(self.at..).unwrap_or_default();
        if rest.is_empty() || (self.in_body && self.lines_left == Some(0)) {
            self.finish(out);
            return;
        }
        let end = memchr(b'\n', rest).map(|lf| lf + 1);
        let starts_line = self.at == 0 || self.content.get(self.at - 1) == Some(&b'\n');
        // A line without end is walked in pieces too, so that memory stays flat.
        let len = end.unwrap_or(rest.len()).min(most.max(1));
        let line = rest.get(..len).unwrap_or_default();
        if starts_line && line.first() == Some(&b'.') {
            out.push(b'.');
        }
        self.at += len;
        self.blank &= line.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        if end != Some(len) {
            out.extend_from_slice(line);
            return;
        }
        // A bare LF could be taken for a line end by the client, and a lone dot after it for the
        // end of the message: it becomes one for everybody.
        let before = self.at.checked_sub(2).and_then(|at| self.content.get(at));
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        out.extend_from_slice(text);
        out.extend_from_slice(if before == Some(&b'\r') {
            b"\n"
        } else {
            b"\r\n"
        });
        if self.in_body {
            self.lines_left = self.lines_left.map(|left| left.saturating_sub(1));
        }
        self.in_body |= self.blank;
        self.blank = true;
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        self.done = true;
        let ended = self.at == 0 || self.content.get(self.at - 1) == Some(&b'\n');
        if !ended {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b".\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(content: &'static [u8], lines: Option<usize>, size: usize) -> String {
        let mut stuffing = Stuffing::new(Bytes::from_static(content), lines);
        let mut out = Vec::new();
        while !stuffing.is_done() {
            out.extend(stuffing.piece(size));
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn dots_and_line_ends() {
        for size in [1, 2, 3, 7, 100] {
            for (content, want) in [
                (
                    &b"a: b\r\n\r\n.\r\n..x\r\n"[..],
                    "a: b\r\n\r\n..\r\n...x\r\n.\r\n",
                ),
                (b"no end", "no end\r\n.\r\n"),
                (b"", ".\r\n"),
                (b"a\n.\nb\n", "a\r\n..\r\nb\r\n.\r\n"),
                (b".", "..\r\n.\r\n"),
                (b"a\r.\r\n", "a\r.\r\n.\r\n"),
            ] {
                assert_eq!(all(content, None, size), want, "{size}");
            }
        }
    }

    #[test]
    fn top_counts_body_lines() {
        let content = b"a: b\r\n\r\n1\r\n2\r\n3\r\n";
        for size in [1, 4, 100] {
            assert_eq!(all(content, Some(0), size), "a: b\r\n\r\n.\r\n");
            assert_eq!(all(content, Some(2), size), "a: b\r\n\r\n1\r\n2\r\n.\r\n");
            assert_eq!(
                all(content, Some(9), size),
                "a: b\r\n\r\n1\r\n2\r\n3\r\n.\r\n"
            );
        }
    }
}
