//! The content as it streams by: dots, line ends, and what is worth knowing of it. Nothing is kept.

use memchr::memchr;

use crate::envelope::ContentFacts;
use crate::limits::{RECEIVED_MAX, TEXT_LINE_BYTES_MAX};
use crate::reply::Reply;
use crate::server::replies;

/// Where in a line the scan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    LineStart,
    Text,
    /// A CR that LF must follow. `after_cr`: the byte before it was a CR too.
    Cr {
        after_cr: bool,
    },
    /// A dot at the start of a line, already taken off.
    Dot,
    /// The same and a CR.
    DotCr,
}

/// How far one piece brought the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scanned {
    /// All of it is content.
    Whole,
    /// `CRLF . CRLF` ended it after this many bytes.
    Ended { used: usize },
}

/// One mail's content. `dots`: DATA, where a line's first dot is taken off and a dot alone ends it
/// (RFC 5321 §4.5.2); without: BDAT, which counts bytes.
#[derive(Debug)]
pub(crate) struct Content {
    dots: bool,
    bytes_max: u64,
    at: At,
    line_bytes: u64,
    header_line: Option<HeaderLine>,
    facts: ContentFacts,
    bare_cr_or_lf: bool,
    ambiguous_end: bool,
}

/// The beginning of a line of the header section, to tell `Received:`.
#[derive(Debug, Default)]
struct HeaderLine {
    bytes: [u8; 9],
    len: usize,
}

impl HeaderLine {
    fn push(&mut self, segment: &[u8]) {
        for (to, from) in self.bytes.iter_mut().skip(self.len).zip(segment) {
            *to = *from;
            self.len += 1;
        }
    }

    fn is_received(&self) -> bool {
        self.bytes.eq_ignore_ascii_case(b"received:")
    }
}

impl Content {
    pub(crate) fn new(dots: bool, bytes_max: u64) -> Self {
        Self {
            dots,
            bytes_max,
            at: At::LineStart,
            line_bytes: 0,
            header_line: Some(HeaderLine::default()),
            facts: ContentFacts::default(),
            bare_cr_or_lf: false,
            ambiguous_end: false,
        }
    }

    pub(crate) fn facts(&self) -> ContentFacts {
        self.facts
    }

    /// Why the mail cannot be taken, as far as it has been read. The same for any cutting into pieces.
    pub(crate) fn refusal(&self) -> Option<Reply> {
        if self.bare_cr_or_lf && self.ambiguous_end {
            Some(replies::AMBIGUOUS_END)
        } else if self.bare_cr_or_lf {
            Some(replies::BARE_CR_OR_LF)
        } else if self.facts.content_bytes > self.bytes_max {
            Some(replies::TOO_BIG)
        } else if self.facts.line_bytes_longest.max(self.line_bytes) > TEXT_LINE_BYTES_MAX {
            Some(replies::TEXT_LINE_TOO_LONG)
        } else if self.facts.received_count > RECEIVED_MAX {
            Some(replies::LOOP) // RFC 5321 §6.3
        } else {
            None
        }
    }

    /// The mail ended by `CR CRLF . CRLF`: strictly its end, but whoever passed it on to us may not have
    /// seen a line end in CR CR LF, and may hold what follows for content (SMTP smuggling, SEC Consult 2023).
    pub(crate) fn end_is_ambiguous(&self) -> bool {
        self.ambiguous_end
    }

    /// Far over the limit: its end is not worth waiting for.
    pub(crate) fn is_endless(&self) -> bool {
        self.facts.content_bytes > discarded_bytes_max(self.bytes_max)
    }

