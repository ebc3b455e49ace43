//! What is looked for, and the scan itself.

use std::collections::HashSet;
use std::ops::Range;

use crate::context::{Context, Contexts, WORDS};
use crate::detector::{self, Sight};
use crate::digits::Runs;
use crate::finder::{Finder, Found};
use crate::fold::{Folded, fold};
use crate::hit::{Detector, Hit};
use crate::keyword::{KeywordError, Phrase, markings};
use crate::limits::{HITS_MAX, KEYWORDS_MAX, WINDOW_BYTES, WINDOW_OVERLAP_BYTES};

/// All detectors and phrases, compiled once and used for many texts.
#[derive(Debug, Clone)]
pub struct Detectors {
    finder: Finder,
    entries: Vec<Entry>,
}

/// What a pattern stands for.
#[derive(Debug, Clone)]
enum Entry {
    Phrase(Detector, Phrase),
    Context(Context),
}

impl Detectors {
    /// The numbers and the built-in markings.
    ///
    /// # Errors
    /// When the automaton does not fit in memory.
    pub fn standard() -> Result<Self, KeywordError> {
        Self::with_keywords(std::iter::empty::<&str>())
    }

    /// The same, and the administrator's phrases. Phrases that fold to nothing (blank lines) are
    /// left out.
    ///
    /// # Errors
    /// When the list passes a limit of [`crate::limits`].
    pub fn with_keywords<S: AsRef<str>>(
        phrases: impl IntoIterator<Item = S>,
    ) -> Result<Self, KeywordError> {
        let mut patterns = Vec::new();
        let mut entries = Vec::new();
        let mut add = |text: &str, entry: Entry| {
            let folded = fold(text);
            if !folded.is_empty() {
                patterns.push(folded.as_str().to_owned());
                entries.push(entry);
            }
        };
        for (context, words) in WORDS {
            for word in *words {
                add(word, Entry::Context(*context));
            }
        }
        for marking in markings() {
            let value = marking.value.clone();
            add(
                &value,
                Entry::Phrase(Detector::KeywordConfidential, marking),
            );
        }
        for (at, phrase) in phrases.into_iter().enumerate() {
            if at >= KEYWORDS_MAX {
                return Err(KeywordError::TooMany);
            }
            let phrase = phrase.as_ref().trim();
            let entry = Entry::Phrase(Detector::Keyword, Phrase::listed(phrase, at + 1)?);
            add(phrase, entry);
        }
        let finder = Finder::of(patterns)?;
        Ok(Self { finder, entries })
    }

    /// Everything found in one text, by place.
    pub fn scan(&self, text: &str) -> Vec<Hit> {
        self.scan_seeing(text, false).0
    }

    /// Everything found in texts that belong together (subject, body and attachments of one
    /// mail), each with ranges of its own text. A word like マイナンバー in one of them speaks for
    /// the numbers in the others.
    pub fn scan_all(&self, texts: &[&str]) -> Vec<Vec<Hit>> {
        self.scan_beside(texts, false).0
    }

    /// [`Detectors::scan_all`] for texts beside others that are scanned by [`Windows`]: with whether one of those
    /// speaks of My Number, and giving whether one of these does.
    pub fn scan_beside(&self, texts: &[&str], my_number_elsewhere: bool) -> (Vec<Vec<Hit>>, bool) {
        let scan = |text: &&str| self.scan_seeing(text, my_number_elsewhere);
        let mut scans: Vec<_> = texts.iter().map(scan).collect();
        let my_number = scans.iter().any(|(_, my_number)| *my_number);
        if my_number {
            for (text, scan) in texts.iter().zip(&mut scans) {
                let doubtful = scan.0.iter().any(|hit| hit.detector == Detector::MyNumber);
                if !scan.1 && doubtful {
                    *scan = self.scan_seeing(text, true);
                }
            }
        }
        let hits = scans.into_iter().map(|(hits, _)| hits).collect();
        (hits, my_number)
    }

    /// The hits, and whether a word for My Number was among the context.
    pub(crate) fn scan_seeing(&self, text: &str, my_number_elsewhere: bool) -> (Vec<Hit>, bool) {
        let mut hits = Vec::new();
        let mut seen = my_number_elsewhere;
        let mut start = 0;
        while let Some(window) = window(text, start) {
            let owned = owned(text.len(), &window);
            let (found, my_number) = self.scan_window(&text[window.clone()], seen);
            seen |= my_number;
            hits.extend(
                found
                    .into_iter()
                    .map(|hit| Hit {
                        range: hit.range.start + window.start..hit.range.end + window.start,
                        ..hit
                    })
                    .filter(|hit| owned.contains(&hit.range.start)),
            );
            if window.end == text.len() || hits.len() >= HITS_MAX {
                break;
            }
            start = window
                .end
                .saturating_sub(WINDOW_OVERLAP_BYTES)
                .max(start + 1);
        }
        hits.truncate(HITS_MAX);
        (hits, seen)
    }

    fn scan_window(&self, text: &str, my_number_elsewhere: bool) -> (Vec<Hit>, bool) {
        let folded = fold(text);
        let mut contexts = Contexts::default();
        let mut hits = self.phrases(text, &folded, &mut contexts);
        let my_number = contexts.has(Context::MyNumber);
        contexts.my_number_elsewhere = my_number_elsewhere || my_number;
        let runs = Runs::of(text);
        let sight = Sight {
            text,
            runs: &runs,
            contexts: &contexts,
        };
        hits.extend(detector::numbers(&sight));
        hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
        hits.truncate(HITS_MAX);
        (hits, my_number)
    }

    /// Phrases found in the folded text; context words are put aside.
    fn phrases(&self, text: &str, folded: &Folded<'_>, contexts: &mut Contexts) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut seen = HashSet::new();
        for Found { pattern, range } in self.finder.find(folded.as_str()) {
            let range = folded.range(range);
            match self.entries.get(pattern) {
                Some(Entry::Context(context)) => contexts.push(*context, range),
                Some(Entry::Phrase(detector, phrase)) => {
                    let fresh = hits.len() < HITS_MAX && phrase.reads(text, &range);
                    if fresh && seen.insert((range.clone(), pattern)) {
                        hits.push(keyword_hit(*detector, phrase, range));
                    }
                }
                None => {}
            }
        }
        hits
    }
}

fn keyword_hit(detector: Detector, phrase: &Phrase, range: Range<usize>) -> Hit {
    Hit {
        detector,
        value: phrase.value.clone(),
        range,
        confidence: 0.95,
    }
}

/// The window that begins at `start`, cut between characters.
fn window(text: &str, start: usize) -> Option<Range<usize>> {
    let start = text.ceil_char_boundary(start);
    let end = text.floor_char_boundary(start.checked_add(WINDOW_BYTES)?.min(text.len()));
    (start < end).then_some(start..end)
}

/// Starts of hits that belong to this window and not to its neighbour: each window leaves half of
/// what it shares to the other, so that a hit at the edge is whole in the window that owns it.
fn owned(text_bytes: usize, window: &Range<usize>) -> Range<usize> {
    let half = WINDOW_OVERLAP_BYTES / 2;
    let start = if window.start == 0 {
        0
    } else {
        window.start + half
    };
    let end = if window.end == text_bytes {
        text_bytes
    } else {
        window.end.saturating_sub(half)
    };
    start..end
}
