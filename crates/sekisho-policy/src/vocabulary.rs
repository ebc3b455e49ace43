//! Every word and expression of a policy, looked for in one pass over a text.
//!
//! Texts of a mail are not kept with its facts. What the rules look for in them is therefore found
//! when the mail is looked at, and kept as counts and places ([`WordsFound`]). Each pattern has a key
//! that depends on its words alone, so that a draft policy finds what an earlier one has asked for.

use std::collections::HashMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::{Regex, RegexSet, RegexSetBuilder, SetMatches};
use unicode_normalization::UnicodeNormalization;

use crate::limits::{REGEX_SET_BYTES_MAX, WORD_PLACES_MAX};
use crate::pattern::TextPattern;
use crate::predicate::Predicate;
use crate::{Condition, List, Rule, WordField, WordHit, WordsFound};

/// The words and expressions of a policy, compiled. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Over folded words; what each stands for is in `owners`.
    automaton: Option<AhoCorasick>,
    owners: Vec<Vec<u32>>,
    expressions: Option<RegexSet>,
    /// The set's members: whose, and the expression alone for counting.
    regexes: Vec<(u32, Regex)>,
    /// By pattern.
    asked: Vec<Asked>,
    numbers: HashMap<u64, u32>,
    headers: Vec<String>,
    fingerprint: u64,
}

/// One pattern.
#[derive(Debug)]
struct Asked {
    key: u64,
    /// Whether it is looked for in what the facts do not keep.
    in_texts: bool,
}

/// How often each pattern stands in a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts(Vec<u32>);

impl Counts {
    pub(crate) fn of(&self, vocabulary: &Vocabulary, key: u64) -> u32 {
        let number = vocabulary.0.numbers.get(&key);
        let count = number.and_then(|number| self.0.get(*number as usize));
        count.copied().unwrap_or_default()
    }
}

impl Vocabulary {
    /// That of these rules, whose patterns get their keys.
    pub(crate) fn bind(rules: &mut [Rule], lists: &[List]) -> Self {
        let mut building = Building {
            lists,
            words: HashMap::new(),
            folded: Vec::new(),
            inner: Inner::default(),
            list_words: HashMap::new(),
        };
        for rule in rules {
            building.condition(&mut rule.when);
            rule.unless
                .iter_mut()
                .for_each(|unless| building.condition(unless));
            rule.then
                .attachments_mut()
                .for_each(|is| building.attachment(is));
        }
        building.finish()
    }

    /// Whether no rule looks at texts, so that they need not be gone through.
    pub fn is_empty(&self) -> bool {
        !self.0.asked.iter().any(|asked| asked.in_texts)
    }

    /// The headers whose values rules look at, in lower case.
    pub fn headers(&self) -> &[String] {
        &self.0.headers
    }

    /// Which vocabulary it is.
    pub fn fingerprint(&self) -> u64 {
        self.0.fingerprint
    }

    /// Begins to look through the texts of a mail.
    pub fn search(&self) -> Search<'_> {
        Search {
            vocabulary: self,
            hits: Vec::new(),
        }
    }

    /// Looks through one short text.
    pub(crate) fn counts(&self, text: &str) -> Counts {
        let mut counts = vec![0u32; self.0.asked.len()];
        if !text.is_empty() {
            self.count(text, &mut |number, times| {
                if let Some(count) = counts.get_mut(number as usize) {
                    *count = count.saturating_add(times);
                }
            });
        }
        Counts(counts)
    }

    fn count(&self, text: &str, found: &mut impl FnMut(u32, u32)) {
        let inner = &*self.0;
        if let Some(automaton) = &inner.automaton {
            let folded = folded(text);
            for hit in automaton.find_overlapping_iter(&folded) {
                let owners = inner.owners.get(hit.pattern().as_usize());
                owners
                    .into_iter()
                    .flatten()
                    .for_each(|number| found(*number, 1));
            }
        }
        if inner.regexes.is_empty() {
            return;
        }
        // Written in half or full width: either reading will do.
        let other: Option<String> = (!text.is_ascii())
            .then(|| text.nfkc().collect())
            .filter(|other| other != text);
        // One pass says which of them are worth counting; without the set each is tried.
        let matches = |text: &str| inner.expressions.as_ref().map(|set| set.matches(text));
        let matched = matches(text);
        let other = other.map(|other| {
            let matched = matches(&other);
            (other, matched)
        });
        for (at, (number, regex)) in inner.regexes.iter().enumerate() {
            let times =
                |text: &str| u32::try_from(regex.find_iter(text).count()).unwrap_or(u32::MAX);
            let is_in =
                |matched: &Option<SetMatches>| matched.as_ref().is_none_or(|m| m.matched(at));
            let as_it_is = if is_in(&matched) { times(text) } else { 0 };
            let folded = match &other {
                Some((other, matched)) if is_in(matched) => times(other),
                _ => 0,
            };
            if as_it_is.max(folded) > 0 {
                found(*number, as_it_is.max(folded));
            }
        }
    }
}

