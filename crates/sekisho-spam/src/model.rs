//! What was learned: a table of fixed size, one for an organisation.
//!
//! Each slot counts the spam and ham that had its token. The logarithm of their ratio is what naive
//! Bayes would add; a logistic regression on top weighs it ("Baselines and Bigrams", Wang and
//! Manning, 2012: NB-SVM). So a token counts from its first lesson on, and tokens that come together
//! are not counted twice. A group of tokens counts as much as it was right about mails that were not
//! yet learned ([`Trust`]).

use std::collections::HashMap;

use crate::limits::{
    LESSONS_MIN, SLOTS, TEACHER_DAYS, TEACHER_LESSONS_MAX, TEACHERS_MAX, TOKEN_DAYS,
};
use crate::token::{GROUPS, SORTS, Tokens};

/// One lesson: a mail's tokens and what it was. Small enough to be stored and sent on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lesson {
    /// The mail.
    pub tokens: Tokens,
    /// Spam, or good mail.
    pub is_spam: bool,
    /// It was taught as the other before, and that is taken back.
    pub corrects: bool,
    /// Who teaches, as any number that stays the same; `None`: the administrator, without a bound.
    pub teacher: Option<u64>,
    /// Days since 1970.
    pub day: u16,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Slot {
    pub(crate) spam: u16,
    pub(crate) ham: u16,
    pub(crate) day: u16,
    pub(crate) weight: f32,
}

/// How well a group alone told mails apart that it had not learned: what it said about each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Trust {
    /// Mails, the sum of its answers, the sum of their squares; ham first.
    pub(crate) seen: [f32; 2],
    pub(crate) sum: [f32; 2],
    pub(crate) square: [f32; 2],
}

/// An organisation's table.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(crate) slots: Vec<Slot>,
    /// Lessons of each kind, ham first.
    pub(crate) lessons: [u32; 2],
    pub(crate) bias: f32,
    /// By sort of mail and group.
    pub(crate) trust: [[Trust; GROUPS]; SORTS],
    pub(crate) teachers: HashMap<u64, (u32, u16)>,
}

impl Default for Model {
    fn default() -> Self {
        Self::new()
    }
}

/// How a group goes into the sum: its scale, whether by log ratio, whether brought to one length.
struct Way {
    scale: f32,
    by_ratio: bool,
    is_normal: bool,
}

const WAYS: [Way; GROUPS] = [
    Way {
        scale: 1.4,
        by_ratio: true,
        is_normal: true,
    },
    Way {
        scale: 0.6,
        by_ratio: true,
        is_normal: true,
    },
    Way {
        scale: 1.0,
        by_ratio: true,
        is_normal: true,
    },
    Way {
        scale: 0.2,
        by_ratio: false,
        is_normal: false,
    },
    Way {
        scale: 0.1,
        by_ratio: false,
        is_normal: false,
    },
];

/// Weight of a log ratio before anything is learned about it.
const RATIO_WEIGHT: f32 = 0.05;
const STEP: f32 = 3.0;
const EPOCHS: usize = 25;
/// Kinds less apart than this are as good as mixed; so much more, and a group counts in full.
const APART_MIN: f32 = 0.3;
const APART_FULL: f32 = 1.5;
/// What a point of the built-in rules adds to the odds before anything is learned.
const RULE_ODDS: f32 = 0.25;
/// The same for Japanese mail, which most of the rules are written for.
const RULE_ODDS_JAPANESE: f32 = 0.8;
/// Squared log ratios of a mail that says next to nothing: ten words are not to condemn it.
const LITTLE: f32 = 60.0;
/// Half a mail each way: a token seen once says little.
const SMOOTHING: f32 = 0.5;

/// What one group of a mail adds up to.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    dot: f32,
    factor: f32,
}

impl Model {
    /// Nothing learned.
    pub fn new() -> Self {
        Self {
            slots: vec![Slot::default(); SLOTS],
            lessons: [0; 2],
            bias: 0.0,
            trust: Default::default(),
            teachers: HashMap::new(),
        }
    }

    /// Good mails and spam learned so far.
    pub fn lessons(&self) -> (u32, u32) {
        (self.lessons[0], self.lessons[1])
    }

    /// Whether it has seen enough of both kinds to be asked.
    pub fn is_trained(&self) -> bool {
        self.lessons.iter().all(|count| *count >= LESSONS_MIN)
    }

    /// The logarithm of the odds that a mail is spam; `None` while too little was learned.
    pub fn odds(&self, tokens: &Tokens) -> Option<f32> {
        self.is_trained()
            .then(|| self.logit(&self.sums(tokens), tokens))
    }

    fn logit(&self, sums: &[Sum; GROUPS], tokens: &Tokens) -> f32 {
        let trusts = &self.trust[sort(tokens)];
        let total = sums
            .iter()
            .zip(trusts)
            .map(|(sum, trust)| sum.dot * sum.factor * trust.worth());
        self.bias + rule_odds(tokens) * tokens.rules as f32 / 100.0 + total.sum::<f32>()
    }

