//! The content of a large part a piece at a time, so that nothing the size of the part is ever held.

use crate::limits::STREAM_PIECE_BYTES;
use crate::transfer::{base64, quoted_printable, uuencode, yenc};
use crate::{Part, TransferEncoding};

/// What is left of a part's content; a clone reads it again from where this one is.
#[derive(Debug, Clone)]
pub struct Stream<'a> {
    rest: &'a [u8],
    encoding: Encoding,
}

#[derive(Debug, Clone)]
enum Encoding {
    Identity,
    Base64(base64::Decoder),
    QuotedPrintable,
}

impl<'a> Part<'a> {
    /// The content, where it has one reading: nothing about its transfer encoding is doubtful, and no file lies
    /// uuencoded or yEncoded in it. Else `None`: then [`Part::decodings`] has them all. Reads the body twice.
    pub fn stream(&self) -> Option<Stream<'a>> {
        let body = self.body();
        if self.node().encoding_doubtful {
            return None;
        }
        let encoding = match self.transfer_encoding() {
            TransferEncoding::Identity => Encoding::Identity,
            TransferEncoding::Base64 if base64::look(body) == base64::Seen::default() => {
                Encoding::Base64(base64::Decoder::new(base64::Rule::Segments))
            }
            TransferEncoding::QuotedPrintable if is_clear_quoted_printable(body) => {
                Encoding::QuotedPrintable
            }
            _ => return None,
        };
        let stream = Stream {
            rest: body,
            encoding,
        };
        (!stream.holds_encoded()).then_some(stream)
    }
}

impl Stream<'_> {
    /// Appends the next piece, some [`STREAM_PIECE_BYTES`]; false when there is none.
    pub fn read(&mut self, into: &mut Vec<u8>) -> bool {
        let length = match self.encoding {
            Encoding::QuotedPrintable => whole_lines(self.rest),
            _ => self.rest.len().min(STREAM_PIECE_BYTES),
        };
        let (piece, rest) = self.rest.split_at(length);
        self.rest = rest;
        match &mut self.encoding {
            Encoding::Identity => into.extend_from_slice(piece),
            Encoding::QuotedPrintable => {
                into.extend_from_slice(&quoted_printable::decode(piece));
            }
            Encoding::Base64(decoder) => {
                decoder.push(piece, into);
                if piece.is_empty() {
                    let before = into.len();
                    decoder.finish(into);
                    return into.len() > before;
                }
            }
        }
        !piece.is_empty()
    }

    /// Whether the content is encoded once more, as a whole or in places.
    fn holds_encoded(&self) -> bool {
        let mut pieces = self.clone();
        let mut held = Vec::new();
        let mut twice = matches!(self.encoding, Encoding::Base64(_));
        while pieces.read(&mut held) {
            twice = twice && base64::may_be_encoded(&held);
            if uuencode::begins(&held) || yenc::begins(&held) {
                return true;
            }
            // A line that begins a file may lie in two pieces.
            let line = memchr::memrchr(b'\n', &held).unwrap_or(0);
            let from = line.max(held.len().saturating_sub(BEGIN_LINE_BYTES_MAX));
            held.drain(..from);
        }
        twice
    }
}

/// A line that begins a file inside a text, with its name.
const BEGIN_LINE_BYTES_MAX: usize = 4_096;

fn is_clear_quoted_printable(body: &[u8]) -> bool {
    let mut from = 0;
    let has_long_line = memchr::memchr_iter(b'\n', body)
        .chain(std::iter::once(body.len()))
        .any(|at| at - std::mem::replace(&mut from, at) > STREAM_PIECE_BYTES / 2);
    !has_long_line
        && !quoted_printable::is_malformed(body)
        && !quoted_printable::has_small_digits(body)
}

/// Length of the next lines that make a piece.
fn whole_lines(rest: &[u8]) -> usize {
    match rest.get(..STREAM_PIECE_BYTES) {
        Some(piece) => memchr::memrchr(b'\n', piece).map_or(piece.len(), |at| at + 1),
        None => rest.len(),
    }
}