/// A search through the texts of one mail.
#[derive(Debug)]
pub struct Search<'v> {
    vocabulary: &'v Vocabulary,
    hits: Vec<WordHit>,
}

impl Search<'_> {
    /// Looks through one text; `place` as the `where` of a finding.
    pub fn text(&mut self, field: WordField, place: &str, text: &str) {
        let (inner, hits) = (&self.vocabulary.0, &mut self.hits);
        let start = hits.len();
        self.vocabulary.count(text, &mut |number, times| {
            let Some(asked) = inner
                .asked
                .get(number as usize)
                .filter(|asked| asked.in_texts)
            else {
                return;
            };
            let here = hits
                .iter_mut()
                .skip(start)
                .find(|hit| hit.pattern == asked.key);
            match here {
                Some(hit) => hit.count = hit.count.saturating_add(times),
                None => hits.push(WordHit {
                    pattern: asked.key,
                    field,
                    place: place.to_owned(),
                    count: times,
                }),
            }
        });
        self.join_places(start);
    }

    /// One pattern in ten thousand cells is kept by its first places and one count.
    fn join_places(&mut self, start: usize) {
        let new = self.hits.split_off(start);
        for hit in new {
            let mut same = self
                .hits
                .iter_mut()
                .filter(|known| known.pattern == hit.pattern && known.field == hit.field);
            match same.nth(WORD_PLACES_MAX - 1) {
                Some(last) => last.count = last.count.saturating_add(hit.count),
                None => self.hits.push(hit),
            }
        }
    }

    /// What was found.
    pub fn finish(self) -> WordsFound {
        WordsFound {
            vocabulary: self.vocabulary.fingerprint(),
            hits: self.hits,
        }
    }
}

/// Widths, forms of kana, case, composition, blanks and line breaks folded away; hiragana and katakana
/// are one.
pub(crate) fn folded(text: &str) -> String {
    let folded = sekisho_dlp::fold(text);
    let katakana = |c: char| match c {
        'ぁ'..='ゖ' | 'ゝ'..='ゞ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        c => c,
    };
    folded.as_str().chars().map(katakana).collect()
}

/// FNV-1a: stable over releases, since keys are stored. Nobody gains by two patterns with one key.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// The key of a pattern: of its words, its expression, and the words of its lists.
pub(crate) fn key(pattern: &TextPattern, lists: &[List]) -> u64 {
    let mut hash = Fnv::new();
    pattern.words().iter().for_each(|word| hash.add(word));
    hash.add("");
    hash.add(pattern.expression().unwrap_or_default());
    for name in pattern.lists() {
        let words = lists.iter().find(|list| list.name == *name);
        words
            .into_iter()
            .flat_map(List::words)
            .for_each(|word| hash.add(word));
    }
    hash.0
}

struct Building<'l> {
    lists: &'l [List],
    /// Folded word to its number in the automaton.
    words: HashMap<String, usize>,
    folded: Vec<String>,
    inner: Inner,
    list_words: HashMap<String, Vec<usize>>,
}