    /// Takes one piece; what is content goes to `out`, dots removed.
    pub(crate) fn scan(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Scanned {
        let before = out.len();
        let scanned = self.lines(bytes, out);
        let piece = out.get(before..).unwrap_or_default();
        self.facts.content_bytes = self.facts.content_bytes.saturating_add(piece.len() as u64);
        self.facts.has_8bit |= !piece.is_ascii();
        self.facts.has_nul |= memchr(0, piece).is_some();
        scanned
    }

    /// BDAT: the last chunk has been read.
    pub(crate) fn end_of_chunks(&mut self) {
        self.bare_cr_or_lf |= matches!(self.at, At::Cr { .. });
        if self.line_bytes > 0 {
            self.end_of_line();
        }
    }

    fn lines(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Scanned {
        // `copied`: up to where `bytes` has gone to `out`; whole runs are copied, not lines.
        let (mut i, mut copied) = (0, 0);
        while let Some(&byte) = bytes.get(i) {
            match self.at {
                At::LineStart if byte == b'.' && self.dots => {
                    out.extend_from_slice(bytes.get(copied..i).unwrap_or_default());
                    i += 1;
                    copied = i;
                    self.at = At::Dot;
                }
                At::LineStart => self.at = At::Text,
                At::Text => i += self.text(bytes.get(i..).unwrap_or_default()),
                At::Cr { .. } if byte == b'\n' => {
                    i += 1;
                    self.crlf();
                }
                At::Dot if byte == b'\r' => {
                    i += 1;
                    copied = i;
                    self.at = At::DotCr;
                }
                At::DotCr if byte == b'\n' => return Scanned::Ended { used: i + 1 },
                At::Dot => self.at = At::Text,
                // RFC 5321 §2.3.8: a CR without LF is no line end. It voids the mail, see `refusal`.
                At::Cr { .. } | At::DotCr => {
                    self.bare_cr_or_lf = true;
                    match byte == b'\r' {
                        true => {
                            i += 1;
                            self.at = At::Cr { after_cr: true };
                        }
                        false => self.at = At::Text,
                    }
                }
            }
        }
        out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
        Scanned::Whole
    }

    /// From within a line to its end, or to the end of the piece. Gives the bytes passed.
    fn text(&mut self, bytes: &[u8]) -> usize {
        let end = memchr(b'\n', bytes);
        let line = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        let (line, cr) = match line.split_last() {
            Some((b'\r', line)) => (line, true),
            _ => (line, false),
        };
        self.bare_cr_or_lf |= memchr(b'\r', line).is_some();
        self.line_bytes = self.line_bytes.saturating_add(line.len() as u64);
        if let Some(header_line) = &mut self.header_line {
            header_line.push(line);
        }
        if cr {
            self.at = At::Cr {
                after_cr: line.last() == Some(&b'\r'),
            };
        }
        match end {
            Some(end) => {
                match cr {
                    true => self.crlf(),
                    // RFC 5321 §2.3.8: an LF without CR neither ends a line nor begins one.
                    false => self.bare_cr_or_lf = true,
                }
                end + 1
            }
            None => bytes.len(),
        }
    }

    fn crlf(&mut self) {
        // Chunks are counted: their end is never in doubt.
        self.ambiguous_end = self.dots && self.at == At::Cr { after_cr: true };
        self.at = At::LineStart;
        self.end_of_line();
    }

    fn end_of_line(&mut self) {
        self.facts.line_bytes_longest = self.facts.line_bytes_longest.max(self.line_bytes);
        if let Some(header_line) = &mut self.header_line {
            if header_line.is_received() {
                self.facts.received_count = self.facts.received_count.saturating_add(1);
            }
            // The first empty line ends the header section (RFC 5322 §2.1).
            self.header_line = (self.line_bytes > 0).then(HeaderLine::default);
        }
        self.line_bytes = 0;
    }
}

/// A mail over the limit is read to its end up to this, so that the session stays in step.
pub(crate) fn discarded_bytes_max(bytes_max: u64) -> u64 {
    bytes_max.saturating_mul(2).saturating_add(1_048_576)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> (Content, Vec<u8>, Scanned) {
        let mut content = Content::new(true, 1000);
        let mut out = Vec::new();
        let scanned = content.scan(text.as_bytes(), &mut out);
        (content, out, scanned)
    }

    #[test]
    fn dots_and_ends() {
        for (wire, content, used) in [
            (".\r\nQUIT", "", Some(3)),
            ("a\r\n.\r\n", "a\r\n", Some(6)),
            ("..\r\n.\r\n", ".\r\n", Some(7)),
            (".a\r\n.\r\n", "a\r\n", Some(7)),
            ("a.\r\n.b.\r\n", "a.\r\nb.\r\n", None),
            ("a\r\n.", "a\r\n", None),
        ] {
            let (scanned, out, end) = scan(wire);
            assert_eq!(String::from_utf8(out).unwrap(), content, "{wire:?}");
            let want = used.map_or(Scanned::Whole, |used| Scanned::Ended { used });
            assert_eq!(end, want, "{wire:?}");
            assert_eq!(scanned.refusal(), None, "{wire:?}");
        }
    }

    #[test]
    fn look_alikes_do_not_end_it() {
        for wire in [
            "a\n.\n",
            "a\n.\r\n",
            "a\r\n.\n",
            "a\r.\r",
            "a\r.\r\n",
            "a\r\n.\r",
            "a\n.\r",
            "a\r.\n",
            "a\r\n.\r\r\n",
            "a\r\r\n.\r\r\n",
            "a\r\n.\0\r\n",
            "a\r\n. \r\n",
            "a\r\n .\r\n",
            "a\n\r.\n\r",
        ] {
            assert_eq!(scan(wire).2, Scanned::Whole, "{wire:?}");
        }
        assert!(scan("a\r\r\n.\r\n").0.end_is_ambiguous());
        assert!(!scan("a\rb\r\n.\r\n").0.end_is_ambiguous());
        assert!(!scan("a\r\r\nb\r\n.\r\n").0.end_is_ambiguous());
    }

    #[test]
    fn received_lines_are_counted_in_the_header_only() {
        let (content, ..) = scan("Received: a\r\nRECEIVED: b\r\n\r\nReceived: c\r\n.\r\n");
        assert_eq!(content.facts().received_count, 2);
    }
}
