//! Finding all patterns in a folded text by what they begin with.
//!
//! An automaton takes one step a byte, and each step waits for the one before it. Here the four bytes at each place
//! are looked up in a table that stays in the processor's nearest cache, no look-up waits for another, and in most
//! texts almost none of them is the beginning of anything.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use crate::keyword::KeywordError;
use crate::limits::{DFA_PATTERN_BYTES_MAX, HEADS_MAX};

/// Patterns, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Finder {
    automaton: AhoCorasick,
    /// None for a list too long for the table, or with patterns too short for it.
    heads: Option<Heads>,
}

/// A pattern found: its number and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) pattern: usize,
    pub(crate) range: Range<usize>,
}

impl Finder {
    pub(crate) fn of(patterns: Vec<String>) -> Result<Self, KeywordError> {
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .kind(kind_for(&patterns))
            .build(&patterns)
            .map_err(|_| KeywordError::TooLarge)?;
        let heads = Heads::of(patterns);
        Ok(Self { automaton, heads })
    }

    /// Every occurrence of every pattern, in the order in which they end.
    pub(crate) fn find(&self, text: &str) -> Vec<Found> {
        let by_heads = self.heads.as_ref().and_then(|heads| heads.find(text));
        by_heads.unwrap_or_else(|| self.by_automaton(text))
    }

    fn by_automaton(&self, text: &str) -> Vec<Found> {
        let found = self.automaton.find_overlapping_iter(text);
        found
            .map(|found| Found {
                pattern: found.pattern().as_usize(),
                range: found.range(),
            })
            .collect()
    }
}

/// A table of every step is three times as fast as a search through links, and takes some hundred bytes for each
/// byte of the patterns: right for the built-in words and a list of ordinary length.
fn kind_for(patterns: &[String]) -> Option<AhoCorasickKind> {
    let bytes: usize = patterns.iter().map(String::len).sum();
    (bytes <= DFA_PATTERN_BYTES_MAX).then_some(AhoCorasickKind::DFA)
}

/// Bytes that are looked up.
const HEAD_BYTES: usize = 4;
/// The shortest pattern that the table takes: what follows it is any byte.
const SHORT_BYTES: usize = 3;
/// Bits of the table: 16 KB of them.
const MARK_BITS: u32 = 17;

/// What patterns begin with.
#[derive(Debug, Clone)]
struct Heads {
    /// A bit for the hash of each four bytes that some pattern begins with.
    marks: Box<[u64; 1 << (MARK_BITS - 6)]>,
    /// First bytes of each pattern with its number, sorted; those of a short one end in zero, which no folded text
    /// holds.
    by_head: Vec<(u32, u32)>,
    patterns: Vec<String>,
}

impl Heads {
    fn of(patterns: Vec<String>) -> Option<Self> {
        if patterns.len() > HEADS_MAX || patterns.iter().any(|text| text.len() < SHORT_BYTES) {
            return None;
        }
        let mut heads = Self {
            marks: Box::new([0; 1 << (MARK_BITS - 6)]),
            by_head: Vec::new(),
            patterns: Vec::new(),
        };
        for (number, pattern) in (0..).zip(&patterns) {
            match *pattern.as_bytes() {
                [a, b, c] => {
                    (0..=u8::MAX).for_each(|next| heads.mark(u32::from_le_bytes([a, b, c, next])));
                    heads
                        .by_head
                        .push((u32::from_le_bytes([a, b, c, 0]), number));
                }
                [a, b, c, d, ..] => {
                    let head = u32::from_le_bytes([a, b, c, d]);
                    heads.mark(head);
                    heads.by_head.push((head, number));
                }
                _ => return None,
            }
        }
        heads.by_head.sort_unstable();
        heads.patterns = patterns;
        Some(heads)
    }

    fn mark(&mut self, head: u32) {
        let (word, bit) = place(head);
        if let Some(word) = self.marks.get_mut(word) {
            *word |= bit;
        }
    }