impl Building<'_> {
    fn condition(&mut self, condition: &mut Condition) {
        match condition {
            Condition::Always => {}
            Condition::All(members) | Condition::Any(members) => {
                members.iter_mut().for_each(|member| self.condition(member));
            }
            Condition::Not(inner) => self.condition(inner),
            Condition::Is(predicate) => self.predicate(predicate),
        }
    }

    fn predicate(&mut self, predicate: &mut Predicate) {
        match predicate {
            Predicate::Subject(pattern) => self.pattern(pattern, false),
            Predicate::Body(pattern) | Predicate::Text(pattern) | Predicate::Anywhere(pattern) => {
                self.pattern(pattern, true);
            }
            Predicate::Header(is) => {
                self.short(&mut is.text);
                let name = is.name.to_ascii_lowercase();
                if is.text.is_some() && !self.inner.headers.contains(&name) {
                    self.inner.headers.push(name);
                }
            }
            Predicate::Classification(is) => self.short(&mut is.text),
            Predicate::Attachment(is) => self.attachment(is),
            Predicate::Sender(is) => self.short(&mut is.address_text),
            Predicate::Recipients(are) => self.short(&mut are.address_text),
            _ => {}
        }
    }

    /// A pattern for what the facts keep.
    fn short(&mut self, pattern: &mut Option<TextPattern>) {
        pattern
            .iter_mut()
            .for_each(|pattern| self.pattern(pattern, false));
    }

    fn attachment(&mut self, is: &mut crate::AttachmentIs) {
        self.short(&mut is.name);
        is.text.iter_mut().for_each(|text| self.pattern(text, true));
    }

    fn pattern(&mut self, pattern: &mut TextPattern, in_texts: bool) {
        let key = key(pattern, self.lists);
        pattern.set_key(key);
        if let Some(number) = self.inner.numbers.get(&key) {
            if let Some(asked) = self.inner.asked.get_mut(*number as usize) {
                asked.in_texts |= in_texts;
            }
            return;
        }
        let Ok(number) = u32::try_from(self.inner.asked.len()) else {
            return;
        };
        self.inner.numbers.insert(key, number);
        self.inner.asked.push(Asked { key, in_texts });
        for word in pattern.words() {
            if let Some(at) = self.word(word) {
                self.own(at, number);
            }
        }
        for name in pattern.lists() {
            for at in self.list(name) {
                self.own(at, number);
            }
        }
        if let Some(regex) = pattern.regex() {
            self.inner.regexes.push((number, regex.clone()));
        }
    }

    fn own(&mut self, word: usize, number: u32) {
        if let Some(owners) = self
            .inner
            .owners
            .get_mut(word)
            .filter(|owners| !owners.contains(&number))
        {
            owners.push(number);
        }
    }

    fn word(&mut self, word: &str) -> Option<usize> {
        let folded = folded(word);
        if folded.is_empty() {
            return None;
        }
        if let Some(at) = self.words.get(&folded) {
            return Some(*at);
        }
        let at = self.folded.len();
        self.folded.push(folded.clone());
        self.inner.owners.push(Vec::new());
        self.words.insert(folded, at);
        Some(at)
    }

    /// A list is folded once, whatever number of rules name it.
    fn list(&mut self, name: &str) -> Vec<usize> {
        if let Some(known) = self.list_words.get(name) {
            return known.clone();
        }
        let list = self.lists.iter().find(|list| list.name == name);
        let words: Vec<usize> = list
            .into_iter()
            .flat_map(List::words)
            .filter_map(|word| self.word(word))
            .collect();
        self.list_words.insert(name.to_owned(), words.clone());
        words
    }

    fn finish(mut self) -> Vocabulary {
        if !self.folded.is_empty() {
            let built = AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .build(&self.folded);
            // Fails only beyond four milliards of states; the text of a policy is far smaller.
            self.inner.automaton = built.ok();
        }
        if !self.inner.regexes.is_empty() {
            let texts = self.inner.regexes.iter().map(|(_, regex)| regex.as_str());
            let set = RegexSetBuilder::new(texts)
                .size_limit(REGEX_SET_BYTES_MAX)
                .dfa_size_limit(REGEX_SET_BYTES_MAX)
                .build();
            self.inner.expressions = set.ok();
        }
        let mut hash = Fnv::new();
        for asked in self.inner.asked.iter().filter(|asked| asked.in_texts) {
            hash.add(&asked.key.to_string());
        }
        self.inner.headers.iter().for_each(|name| hash.add(name));
        self.inner.fingerprint = hash.0;
        Vocabulary(Arc::new(self.inner))
    }
}
