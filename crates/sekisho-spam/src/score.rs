//! Rules and what was learned, to one score with its reasons.

use crate::concept::Rule;
use crate::limits::NAMED_MAX;
use crate::model::{Model, probability, rule_odds};
use crate::personal::Personal;
use crate::sight::{AGAINST_MAX, Sight};
use crate::token::{Group, Sink, Tokens, visit};

/// From here on a mail is junk.
pub const JUNK: f64 = 5.0;
/// From here on it is spam.
pub const SPAM: f64 = 8.0;

/// What was learned, as far as there is any.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// Of the organisation.
    pub organisation: Option<&'a Model>,
    /// Of the recipient.
    pub personal: Option<&'a Personal>,
}

impl Filter<'_> {
    /// Whether nothing was learned: the rules speak alone.
    pub fn is_empty(&self) -> bool {
        self.organisation.is_none() && self.personal.is_none()
    }
}

/// A sign and its points.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// `spam.asks_card`, `spam.learned`
    pub id: String,
    /// Above zero for spam, below against it.
    pub points: f64,
    /// For `spam.learned`: the tokens that said most.
    pub detail: String,
}

/// The filter's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The sum of the reasons' points: 0 neutral, [`JUNK`], [`SPAM`].
    pub score: f64,
    /// Probability by what was learned; `None` while nothing was.
    pub bayes: Option<f64>,
    /// Every point of the score, the heaviest first.
    pub reasons: Vec<Reason>,
}

impl Score {
    /// `ham`, `junk`, `spam`.
    pub fn verdict(&self) -> &'static str {
        match self.score {
            score if score >= SPAM => "spam",
            score if score >= JUNK => "junk",
            _ => "ham",
        }
    }
}

/// Points for one unit of the learned logarithm of odds: junk begins at odds of twenty to one. On
/// labelled mail cut in halves in three ways that lost less than one good mail in a thousand.
const POINTS_PER_ODDS: f32 = 1.65;
/// The same for Japanese mail, whose rules count more.
const POINTS_PER_ODDS_JAPANESE: f32 = 1.65;
/// Learned points from which on the tokens are named.
const NAMED_FROM: f32 = 2.0;
/// The most that learning alone gives, each way.
const LEARNED_MAX: f32 = 12.0;

/// Weighs a mail.
pub fn score(sight: &Sight<'_>, tokens: &Tokens, filter: &Filter<'_>) -> Score {
    let mut reasons = Vec::new();
    let odds = filter.organisation.and_then(|model| model.odds(tokens));
    let points_per_odds = points_per_odds(tokens);
    // What a rule's points count beside a trained table.
    let share = odds.map_or(1.0, |_| f64::from(rule_odds(tokens) * points_per_odds));
    rules(sight, share, &mut reasons);
    if let (Some(odds), Some(model)) = (odds, filter.organisation) {
        let learned = odds - rule_odds(tokens) * tokens.rules as f32 / 100.0;
        let points = (learned * points_per_odds).clamp(-LEARNED_MAX, LEARNED_MAX);
        reasons.push(Reason {
            id: "spam.learned".to_owned(),
            points: f64::from(points),
            // Most mail is good, and nobody asks why.
            detail: if points >= NAMED_FROM {
                named(sight, tokens, model)
            } else {
                String::new()
            },
        });
    }
    let personal = filter.personal.filter(|layer| layer.lessons() > 0);
    if let Some(layer) = personal {
        reasons.push(Reason {
            id: "spam.personal".to_owned(),
            points: f64::from(layer.points(tokens)),
            detail: String::new(),
        });
    }
    for reason in &mut reasons {
        reason.points = (reason.points * 100.0).round() / 100.0;
    }
    reasons.retain(|reason| reason.points != 0.0);
    reasons.sort_by(|one, two| two.points.abs().total_cmp(&one.points.abs()));
    Score {
        score: reasons.iter().map(|reason| reason.points).sum(),
        bayes: odds.map(|odds| f64::from(probability(odds))),
        reasons,
    }
}

fn points_per_odds(tokens: &Tokens) -> f32 {
    if tokens.is_japanese() {
        POINTS_PER_ODDS_JAPANESE
    } else {
        POINTS_PER_ODDS
    }
}

fn rules(sight: &Sight<'_>, share: f64, reasons: &mut Vec<Reason>) {
    let mut left = f64::from(AGAINST_MAX);
    for Rule { id, points, .. } in sight.found.rules() {
        let mut points = f64::from(*points);
        if points < 0.0 {
            points = points.max(left);
            left -= points;
        }
        reasons.push(Reason {
            id: id.clone(),
            points: points * share,
            detail: String::new(),
        });
    }
    if sight.is_cut {
        reasons.push(Reason {
            id: "spam.text_cut".to_owned(),
            points: 0.1 * share,
            detail: String::new(),
        });
    }
}

/// The tokens that said most for spam, as words.
fn named(sight: &Sight<'_>, tokens: &Tokens, model: &Model) -> String {
    let mut shares = model.share(tokens);
    let by_share = |one: &(u32, f32), two: &(u32, f32)| two.1.total_cmp(&one.1);
    if shares.len() > NAMED_MAX {
        shares.select_nth_unstable_by(NAMED_MAX, by_share);
        shares.truncate(NAMED_MAX);
    }
    shares.sort_by(by_share);
    shares.retain(|(_, share)| *share > 0.0);
    let mut namer = Namer {
        wanted: shares.iter().map(|(hash, _)| *hash).collect(),
        names: vec![None; shares.len()],
    };
    visit(sight, &mut namer);
    let names: Vec<String> = namer.names.into_iter().flatten().collect();
    names.join(", ")
}

struct Namer {
    wanted: Vec<u32>,
    names: Vec<Option<String>>,
}

impl Sink for Namer {
    fn token(&mut self, _: Group, hash: u32, name: impl FnOnce() -> String) {
        if let Some(at) = self.wanted.iter().position(|wanted| *wanted == hash)
            && let Some(slot @ None) = self.names.get_mut(at)
        {
            *slot = Some(name().trim().to_owned());
        }
    }
}
