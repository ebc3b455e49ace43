//! `sequence-set`: which messages are meant (RFC 9051 §9).

use super::cursor::{Bad, Cursor, Parsed};
use crate::limits::SET_RANGES_MAX;

/// `*`, the highest number there is. No mailbox gets as far as UID 2³²−1.
pub(crate) const STAR: u32 = u32::MAX;

/// Ranges as written, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SequenceSet(Vec<(u32, u32)>);

impl SequenceSet {
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Parsed<Self> {
        let mut ranges = Vec::new();
        loop {
            let from = number(cursor)?;
            let to = if cursor.eat(b':') {
                number(cursor)?
            } else {
                from
            };
            if ranges.len() >= SET_RANGES_MAX {
                return Err(Bad("the set has too many ranges"));
            }
            ranges.push((from, to));
            if !cursor.eat(b',') {
                return Ok(Self(ranges));
            }
        }
    }

    /// Sorted, disjoint ranges, `*` replaced by `largest`.
    /// RFC 9051 §9: "2:4" and "4:2" are the same; "559:*" always contains the last message.
    pub(crate) fn ranges(&self, largest: u32) -> Vec<(u32, u32)> {
        let star = |number| if number == STAR { largest } else { number };
        let mut ranges: Vec<(u32, u32)> = self
            .0
            .iter()
            .map(|(from, to)| (star(*from), star(*to)))
            .map(|(from, to)| (from.min(to), from.max(to)))
            .collect();
        ranges.sort_unstable();
        let mut out: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (from, to) in ranges {
            match out.last_mut() {
                Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(to),
                _ => out.push((from, to)),
            }
        }
        out
    }

    /// The highest number that must be there. A range up to `*` needs none: clients ask for `1:*`
    /// in an empty mailbox too.
    pub(crate) fn highest_needed(&self) -> u32 {
        let ranges = self
            .0
            .iter()
            .filter(|(from, to)| *from != STAR && *to != STAR);
        ranges.map(|(from, to)| *from.max(to)).max().unwrap_or(0)
    }
}

fn number(cursor: &mut Cursor<'_>) -> Parsed<u32> {
    if cursor.eat(b'*') {
        return Ok(STAR);
    }
    match cursor.number32()? {
        0 => Err(Bad("message numbers begin at 1")),
        number => Ok(number),
    }
}

/// Ascending numbers as a set: `1:3,7`.
pub(crate) fn to_set(numbers: &[u32]) -> String {
    let mut out = String::new();
    let mut rest = numbers;
    while let Some((first, _)) = rest.split_first() {
        let run = rest
            .windows(2)
            .take_while(|pair| matches!(pair, [a, b] if a.checked_add(1) == Some(*b)))
            .count();
        let last = rest.get(run).copied().unwrap_or(*first);
        if !out.is_empty() {
            out.push(',');
        }
        if run == 0 {
            out.push_str(&first.to_string());
        } else {
            out.push_str(&format!("{first}:{last}"));
        }
        rest = rest.get(run + 1..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> SequenceSet {
        SequenceSet::parse(&mut Cursor::new(text.as_bytes())).unwrap()
    }

    #[test]
    fn ranges_are_sorted_and_joined() {
        assert_eq!(set("5,1:3,4").ranges(9), [(1, 5)]);
        assert_eq!(set("4:2").ranges(9), [(2, 4)]);
        assert_eq!(set("*").ranges(9), [(9, 9)]);
        assert_eq!(set("559:*").ranges(9), [(9, 559)]);
        assert_eq!(set("1,7:8").ranges(9), [(1, 1), (7, 8)]);
        assert_eq!(set("3,*:1,9:*").highest_needed(), 3);
    }

    #[test]
    fn zero_and_overflow_are_refused() {
        for bad in ["0", "1:0", "", "4294967296", "1,", ":", "1:"] {
            assert!(
                SequenceSet::parse(&mut Cursor::new(bad.as_bytes())).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn numbers_are_written_as_ranges() {
        assert_eq!(to_set(&[1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(to_set(&[u32::MAX]), "4294967295");
        assert_eq!(to_set(&[]), "");
    }
}
