//! A text too large to be held as a whole, scanned window by window.

use crate::hit::Hit;
use crate::limits::WINDOW_EDGE_BYTES;
use crate::{Detectors, limits};

/// The scan of one large text. Whoever cuts it lets each two windows share [`limits::WINDOW_OVERLAP_BYTES`]: what
/// lies at an edge that is no edge of the text is left to the window where it lies inside, and what lies in the
/// middle of the overlap is found twice.
#[derive(Debug)]
pub struct Windows<'d> {
    detectors: &'d Detectors,
    my_number: bool,
}

impl<'d> Windows<'d> {
    /// `my_number_elsewhere`: another text of the same mail speaks of My Number.
    pub fn new(detectors: &'d Detectors, my_number_elsewhere: bool) -> Self {
        Self {
            detectors,
            my_number: my_number_elsewhere,
        }
    }

    /// What the next window holds, with ranges of the window.
    pub fn scan(&mut self, text: &str, is_first: bool, is_last: bool) -> Vec<Hit> {
        let (mut hits, my_number) = self.detectors.scan_seeing(text, self.my_number);
        self.my_number |= my_number;
        let start = if is_first { 0 } else { WINDOW_EDGE_BYTES };
        let end = if is_last {
            text.len()
        } else {
            text.len().saturating_sub(WINDOW_EDGE_BYTES)
        };
        hits.retain(|hit| hit.range.start >= start && hit.range.end <= end);
        hits.truncate(limits::HITS_MAX);
        hits
    }

    /// Whether this text or another has spoken of My Number so far.
    pub fn speaks_of_my_number(&self) -> bool {
        self.my_number
    }
}