    fn sums(&self, tokens: &Tokens) -> [Sum; GROUPS] {
        let mut sums = [Sum::default(); GROUPS];
        let base = self.base();
        for ((sum, hashes), way) in sums.iter_mut().zip(&tokens.groups).zip(&WAYS) {
            let mut square = 0.0;
            for hash in hashes {
                let slot = self.slot(*hash);
                let value = slot.value(way, base);
                sum.dot += value * slot.weight_in(way);
                square += value * value;
            }
            sum.factor = way.factor(square);
        }
        sums
    }

    /// What the number of lessons of each kind adds to every log ratio.
    fn base(&self) -> f32 {
        let [ham, spam] = self.lessons;
        ((ham as f32 + 1.0) / (spam as f32 + 1.0)).ln()
    }

    pub(crate) fn slot(&self, hash: u32) -> Slot {
        let at = hash as usize & (SLOTS - 1);
        self.slots.get(at).copied().unwrap_or_default()
    }

    /// What a token adds to the odds, for who asks why.
    pub(crate) fn share(&self, tokens: &Tokens) -> Vec<(u32, f32)> {
        let base = self.base();
        let mut shares = Vec::new();
        let trusts = &self.trust[sort(tokens)];
        for (((hashes, way), sum), trust) in tokens
            .groups
            .iter()
            .zip(&WAYS)
            .zip(self.sums(tokens))
            .zip(trusts)
        {
            for hash in hashes {
                let slot = self.slot(*hash);
                let share =
                    slot.value(way, base) * slot.weight_in(way) * sum.factor * trust.worth();
                shares.push((*hash, share));
            }
        }
        shares
    }

    /// Learns one mail, at once.
    pub fn learn(&mut self, lesson: &Lesson) {
        if !self.may_teach(lesson) {
            return;
        }
        self.judge_groups(&lesson.tokens, lesson.is_spam);
        if lesson.corrects {
            self.count(&lesson.tokens, !lesson.is_spam, lesson.day, false);
        }
        self.count(&lesson.tokens, lesson.is_spam, lesson.day, true);
        for _ in 0..4 {
            if self.step(&lesson.tokens, lesson.is_spam, STEP) > 0.9 {
                break;
            }
        }
    }

    /// Learns many mails from the beginning: counts first, then weights in several rounds.
    pub fn train(&mut self, lessons: &[Lesson]) {
        for lesson in lessons {
            if self.lessons.iter().all(|count| *count > 10) {
                self.judge_groups(&lesson.tokens, lesson.is_spam);
            }
            self.count(&lesson.tokens, lesson.is_spam, lesson.day, true);
        }
        let mut order: Vec<usize> = (0..lessons.len()).collect();
        let mut random = 1_u64;
        for epoch in 0..EPOCHS {
            shuffle(&mut order, &mut random);
            let step = STEP / (1.0 + 0.15 * epoch as f32);
            for lesson in order.iter().filter_map(|at| lessons.get(*at)) {
                self.step(&lesson.tokens, lesson.is_spam, step);
            }
        }
    }

    fn count(&mut self, tokens: &Tokens, is_spam: bool, day: u16, adds: bool) {
        let change = |count: u16| {
            if adds {
                count.saturating_add(1)
            } else {
                count.saturating_sub(1)
            }
        };
        for hash in tokens.groups.iter().flatten() {
            let at = *hash as usize & (SLOTS - 1);
            let Some(slot) = self.slots.get_mut(at) else {
                continue;
            };
            slot.day = day;
            if is_spam {
                slot.spam = change(slot.spam);
            } else {
                slot.ham = change(slot.ham);
            }
        }
        let lessons = &mut self.lessons[usize::from(is_spam)];
        *lessons = if adds {
            lessons.saturating_add(1)
        } else {
            lessons.saturating_sub(1)
        };
    }

    /// One step down the slope of the logistic loss; gives the probability of what it is.
    fn step(&mut self, tokens: &Tokens, is_spam: bool, step: f32) -> f32 {
        let sums = self.sums(tokens);
        let spam = probability(self.logit(&sums, tokens));
        let slope = (f32::from(u8::from(is_spam)) - spam) * step;
        self.bias += slope * 0.05;
        let base = self.base();
        let trusts = self.trust[sort(tokens)];
        for (((hashes, way), sum), trust) in tokens.groups.iter().zip(&WAYS).zip(sums).zip(trusts) {
            let change = slope * sum.factor * trust.worth();
            if change.abs() < 1e-7 {
                continue;
            }
            for hash in hashes {
                let at = *hash as usize & (SLOTS - 1);
                if let Some(slot) = self.slots.get_mut(at) {
                    slot.weight += change * slot.value(way, base);
                }
            }
        }
        if is_spam { spam } else { 1.0 - spam }
    }

