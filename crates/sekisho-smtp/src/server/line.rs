//! Cutting the stream into command lines. Only CRLF ends one (RFC 5321 §2.3.8).

use std::time::Instant;

use memchr::memchr_iter;

use crate::limits::{self, COMMAND_LINE_BYTES_MAX, COMMAND_LINE_DROPPED_BYTES_MAX};
use crate::reply::Reply;
use crate::server::session::Phase;
use crate::server::{Proof, Session, command, replies};

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

impl<P: Proof> Session<P> {
    /// One command line, or nothing when it is not whole. Gives the bytes used.
    pub(super) fn line(&mut self, now: Instant, bytes: &[u8]) -> usize {
        // A TLS record of type handshake: TLS to the port that begins in the clear. It has no line end.
        if bytes.first() == Some(&0x16) && self.line_dropped == 0 && self.phase == Phase::Command {
            self.close_with(&replies::TLS_HELLO);
            return bytes.len();
        }
        match frame(bytes, self.line_dropped) {
            Framed::Line { line, used } => {
                self.rearm(now, self.config.command_timeout);
                let dropped = std::mem::take(&mut self.line_dropped);
                if dropped + line.len() > limits::COMMAND_LINE_BYTES_MAX {
                    self.line_too_long();
                } else {
                    self.whole_line(now, line);
                }
                used
            }
            Framed::Incomplete { bare_lf: false } => 0,
            Framed::Incomplete { bare_lf: true } => {
                if !self.bare_lf_waits {
                    self.bare_lf_waits = true;
                    self.deadline = self.deadline.min(now + limits::BARE_LF_WAIT);
                }
                0
            }
            Framed::Drop { used } => {
                self.line_dropped += used;
                used
            }
            Framed::Endless => {
                self.close_with(&replies::ENDLESS_LINE);
                bytes.len()
            }
        }
    }

    fn whole_line(&mut self, now: Instant, line: &[u8]) {
        if let Some(reply) = malformed(line) {
            self.end_exchange();
            self.phase = Phase::Command;
            return self.error(&reply);
        }
        match (std::str::from_utf8(line), self.phase) {
            (Err(_), _) => {
                self.end_exchange();
                self.phase = Phase::Command;
                self.error(&replies::NOT_UTF8);
            }
            (Ok(line), Phase::AuthResponse) => self.auth_response(now, line),
            (Ok(line), _) if command::is_http(line.as_bytes()) => self.close_with(&replies::HTTP),
            (Ok(line), _) => self.command(now, line),
        }
    }

    fn line_too_long(&mut self) {
        // RFC 4954 §4: a line too long ends the sign-in.
        self.end_exchange();
        self.phase = Phase::Command;
        self.error(&replies::LINE_TOO_LONG);
    }
}

/// Why no command can be in this line.
fn malformed(line: &[u8]) -> Option<Reply> {
    let control = |byte: &u8| *byte < b' ' || *byte == 0x7f;
    if !line.iter().any(control) {
        return None;
    }
    Some(match line.contains(&b'\r') || line.contains(&b'\n') {
        true => replies::BARE_CR_OR_LF_IN_LINE,
        false => replies::CONTROL_IN_LINE,
    })
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
