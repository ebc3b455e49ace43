//! Bytes to lines, within limits.

use std::fmt;

use bytes::{Bytes, BytesMut};
use memchr::memchr;

use crate::limits::LINE_DISCARD_BYTES_MAX;

/// What has come.
pub(crate) enum Line {
    /// Without CRLF.
    Whole(Bytes),
    /// Too long, and dropped.
    TooLong,
    /// Ended by a bare LF: for us that ends no line (what a proxy takes for one command must not
    /// be two for us), so it is dropped.
    BareLf,
    /// Too long even to be dropped: hang up.
    Endless,
}

#[derive(Default)]
pub(crate) struct Lines {
    pending: BytesMut,
    /// This much of `pending` holds no LF.
    scanned: usize,
    /// So much of the line at hand is gone.
    dropped: usize,
}

/// What has come may be a password: it is never printed.
impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("pending_bytes", &self.pending.len())
            .finish_non_exhaustive()
    }
}

impl Lines {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    pub(crate) fn pending_bytes(&self) -> usize {
        self.pending.len()
    }

    /// The next line of at most `most` bytes without CRLF, or `None` until more bytes come.
    pub(crate) fn next(&mut self, most: usize) -> Option<Line> {
        let fresh = self.pending.get(self.scanned..).unwrap_or_default();
        let Some(at) = memchr(b'\n', fresh) else {
            self.scanned = self.pending.len();
            // Even if LF came next, this would be more than CRLF allows.
            if self.dropped > 0 || self.pending.len() > most + 1 {
                self.dropped += self.pending.len();
                self.pending.clear();
                self.scanned = 0;
            }
            // Ten thousand idle connections must not each keep the buffer of their last read.
            if self.pending.is_empty() {
                self.pending = BytesMut::new();
            }
            return (self.dropped > LINE_DISCARD_BYTES_MAX).then_some(Line::Endless);
        };
        let line = self.pending.split_to(self.scanned + at + 1).freeze();
        self.scanned = 0;
        let dropped = std::mem::take(&mut self.dropped);
        let total = dropped.saturating_add(line.len());
        if total > LINE_DISCARD_BYTES_MAX {
            return Some(Line::Endless);
        }
        if total > most + 2 {
            return Some(Line::TooLong);
        }
        Some(match line.strip_suffix(b"\r\n") {
            Some(text) => Line::Whole(line.slice_ref(text)),
            None => Line::BareLf,
        })
    }
}
