//! A mail as numbers: hashed tokens in five groups.
//!
//! Japanese needs no dictionary: runs of one to three letters stand for words. Other writing gives
//! words, pairs of words, and runs of four letters, which see through `v1agra`. Header fields give
//! their words; classes of words and the mail's shape give themselves and their pairs.

use serde::{Deserialize, Serialize};

use crate::concept::class_name;
use crate::fold::is_plain;
use crate::limits::{
    FIELD_BYTES_MAX, FIELDS_MAX, JAPANESE_CHARS_MAX, LATIN_CHARS_MAX, SLOTS, TOKENS_MAX,
    WORD_CHARS_MAX, WORDS_MAX,
};
use crate::shape::{is_list, shape};
use crate::sight::{Script, Sight, cut};

/// Where a token comes from. Each group is weighed as a whole by how often it was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Header,
    Word,
    Letters,
    Concept,
    Shape,
}

pub(crate) const GROUPS: usize = 5;
/// Values of [`Tokens::sort`].
pub(crate) const SORTS: usize = 4;

/// The tokens of one mail, without its text: what a lesson is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Which sort of mail: its text Japanese or not, sent through a list or not. What a header is
    /// worth differs by it.
    pub sort: u8,
    /// Points of the built-in rules, in hundredths: the model learns what they leave open.
    pub rules: i32,
    /// Hashes by group: header, words, runs of letters, concepts, shape.
    pub groups: [Vec<u32>; GROUPS],
}

impl Tokens {
    /// Whether they are of a Japanese text.
    pub(crate) fn is_japanese(&self) -> bool {
        self.sort >= 2
    }

    /// Reads a mail's tokens.
    pub fn of(sight: &Sight<'_>) -> Self {
        let mut sink = Collector {
            tokens: Self {
                sort: u8::from(sight.script == Script::Japanese) * 2
                    + u8::from(is_list(sight.message)),
                rules: (sight.rule_points() * 100.0) as i32,
                ..Self::default()
            },
            seen: vec![0; SLOTS / 64],
            left: TOKENS_MAX,
        };
        visit(sight, &mut sink);
        sink.tokens
    }
}

/// Takes tokens as they come; `name` is asked for only where someone wants to read it.
pub(crate) trait Sink {
    fn token(&mut self, group: Group, hash: u32, name: impl FnOnce() -> String);
}

struct Collector {
    tokens: Tokens,
    seen: Vec<u64>,
    left: usize,
}

impl Sink for Collector {
    fn token(&mut self, group: Group, hash: u32, _: impl FnOnce() -> String) {
        let bit = hash as usize & (SLOTS - 1);
        let Some(word) = self.seen.get_mut(bit / 64) else {
            return;
        };
        let mask = 1_u64 << (bit % 64);
        if *word & mask != 0 || self.left == 0 {
            return;
        }
        *word |= mask;
        self.left -= 1;
        if let Some(list) = self.tokens.groups.get_mut(group as usize) {
            list.push(hash);
        }
    }
}

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x517C_C1B7_2722_0A95)
}

fn hash_bytes(seed: u64, bytes: &[u8]) -> u64 {
    let mut chunks = bytes.chunks_exact(8);
    let mut hash = seed;
    for chunk in &mut chunks {
        let word = chunk.try_into().map_or(0, u64::from_le_bytes);
        hash = mix(hash, word);
    }
    for byte in chunks.remainder() {
        hash = mix(hash, u64::from(*byte) + 1);
    }
    hash
}

