//! Cutting the stream into command lines. Only CRLF ends one (RFC 5321 §2.3.8).

use memchr::memchr_iter;

use crate::limits::{COMMAND_LINE_BYTES_MAX, COMMAND_LINE_DROPPED_BYTES_MAX};

/// What stands at the front of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framed<'a> {
    /// A line without its CRLF, and how many bytes it took with it.
    Line { line: &'a [u8], used: usize },
    /// No end yet. `bare_lf`: an LF without CR is in it.
    Incomplete { bare_lf: bool },
    /// No end yet and too long: drop `used` bytes and go on; the line will be answered with 500 at its end.
    Drop { used: usize },
    /// Far too long: its writer speaks something else.
    Endless,
}

/// `dropped`: bytes of this line dropped before. The result depends on the line, not on how it was cut.
pub(crate) fn frame(bytes: &[u8], dropped: usize) -> Framed<'_> {
    let mut bare_lf = false;
    for at in memchr_iter(b'\n', bytes) {
        match bytes.get(..at).and_then(|line| line.strip_suffix(b"\r")) {
            Some(line) if dropped.saturating_add(line.len()) > COMMAND_LINE_DROPPED_BYTES_MAX => {
                return Framed::Endless;
            }
            Some(line) => return Framed::Line { line, used: at + 1 },
            None => bare_lf = true,
        }
    }
    // A CR at the end may be half of the CRLF: it stays.
    let used = bytes.strip_suffix(b"\r").unwrap_or(bytes).len();
    if dropped.saturating_add(used) > COMMAND_LINE_DROPPED_BYTES_MAX {
        Framed::Endless
    } else if dropped.saturating_add(used) > COMMAND_LINE_BYTES_MAX {
        Framed::Drop { used }
    } else {
        Framed::Incomplete { bare_lf }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_crlf_ends_a_line() {
        assert_eq!(
            frame(b"A\r\nB", 0),
            Framed::Line {
                line: b"A",
                used: 3
            }
        );
        assert_eq!(
            frame(b"A\nB\r\n", 0),
            Framed::Line {
                line: b"A\nB",
                used: 5
            }
        );
        assert_eq!(frame(b"A\rB\r", 0), Framed::Incomplete { bare_lf: false });
        assert_eq!(frame(b"A\n", 0), Framed::Incomplete { bare_lf: true });
        let long = vec![b'a'; COMMAND_LINE_BYTES_MAX + 1];
        assert_eq!(frame(&long, 0), Framed::Drop { used: long.len() });
        assert_eq!(
            frame(b"aa\r", COMMAND_LINE_DROPPED_BYTES_MAX),
            Framed::Endless
        );
    }
}