    /// Asks each group by itself, before it has learned the mail.
    fn judge_groups(&mut self, tokens: &Tokens, is_spam: bool) {
        let base = self.base();
        let bayes = tokens.groups.each_ref().map(|hashes| {
            let (mut sum, mut square) = (0.0, 1.0);
            for hash in hashes {
                let ratio = self.slot(*hash).ratio(base);
                sum += ratio;
                square += ratio * ratio;
            }
            sum / f32::sqrt(square)
        });
        let kind = usize::from(is_spam);
        for (trust, sum) in self.trust[sort(tokens)].iter_mut().zip(bayes) {
            // The old is slowly forgotten.
            trust.seen[kind] = trust.seen[kind] * 0.999 + 1.0;
            trust.sum[kind] = trust.sum[kind] * 0.999 + sum;
            trust.square[kind] = trust.square[kind] * 0.999 + sum * sum;
        }
    }

    /// One person's lessons count for all only up to a share.
    fn may_teach(&mut self, lesson: &Lesson) -> bool {
        let Some(teacher) = lesson.teacher else {
            return true;
        };
        let tenth = self.lessons[0].saturating_add(self.lessons[1]) / 10;
        if self.teachers.len() >= TEACHERS_MAX && !self.teachers.contains_key(&teacher) {
            let oldest = self
                .teachers
                .iter()
                .min_by_key(|(_, (_, day))| *day)
                .map(|(who, _)| *who);
            oldest.and_then(|who| self.teachers.remove(&who));
        }
        let (given, since) = self.teachers.entry(teacher).or_insert((0, lesson.day));
        if lesson.day.saturating_sub(*since) >= TEACHER_DAYS {
            (*given, *since) = (0, lesson.day);
        }
        *given = given.saturating_add(1);
        *given <= TEACHER_LESSONS_MAX.max(tenth)
    }

    /// Halves what was not seen in a lesson for long. Meant for once a day.
    pub fn age(&mut self, today: u16) {
        for slot in &mut self.slots {
            if *slot != Slot::default() && today.saturating_sub(slot.day) >= TOKEN_DAYS {
                *slot = Slot {
                    spam: slot.spam / 2,
                    ham: slot.ham / 2,
                    day: today,
                    weight: slot.weight / 2.0,
                };
                if slot.spam == 0 && slot.ham == 0 {
                    *slot = Slot::default();
                }
            }
        }
    }
}

impl Slot {
    fn value(self, way: &Way, base: f32) -> f32 {
        if way.by_ratio { self.ratio(base) } else { 1.0 }
    }

    /// Logarithm of how much likelier the token is in spam; 0 when it was never seen.
    fn ratio(self, base: f32) -> f32 {
        if self.spam == 0 && self.ham == 0 {
            return 0.0;
        }
        ln(self.spam) - ln(self.ham) + base
    }

    fn weight_in(self, way: &Way) -> f32 {
        if way.by_ratio {
            RATIO_WEIGHT + self.weight
        } else {
            self.weight
        }
    }
}

impl Way {
    fn factor(&self, square: f32) -> f32 {
        if !self.is_normal {
            self.scale
        } else if square > 0.0 {
            self.scale / (square + LITTLE).sqrt()
        } else {
            0.0
        }
    }
}

impl Trust {
    /// From nothing (no better than a coin) to one.
    fn worth(self) -> f32 {
        let mean = |kind: usize| self.sum[kind] / (self.seen[kind] + 5.0);
        let spread = |kind: usize| {
            let mean = self.sum[kind] / self.seen[kind].max(1.0);
            self.square[kind] / self.seen[kind].max(1.0) - mean * mean
        };
        // How far apart the two kinds lie, in widths of their spread (d').
        let apart = (mean(1) - mean(0)) / ((spread(0) + spread(1)) / 2.0 + 0.1).sqrt();
        ((apart - APART_MIN) / APART_FULL).clamp(0.0, 1.0)
    }
}

/// Logarithms of small counts are looked up.
fn ln(count: u16) -> f32 {
    static TABLE: std::sync::LazyLock<Vec<f32>> = std::sync::LazyLock::new(|| {
        (0..256_u16)
            .map(|count| (f32::from(count) + SMOOTHING).ln())
            .collect()
    });
    TABLE
        .get(usize::from(count))
        .copied()
        .unwrap_or_else(|| (f32::from(count) + SMOOTHING).ln())
}

/// Of the logarithm of odds.
pub(crate) fn probability(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}

/// A lesson from elsewhere may name any.
fn sort(tokens: &Tokens) -> usize {
    usize::from(tokens.sort).min(SORTS - 1)
}

/// What a point of the built-in rules adds to the odds of such a mail.
pub(crate) fn rule_odds(tokens: &Tokens) -> f32 {
    if tokens.is_japanese() {
        RULE_ODDS_JAPANESE
    } else {
        RULE_ODDS
    }
}

fn shuffle(order: &mut [usize], random: &mut u64) {
    for at in (1..order.len()).rev() {
        *random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = (*random >> 33) as usize % (at + 1);
        order.swap(at, other);
    }
}