fn fold_hash(hash: u64) -> u32 {
    let hash = (hash ^ (hash >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (hash >> 32) as u32
}

/// Gives every token of a mail to `sink`.
pub(crate) fn visit(sight: &Sight<'_>, sink: &mut impl Sink) {
    concepts(sight, sink);
    shapes(sight, sink);
    headers(sight, sink);
    words(sight, sink);
    letters(sight, sink);
}

fn concepts(sight: &Sight<'_>, sink: &mut impl Sink) {
    let bits = |mut set: u128| {
        std::iter::from_fn(move || {
            let bit = (set != 0).then(|| set.trailing_zeros() as u8)?;
            set &= set - 1;
            Some(bit)
        })
    };
    for sentence in &sight.found.sentences {
        for one in bits(*sentence) {
            let hash = fold_hash(mix(SEED, u64::from(one)));
            sink.token(Group::Concept, hash, || class_name(one).to_lowercase());
            // Two ideas in one sentence say more than two in one mail.
            for two in bits(*sentence & !(u128::MAX >> (127 - u32::from(one)))) {
                let hash = fold_hash(mix(mix(SEED, u64::from(one) + 1_000), u64::from(two)));
                sink.token(Group::Shape, hash, || {
                    format!("{}+{}", class_name(one), class_name(two)).to_lowercase()
                });
            }
        }
    }
    for rule in sight.found.rules() {
        let hash = fold_hash(hash_bytes(SEED ^ 7, rule.id.as_bytes()));
        sink.token(Group::Concept, hash, || rule.id.clone());
    }
}

fn shapes(sight: &Sight<'_>, sink: &mut impl Sink) {
    let signs = shape(sight);
    let seed = SEED ^ 11;
    for (at, one) in signs.iter().enumerate() {
        let first = hash_bytes(seed, one.as_bytes());
        sink.token(Group::Shape, fold_hash(first), || one.clone());
        for two in signs.iter().skip(at + 1) {
            let both = hash_bytes(mix(first, 3), two.as_bytes());
            sink.token(Group::Shape, fold_hash(both), || format!("{one}+{two}"));
        }
    }
}

/// Fields that hold numbers made anew for each mail, or what other groups read.
const PASSED_OVER: &[&str] = &[
    "date",
    "message-id",
    "resent-message-id",
    "resent-date",
    "in-reply-to",
    "references",
    "subject",
    "from",
    "content-length",
    "lines",
    "status",
    "x-uidl",
    "delivered-to",
    "envelope-to",
    "x-original-to",
    "dkim-signature",
    "arc-seal",
    "arc-message-signature",
    "x-originalarrivaltime",
    "x-spam-status",
    "x-spam-level",
    "x-spam-flag",
    "x-spam-score",
    "x-pyzor",
    "authentication-results",
    "thread-index",
    "return-path",
];

fn headers(sight: &Sight<'_>, sink: &mut impl Sink) {
    for word in word_spans(&sight.from.to_lowercase()) {
        let hash = hash_bytes(SEED ^ 21, word.as_bytes());
        sink.token(Group::Header, fold_hash(hash), || format!("From: {word}"));
    }
    for field in sight.message.headers().take(FIELDS_MAX) {
        let name = field.name().trim().to_ascii_lowercase();
        let seed = hash_bytes(SEED ^ 22, name.as_bytes());
        sink.token(Group::Header, fold_hash(seed), || format!("{name}:"));
        if PASSED_OVER.contains(&name.as_str()) {
            continue;
        }
        let value = field.unfolded();
        let value = String::from_utf8_lossy(value.get(..FIELD_BYTES_MAX).unwrap_or(&value));
        let value = value.to_ascii_lowercase();
        let is_trace = name == "received";
        // RFC 5321 §4.4: the time stands behind the last semicolon.
        let value = match value.rsplit_once(';') {
            Some((before, _)) if is_trace => before,
            _ => value.as_str(),
        };
        for word in word_spans(value) {
            if is_trace && is_passing(word) {
                continue;
            }
            let hash = hash_bytes(seed, word.as_bytes());
            sink.token(Group::Header, fold_hash(hash), || format!("{name}: {word}"));
        }
    }
    for link in &sight.links {
        let host = link.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let host = cut(host, 80);
        let hash = hash_bytes(SEED ^ 23, host.as_bytes());
        sink.token(Group::Header, fold_hash(hash), || format!("link {host}"));
    }
}

/// Queue names and times of a trace: never the same twice.
fn is_passing(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let has_point = word.contains('.');
    (digits > 0 && !has_point) || (digits * 2 > word.len() && word.len() < 7)
}

fn words(sight: &Sight<'_>, sink: &mut impl Sink) {
    let mut left = WORDS_MAX;
    for (nth, sentence) in sight.folded.sentences().enumerate() {
        let mut before: Option<(u64, &str)> = None;
        for word in word_spans(sentence) {
            if left == 0 {
                return;
            }
            left -= 1;
            let hash = hash_bytes(SEED ^ 31, word.as_bytes());
            sink.token(Group::Word, fold_hash(hash), || word.to_owned());
            if nth == 0 {
                let hash = fold_hash(mix(hash, 5));
                sink.token(Group::Word, hash, || format!("Subject: {word}"));
            }
            if let Some((first, text)) = before {
                let pair = fold_hash(mix(first, hash));
                sink.token(Group::Word, pair, || format!("{text} {word}"));
            }
            before = Some((hash, word));
        }
    }
}

/// Words of writing that parts words. Marks inside stay: `$50`, `don't`, `example.com`.
fn word_spans(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '$' | '\'' | '.' | '-' | '@' | '!' | '%')
            || ('\u{C0}'..'\u{3000}').contains(&c) && c.is_alphanumeric()
            || ('\u{AC00}'..'\u{D7A4}').contains(&c)
    };
    text.split(move |c| !is_word(c))
        .map(|word| word.trim_matches(|c| matches!(c, '.' | '-' | '\'')))
        .filter(|word| word.len() > 1 && word.len() <= WORD_CHARS_MAX * 2)
}

