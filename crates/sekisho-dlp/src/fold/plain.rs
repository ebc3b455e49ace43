//! The same fold written the slow and simple way, one character and one place at a time: what the fast one is
//! measured against.

use std::ops::Range;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible};

use super::kind::{Kind, kind};

/// A folded text that knows where each of its characters came from.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    text: String,
    places: Vec<Place>,
}

/// One folded character: where it starts in the folded text, and its bytes in the original.
#[derive(Debug, Clone, Copy)]
struct Place {
    folded: u32,
    start: u32,
    end: u32,
}

impl Folded {
    /// The folded text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether nothing was left.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The bytes of the original under a range of the folded text. Both grow together: a later
    /// folded range never points to an earlier original one.
    pub(crate) fn range(&self, folded: Range<usize>) -> Range<usize> {
        let start = self
            .place_of(folded.start)
            .map_or(0, |place| place.start as usize);
        let end = folded
            .end
            .checked_sub(1)
            .and_then(|last| self.place_of(last))
            .map_or(start, |place| place.end as usize);
        start..end.max(start)
    }

    fn place_of(&self, folded: usize) -> Option<Place> {
        let after = self
            .places
            .partition_point(|place| place.folded as usize <= folded);
        self.places.get(after.checked_sub(1)?).copied()
    }

    fn push(&mut self, c: char, start: usize, end: usize) {
        self.places.push(Place {
            folded: offset(self.text.len()),
            start: offset(start),
            end: offset(end),
        });
        self.text.push(c);
    }

    /// Puts a combining mark onto the character before it, where the two have one form together.
    fn push_mark(&mut self, mark: char, start: usize, end: usize) {
        let together = self
            .text
            .chars()
            .next_back()
            .and_then(|last| compose(last, mark));
        match (together, self.places.last_mut()) {
            (Some(c), Some(place)) => {
                place.end = offset(end);
                self.text.pop();
                self.text.push(c);
            }
            _ => self.push(mark, start, end),
        }
    }
}

/// Windows bound what is folded, so that offsets fit; a longer text would only lose its end.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Folds a text. Costs some 12 bytes a character beside the folded text.
pub(crate) fn fold(text: &str) -> Folded {
    let mut out = Folded {
        text: String::with_capacity(text.len()),
        places: Vec::with_capacity(text.len() / 2),
    };
    let mut line = Line::default();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match kind(c) {
            Kind::Invisible => {}
            Kind::Break => line.break_at(at),
            Kind::Blank => {}
            Kind::Quote if line.at_start => {}
            kind => {
                if line.paragraph_ended() && !out.is_empty() {
                    out.push('\n', line.broken_at, at);
                }
                line.text();
                match kind {
                    Kind::Plain => out.push(c, at, end),
                    Kind::As(folded) => out.push(folded, at, end),
                    Kind::Mark(mark) => out.push_mark(mark, at, end),
                    _ => push_normalised(&mut out, c, at, end),
                }
            }
        }
    }
    out
}

fn push_normalised(out: &mut Folded, c: char, start: usize, end: usize) {
    decompose_compatible(c, |part| {
        for part in part.to_lowercase() {
            match kind(part) {
                Kind::Invisible | Kind::Blank | Kind::Break => {}
                Kind::As(folded) => out.push(folded, start, end),
                Kind::Mark(mark) => out.push_mark(mark, start, end),
                _ if canonical_combining_class(part) != 0 => out.push_mark(part, start, end),
                _ => out.push(part, start, end),
            }
        }
    });
}

/// Where in a line the pass is.
struct Line {
    at_start: bool,
    breaks: u32,
    broken_at: usize,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            at_start: true,
            breaks: 0,
            broken_at: 0,
        }
    }
}

impl Line {
    fn break_at(&mut self, at: usize) {
        if self.breaks == 0 {
            self.broken_at = at;
        }
        self.at_start = true;
        self.breaks = self.breaks.saturating_add(1);
    }

    fn paragraph_ended(&self) -> bool {
        self.breaks > 1
    }

    fn text(&mut self) {
        self.at_start = false;
        self.breaks = 0;
    }
}
