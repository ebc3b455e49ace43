//! New bytes for some places of a mail.

use std::ops::Range;

/// Which bytes of a mail are replaced by which. All others stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    /// By place, not overlapping.
    splices: Vec<(Range<usize>, Vec<u8>)>,
}

impl Patch {
    /// Nothing.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Replaces a range. What is already replaced inside it falls away; in a range that is replaced as
    /// a whole nothing can be changed any more.
    pub(crate) fn put(&mut self, range: Range<usize>, bytes: Vec<u8>) {
        let covered = |known: &Range<usize>| {
            if range.is_empty() {
                known.start < range.start && range.end < known.end
            } else {
                known.start <= range.start && range.end <= known.end
            }
        };
        if self.splices.iter().any(|(known, _)| covered(known)) {
            return;
        }
        if !range.is_empty() {
            self.splices
                .retain(|(known, _)| known.end <= range.start || range.end <= known.start);
        }
        let at = self
            .splices
            .partition_point(|(known, _)| (known.start, known.end) <= (range.start, range.end));
        self.splices.insert(at, (range, bytes));
    }

    /// The header, before all that stands at its end or, in a mail without one, at its start.
    pub(crate) fn put_header(&mut self, body: usize, lines: Vec<u8>) {
        self.splices.retain(|(known, _)| body <= known.start);
        self.splices.insert(0, (0..body, lines));
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.splices.is_empty()
    }

    /// The edited mail in pieces, of the original and of what is new: for mails too large to copy.
    pub fn pieces<'a>(&'a self, raw: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let mut at = 0;
        let changed = self.splices.iter().flat_map(move |(range, bytes)| {
            let before = raw.get(at..range.start).unwrap_or_default();
            at = range.end;
            [before, bytes.as_slice()]
        });
        let end = self.splices.last().map_or(0, |(range, _)| range.end);
        let rest = raw.get(end..).unwrap_or_default();
        changed.chain([rest]).filter(|piece| !piece.is_empty())
    }

    /// The edited mail.
    pub fn apply(&self, raw: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(raw.len() + 1024);
        self.pieces(raw)
            .for_each(|piece| out.extend_from_slice(piece));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_put_together() {
        let mut patch = Patch::new();
        patch.put(6..6, b"new ".to_vec());
        patch.put(0..5, b"Good".to_vec());
        patch.put(11..11, b"!".to_vec());
        assert_eq!(patch.apply(b"Hello world"), b"Good new world!");
        // A wider range takes the place of what lies in it.
        patch.put(5..11, b".".to_vec());
        patch.put(7..8, b"lost".to_vec());
        assert_eq!(patch.apply(b"Hello world"), b"Good.!");
        assert_eq!(Patch::new().apply(b"as it was"), b"as it was");
    }
}