fn letters(sight: &Sight<'_>, sink: &mut impl Sink) {
    let (mut japanese, mut latin) = (JAPANESE_CHARS_MAX, LATIN_CHARS_MAX);
    for sentence in sight.said() {
        if sentence.is_ascii() {
            let runs = sentence.as_bytes().array_windows::<4>();
            for (at, run) in runs.enumerate().take(latin) {
                let hash = run
                    .iter()
                    .fold(SEED ^ 42, |hash, byte| mix(hash, u64::from(*byte)));
                sink.token(Group::Letters, fold_hash(hash), || {
                    format!("…{}…", sentence.get(at..at + 4).unwrap_or_default())
                });
            }
            latin = latin.saturating_sub(sentence.len());
            continue;
        }
        let mut chars = sentence.char_indices();
        while let Some((at, first)) = chars.next() {
            let rest = chars.clone();
            if is_plain(first) || first > '\u{2E7F}' {
                if japanese == 0 {
                    continue;
                }
                japanese -= 1;
                let mut hash = mix(SEED ^ 41, u64::from(first));
                let mut end = at + first.len_utf8();
                let mut name = |hash, end| {
                    sink.token(Group::Letters, fold_hash(hash), || {
                        sentence.get(at..end).unwrap_or_default().to_owned()
                    });
                };
                name(hash, end);
                for (next_at, next) in rest.take(2) {
                    hash = mix(hash, u64::from(next));
                    end = next_at + next.len_utf8();
                    name(hash, end);
                }
            } else if latin > 0 {
                latin -= 1;
                let mut hash = mix(SEED ^ 42, u64::from(first));
                let mut end = at;
                let mut count = 1;
                for (next_at, next) in rest.take(3) {
                    hash = mix(hash, u64::from(next));
                    end = next_at + next.len_utf8();
                    count += 1;
                }
                if count == 4 {
                    sink.token(Group::Letters, fold_hash(hash), || {
                        format!("…{}…", sentence.get(at..end).unwrap_or_default())
                    });
                }
            }
        }
    }
}
