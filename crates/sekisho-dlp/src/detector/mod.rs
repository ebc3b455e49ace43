//! Detectors of numbers, one file each. All look at the same runs of digits and context words.

mod account;
mod card;
mod licence;
mod mobile;
mod my_number;
mod passport;

use std::ops::Range;

use crate::context::{Context, Contexts};
use crate::digits::{Gap, Run, Runs};
use crate::hit::{Detector, Hit};
use crate::limits::RUNS_MAX;

/// What a detector sees of a text.
pub(crate) struct Sight<'a> {
    pub(crate) text: &'a str,
    pub(crate) runs: &'a Runs<'a>,
    pub(crate) contexts: &'a Contexts,
}

/// Bytes of [`crate::limits::CONTEXT_REACH_CHARS`] Japanese characters.
const REACH_BYTES: usize = crate::limits::CONTEXT_REACH_CHARS * 3;

/// All numbers found, in no order.
pub(crate) fn numbers(sight: &Sight<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut at = 0;
    while at < sight.runs.runs.len() {
        let group = Group::at(sight, at);
        at += match find(&group) {
            Some((hit, runs)) => {
                hits.push(hit);
                runs.max(1)
            }
            None => 1,
        };
    }
    hits
}

/// The most telling first: a card is no My Number, a licence no phone number. Most digits of a mail
/// are dates and amounts, too short for any of them, and cost nothing more.
fn find(group: &Group<'_>) -> Option<Found> {
    if group
        .runs
        .first()
        .is_none_or(|run| run.len() > RUN_DIGITS_MAX)
    {
        return None;
    }
    let long = if group.chained_digits() >= DIGITS_MIN {
        card::find(group)
            .or_else(|| licence::find(group))
            .or_else(|| my_number::find(group))
            .or_else(|| mobile::find(group))
    } else {
        None
    };
    long.or_else(|| passport::find(group))
        .or_else(|| account::find(group))
}

/// Digits of the shortest grouped number, a mobile one.
const DIGITS_MIN: usize = 11;

/// Digits of the longest number, a card: those of a longer run are none of ours.
const RUN_DIGITS_MAX: usize = 19;

/// The runs from one place on, as far as one number could reach.
struct Group<'a> {
    sight: &'a Sight<'a>,
    /// From the run looked at; never empty.
    runs: &'a [Run],
    before: Option<&'a Run>,
}

impl<'a> Group<'a> {
    fn at(sight: &'a Sight<'a>, at: usize) -> Self {
        let runs = &sight.runs.runs;
        let end = runs.len().min(at + RUNS_MAX + 1);
        Self {
            sight,
            runs: runs.get(at..end).unwrap_or_default(),
            before: at.checked_sub(1).and_then(|before| runs.get(before)),
        }
    }

    /// Digits from here on without a gap that no number has inside.
    fn chained_digits(&self) -> usize {
        let first = self.runs.first().map_or(0, Run::len);
        let rest = self.runs.iter().skip(1);
        let chained = rest.take_while(|run| run.gap != Gap::Apart).map(Run::len);
        first + chained.sum::<usize>()
    }

    /// Whether the first runs have these lengths, no gap between them is of another kind than
    /// `allowed`, and no letter touches them.
    fn is_shaped(&self, lengths: &[usize], allowed: &[Gap]) -> bool {
        self.runs.len() >= lengths.len()
            && self
                .runs
                .iter()
                .zip(lengths)
                .all(|(run, n)| run.len() == *n)
            && self.gaps(lengths.len()).all(|gap| allowed.contains(&gap))
            && !self.touches_letters(lengths.len())
    }

    fn gaps(&self, runs: usize) -> impl Iterator<Item = Gap> {
        self.runs.iter().take(runs).skip(1).map(|run| run.gap)
    }

    fn is_evenly_parted(&self, runs: usize) -> bool {
        let mut gaps = self.gaps(runs);
        let first = gaps.next();
        gaps.all(|gap| Some(gap) == first)
    }

    fn touches_letters(&self, runs: usize) -> bool {
        let inside = self.runs.get(..runs).unwrap_or_default();
        let last = inside.len().saturating_sub(1);
        inside.iter().enumerate().any(|(at, run)| {
            (run.letter_before && !(at == 0 && self.label_touches()))
                || run.letter_after && at <= last
        })
    }

    /// `No1234…`, `MyNumber1234…`: the letters before are a label and not part of a token.
    fn label_touches(&self) -> bool {
        let Some(run) = self.runs.first() else {
            return false;
        };
        let before = self.sight.text.get(..run.range.start).unwrap_or_default();
        let letters: String = before
            .chars()
            .rev()
            .take_while(char::is_ascii_alphabetic)
            .take(8)
            .collect();
        let label: String = letters.chars().rev().collect::<String>().to_lowercase();
        matches!(
            label.as_str(),
            "no" | "tel" | "mynumber" | "number" | "card"
        )
    }

    fn gap_before(&self) -> Gap {
        self.runs.first().map_or(Gap::Apart, |run| run.gap)
    }

    fn gap_after(&self, runs: usize) -> Gap {
        self.runs.get(runs).map_or(Gap::Apart, |run| run.gap)
    }

    /// Whether the number goes on beyond the runs taken: joined to more digits by a mark that
    /// joins groups.
    fn goes_on(&self, runs: usize, joints: &[Gap]) -> bool {
        joints.contains(&self.gap_before()) || joints.contains(&self.gap_after(runs))
    }

    fn digits(&self, runs: usize) -> String {
        self.sight
            .runs
            .digits(self.runs.get(..runs).unwrap_or_default())
    }

    fn range(&self, runs: usize) -> Range<usize> {
        let start = self.runs.first().map_or(0, |run| run.range.start);
        let end = runs
            .checked_sub(1)
            .and_then(|last| self.runs.get(last))
            .map_or(start, |run| run.range.end);
        start..end
    }

    fn context_before(&self, context: Context, runs: usize, reach: usize) -> bool {
        self.sight
            .contexts
            .before(context, &self.range(runs), reach)
    }

    fn context_near(&self, context: Context, runs: usize, reach: usize) -> bool {
        let range = self.range(runs);
        self.sight.contexts.before(context, &range, reach)
            || self.sight.contexts.after(context, &range, reach / 4)
    }

    fn label(&self, runs: usize) -> Option<Context> {
        self.sight
            .contexts
            .label(self.sight.text, &self.range(runs))
    }

    fn hit(&self, detector: Detector, runs: usize, value: String, confidence: f32) -> Found {
        let hit = Hit {
            detector,
            value,
            range: self.range(runs),
            confidence,
        };
        (hit, runs)
    }
}

/// A hit and the number of runs it took.
type Found = (Hit, usize);

/// Gaps that join the groups of a number wherever they stand.
const JOINTS: &[Gap] = &[
    Gap::Hyphen,
    Gap::Blank,
    Gap::Dot,
    Gap::MiddleDot,
    Gap::Nothing,
];