    fn is_marked(&self, head: u32) -> bool {
        let (word, bit) = place(head);
        self.marks.get(word).is_some_and(|word| word & bit != 0)
    }

    /// None: so many places begin like a pattern that the automaton is the better way. Nobody can make a text whose
    /// scan takes longer than some passes over it.
    fn find(&self, text: &str) -> Option<Vec<Found>> {
        let mut found = Vec::new();
        let bytes = text.as_bytes();
        let mut work_left = bytes.len() + 1024;
        for (at, head) in bytes.array_windows::<HEAD_BYTES>().enumerate() {
            let head = u32::from_le_bytes(*head);
            if self.is_marked(head) {
                let work = self.verify(text, at, head, &mut found);
                work_left = work_left.checked_sub(work)?;
            }
        }
        if let Some(&[a, b, c]) = bytes.last_chunk::<SHORT_BYTES>() {
            let head = u32::from_le_bytes([a, b, c, 0]);
            self.verify(text, bytes.len() - SHORT_BYTES, head, &mut found);
        }
        found.sort_by_key(|found| (found.range.end, found.range.start, found.pattern));
        Some(found)
    }

    /// Takes the patterns that stand at this place; gives how much work it was.
    fn verify(&self, text: &str, at: usize, head: u32, found: &mut Vec<Found>) -> usize {
        let [a, b, c, last] = head.to_le_bytes();
        let short = u32::from_le_bytes([a, b, c, 0]);
        let longer = if last == 0 {
            &[]
        } else {
            self.begin_with(head)
        };
        let mut work = 1;
        for (_, number) in self.begin_with(short).iter().chain(longer) {
            let pattern = self
                .patterns
                .get(*number as usize)
                .map_or("", String::as_str);
            let rest = text.as_bytes().get(at..).unwrap_or_default();
            work += 4 + pattern.len() / 8;
            if rest.starts_with(pattern.as_bytes()) {
                found.push(Found {
                    pattern: *number as usize,
                    range: at..at + pattern.len(),
                });
            }
        }
        work
    }

    fn begin_with(&self, head: u32) -> &[(u32, u32)] {
        let from = self.by_head.partition_point(|(one, _)| *one < head);
        let rest = self.by_head.get(from..).unwrap_or_default();
        let count = rest.iter().take_while(|(one, _)| *one == head).count();
        rest.get(..count).unwrap_or_default()
    }
}

/// The word and the bit of a head's hash (Fibonacci hashing: Knuth, TAOCP vol. 3, 6.4).
fn place(head: u32) -> (usize, u64) {
    let hash = head.wrapping_mul(0x9E37_79B1) >> (u32::BITS - MARK_BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Finder, Found};

    fn finder(patterns: &[&str]) -> Finder {
        Finder::of(patterns.iter().map(|text| (*text).to_owned()).collect()).unwrap()
    }

    #[test]
    fn a_text_made_of_beginnings_goes_the_other_way() {
        let patterns: Vec<String> = (0..100).map(|nth| format!("aaaa{nth}")).collect();
        let finder = Finder::of(patterns).unwrap();
        let text = "a".repeat(10_000) + "1";
        let heads = finder.heads.as_ref().unwrap();
        assert_eq!(heads.find(&text), None);
        let last = Found {
            pattern: 1,
            range: 9_996..10_001,
        };
        assert_eq!(finder.find(&text), vec![last]);
    }

    #[test]
    fn patterns_of_two_bytes_are_found() {
        assert_eq!(finder(&["ab", "cde"]).find("xabcde").len(), 2);
    }

    proptest! {
        #[test]
        fn both_ways_find_the_same(
            patterns in prop::collection::vec("[abc極秘]{1,6}", 1..8),
            text in "[abcd極秘社]{0,80}",
        ) {
            let patterns = patterns.into_iter().filter(|text| text.len() > 2).collect();
            let finder = Finder::of(patterns).unwrap();
            let by_heads = finder.heads.as_ref().unwrap().find(&text);
            prop_assert_eq!(by_heads, Some(finder.by_automaton(&text)));
        }
    }
}
