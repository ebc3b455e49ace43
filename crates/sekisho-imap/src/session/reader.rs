//! Bytes to whole commands: lines, literals, and what is too long to be kept.

use std::borrow::Cow;
use std::fmt;

use bytes::{Bytes, BytesMut};
use memchr::memchr;

use crate::grammar::{AppendHead, LiteralMark, literal_mark, tag_of};
use crate::limits;

/// What the reader may hold just now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) command_bytes: usize,
    /// A literal up to here is read only to be dropped.
    pub(super) discard_bytes: u64,
    /// APPEND may stream.
    pub(super) signed_in: bool,
}

/// What has come.
pub(super) enum Unit {
    /// A whole command, without its last CRLF, literals in place.
    Command(Vec<u8>),
    /// A command that could not be kept, framed or allowed, read to its end.
    Refused {
        tag: Option<String>,
        reply: Cow<'static, str>,
    },
    /// The client waits for `+` before its literal.
    Continue,
    /// An APPEND up to its message literal.
    Append(AppendHead, LiteralMark),
    /// More than is read even to be dropped: hang up.
    Overrun,
}

#[derive(Debug, Default)]
enum Phase {
    #[default]
    Line,
    /// A line too long to be kept; so many bytes of it are gone.
    DropLine(usize),
    Literal(usize),
    DropLiteral(u64),
}

/// A mark is shorter than this: what is kept of a dropped line.
const TAIL_BYTES: usize = 32;

#[derive(Default)]
pub(super) struct Reader {
    pending: BytesMut,
    /// This much of `pending` holds no LF.
    scanned: usize,
    command: Vec<u8>,
    literals: usize,
    doomed: Option<Cow<'static, str>>,
    phase: Phase,
}

/// What has come may be a password: it is never printed.
impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("phase", &self.phase)
            .field("pending_bytes", &self.pending.len())
            .finish_non_exhaustive()
    }
}

impl Reader {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    pub(super) fn pending_bytes(&self) -> usize {
        self.pending.len()
    }

    /// Inside a command: the client owes us the rest.
    pub(super) fn is_amid(&self) -> bool {
        !self.command.is_empty() || !self.pending.is_empty() || !matches!(self.phase, Phase::Line)
    }

    /// RFC 9051 §6.2.1 (CVE-2011-0411): nothing sent before TLS counts after it.
    pub(super) fn forget_all(&mut self) {
        *self = Self::default();
    }

    /// Up to `most` of what is there: an appended message on its way through.
    pub(super) fn take(&mut self, most: u64) -> Bytes {
        let len =
            usize::try_from(most).map_or(self.pending.len(), |most| most.min(self.pending.len()));
        self.scanned = 0;
        self.pending.split_to(len).freeze()
    }

    /// Reads `bytes` only to drop them, with the rest of the command; then it is refused.
    pub(super) fn doom(&mut self, tag: &str, reply: String, bytes: u64) {
        self.command = tag.as_bytes().to_vec();
        self.doomed = Some(reply.into());
        self.phase = Phase::DropLiteral(bytes);
    }

    /// The next line without CRLF, for SASL answers, `DONE`, and the end of an APPEND.
    pub(super) fn line(&mut self, most: usize) -> Result<Option<Bytes>, Unit> {
        let Some(mut line) = self.split_line() else {
            return if self.pending.len() > most {
                Err(Unit::Overrun)
            } else {
                Ok(None)
            };
        };
        if line.len() > most + 2 {
            return Err(Unit::Overrun);
        }
        // A bare LF stays, so that the line is none that anybody waits for.
        if line.ends_with(b"\r\n") {
            line.truncate(line.len() - 2);
        }
        Ok(Some(line.freeze()))
    }

    /// The next unit of a command, or `None` until more bytes come.
    pub(super) fn next(&mut self, bounds: Bounds) -> Option<Unit> {
        loop {
            match self.phase {
                Phase::Line => match self.split_line() {
                    Some(line) => {
                        if let Some(unit) = self.take_line(line, bounds) {
                            return Some(unit);
                        }
                    }
                    None if self.pending.len() <= self.room(bounds) => return None,
                    None => self.start_dropping(),
                },
                Phase::DropLine(dropped) => match self.split_line() {
                    Some(line) => {
                        self.phase = Phase::Line;
                        if let Some(unit) = self.take_doomed_line(dropped, &line, bounds) {
                            return Some(unit);
                        }
                    }
                    None => return self.drop_more(dropped),
                },
                Phase::Literal(left) => {
                    let bytes = self.take(left as u64);
                    self.command.extend_from_slice(&bytes);
                    match left - bytes.len() {
                        0 => self.phase = Phase::Line,
                        left => {
                            self.phase = Phase::Literal(left);
                            return None;
                        }
                    }
                }
                Phase::DropLiteral(left) => match left - self.take(left).len() as u64 {
                    0 => self.phase = Phase::Line,
                    left => {
                        self.phase = Phase::DropLiteral(left);
                        return None;
                    }
                },
            }
        }
    }

