//! The way back from a folded text: which stretch of the original each stretch of it came from.

use std::ops::Range;

use super::pack::is_kept;

/// Stretches in the order of the folded text; each ends where the next begins.
#[derive(Debug)]
pub(super) struct Spans {
    spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    folded: u32,
    start: u32,
    end: u32,
    way: Way,
}

/// How a stretch of the folded text leads back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Byte by byte.
    Alike,
    /// ASCII, from which blanks and controls were taken: counted again where it is asked for.
    Packed,
    /// One character, from all of the bytes.
    One,
}

impl Spans {
    pub(super) fn for_text(text: &str) -> Self {
        Self {
            spans: Vec::with_capacity(text.len() / 32),
        }
    }

    /// The character at `folded` is the one at `start`.
    pub(super) fn alike(&mut self, folded: usize, start: usize) {
        let goes_on = self.spans.last().is_some_and(|span| {
            span.way == Way::Alike
                && folded.checked_sub(span.folded as usize)
                    == start.checked_sub(span.start as usize)
        });
        if !goes_on {
            self.push(folded, start, 0, Way::Alike);
        }
    }

    /// What follows at `folded` is what is kept of the ASCII from `start` on.
    pub(super) fn packed(&mut self, folded: usize, start: usize) {
        self.push(folded, start, 0, Way::Packed);
    }

    /// The character at `folded` stands for `start..end`.
    pub(super) fn one(&mut self, folded: usize, start: usize, end: usize) {
        self.push(folded, start, end, Way::One);
    }

    /// Forgets what lies at or behind `folded`.
    pub(super) fn cut(&mut self, folded: usize) {
        while self
            .spans
            .pop_if(|span| span.folded as usize >= folded)
            .is_some()
        {}
    }

    fn push(&mut self, folded: usize, start: usize, end: usize, way: Way) {
        self.spans.push(Span {
            folded: offset(folded),
            start: offset(start),
            end: offset(end),
            way,
        });
    }

    /// The bytes of the original that the folded byte came from; of a character that stays as it is, the byte.
    pub(super) fn place(&self, original: &str, folded: usize) -> Option<Range<usize>> {
        let after = self
            .spans
            .partition_point(|span| span.folded as usize <= folded);
        let span = self.spans.get(after.checked_sub(1)?)?;
        let (start, nth) = (span.start as usize, folded - span.folded as usize);
        Some(match span.way {
            Way::Alike => start + nth..start + nth + 1,
            Way::One => start..span.end as usize,
            Way::Packed => {
                let bytes = original.as_bytes().get(start..)?;
                let mut kept = bytes.iter().enumerate().filter(|(_, byte)| is_kept(**byte));
                let at = start + kept.nth(nth)?.0;
                at..at + 1
            }
        })
    }
}

/// Windows bound what is folded, so that offsets fit; a longer text would only lose its end.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