    fn split_line(&mut self) -> Option<BytesMut> {
        let fresh = self.pending.get(self.scanned..).unwrap_or_default();
        match memchr(b'\n', fresh) {
            Some(at) => {
                let end = self.scanned + at + 1;
                self.scanned = 0;
                Some(self.pending.split_to(end))
            }
            None => {
                self.scanned = self.pending.len();
                // Ten thousand idle connections must not each keep the buffer of their last read.
                if self.pending.is_empty() {
                    self.pending = BytesMut::new();
                }
                None
            }
        }
    }

    fn room(&self, bounds: Bounds) -> usize {
        let room = bounds.command_bytes.saturating_sub(self.command.len());
        room.min(limits::LINE_BYTES_MAX)
    }

    fn take_line(&mut self, line: BytesMut, bounds: Bounds) -> Option<Unit> {
        if line.len() > self.room(bounds) {
            self.doomed.get_or_insert("BAD the line is too long".into());
            self.keep_tag(&line);
            return self.take_doomed_line(0, &line, bounds);
        }
        let Some(text) = line.strip_suffix(b"\r\n") else {
            // A bare LF ends no line: what a proxy in between takes for one command must not be
            // two for us. It is dropped as a whole.
            self.doomed.get_or_insert("BAD lines end in CR LF".into());
            self.keep_tag(&line);
            return Some(self.complete());
        };
        if self.doomed.is_some() {
            return self.take_doomed_line(0, &line, bounds);
        }
        self.command.extend_from_slice(text);
        match literal_mark(tail(text)) {
            None => Some(self.complete()),
            Some(mark) => self.take_mark(mark, bounds),
        }
    }

    fn take_mark(&mut self, mark: LiteralMark, bounds: Bounds) -> Option<Unit> {
        if bounds.signed_in {
            match AppendHead::parse(&self.command) {
                Some(Ok(head)) => {
                    self.reset();
                    return Some(Unit::Append(head, mark));
                }
                Some(Err(why)) => {
                    self.doomed = Some(format!("BAD {}", why.0).into());
                    return self.take_doomed_mark(mark, bounds);
                }
                None => {}
            }
        }
        let len = usize::try_from(mark.bytes).unwrap_or(usize::MAX);
        if len > self.room(bounds).saturating_sub(2) || self.literals >= limits::LITERALS_MAX {
            self.doomed = Some("BAD [TOOBIG] the literal is too large".into());
            return self.take_doomed_mark(mark, bounds);
        }
        self.command.extend_from_slice(b"\r\n");
        self.literals += 1;
        self.phase = Phase::Literal(len);
        mark.waits.then_some(Unit::Continue)
    }

    fn take_doomed_line(&mut self, dropped: usize, line: &[u8], bounds: Bounds) -> Option<Unit> {
        if dropped.saturating_add(line.len()) > limits::LINE_DISCARD_BYTES_MAX {
            return Some(Unit::Overrun);
        }
        let text = line.strip_suffix(b"\r\n").unwrap_or(line);
        match literal_mark(tail(text)) {
            None => Some(self.complete()),
            Some(mark) => self.take_doomed_mark(mark, bounds),
        }
    }

    /// RFC 7888 §4: a literal that is not wanted is refused before it is sent, or read and
    /// dropped when the client does not wait.
    fn take_doomed_mark(&mut self, mark: LiteralMark, bounds: Bounds) -> Option<Unit> {
        if mark.waits {
            return Some(self.complete());
        }
        if mark.bytes > bounds.discard_bytes {
            return Some(Unit::Overrun);
        }
        self.phase = Phase::DropLiteral(mark.bytes);
        None
    }

    fn start_dropping(&mut self) {
        let start = self.pending.get(..256).unwrap_or_default().to_vec();
        self.keep_tag(&start);
        self.doomed.get_or_insert("BAD the line is too long".into());
        self.phase = Phase::DropLine(0);
    }

    fn drop_more(&mut self, dropped: usize) -> Option<Unit> {
        let excess = self.pending.len().saturating_sub(TAIL_BYTES);
        drop(self.pending.split_to(excess));
        self.scanned = self.pending.len();
        let dropped = dropped.saturating_add(excess);
        self.phase = Phase::DropLine(dropped);
        (dropped.saturating_add(TAIL_BYTES) > limits::LINE_DISCARD_BYTES_MAX)
            .then_some(Unit::Overrun)
    }

    /// Of a command whose first line is not kept, the tag is.
    fn keep_tag(&mut self, line: &[u8]) {
        if self.command.is_empty() {
            let start = line.get(..256.min(line.len())).unwrap_or_default();
            let start = start.strip_suffix(b"\n").unwrap_or(start);
            if let Some(tag) = tag_of(start) {
                self.command = tag.into_bytes();
            }
        }
    }

    fn complete(&mut self) -> Unit {
        let command = std::mem::take(&mut self.command);
        let doomed = self.doomed.take();
        self.reset();
        match doomed {
            Some(reply) => Unit::Refused {
                tag: tag_of(&command),
                reply,
            },
            None => Unit::Command(command),
        }
    }

    fn reset(&mut self) {
        self.command = Vec::new();
        self.literals = 0;
        self.doomed = None;
        self.phase = Phase::Line;
    }
}

fn tail(line: &[u8]) -> &[u8] {
    line.get(line.len().saturating_sub(TAIL_BYTES)..)
        .unwrap_or(line)
}
