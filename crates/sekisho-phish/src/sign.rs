//! Signs, what each is worth, and what they come to together.

use sekisho_words::{Arg, Words, say};

use crate::limits::{SIGNS_MAX, VALUE_CHARS_MAX};

/// What a mail is taken for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing, or too little.
    #[default]
    None,
    /// Enough to keep it from the inbox.
    Suspicious,
    /// Enough to keep it from the reader.
    Phishing,
}

impl Verdict {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Suspicious => "suspicious",
            Self::Phishing => "phishing",
        }
    }
}

/// Condemns alone: no honest mail has it.
pub(crate) const STRONG: f64 = 0.9;
/// Suspicious alone. Two of them and two small ones condemn, or three.
pub(crate) const MEDIUM: f64 = 0.6;
/// Two of them are suspicious.
pub(crate) const NOTABLE: f64 = 0.3;
/// Says something only beside others; five of them are suspicious.
pub(crate) const WEAK: f64 = 0.15;

/// What the signs must come to, as the chance that not all of them are innocent.
const SUSPICIOUS: f64 = 0.5;
const PHISHING: f64 = 0.88;

/// One thing that speaks for phishing.
#[derive(Debug, Clone, PartialEq)]
pub struct Sign {
    /// `phish.link_text`, `phish.vip_name`, ….
    pub id: &'static str,
    /// The host, name or address, as it stands.
    pub value: String,
    /// Where: `header From`, `part 1.2`.
    pub place: String,
    /// How much it says by itself, 0 to 1.
    pub confidence: f64,
    /// What it is and what to do.
    pub why: Words,
}

/// All signs of a mail, and what they come to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assessment {
    /// What the mail is taken for.
    pub verdict: Verdict,
    /// 0 to 1.
    pub score: f64,
    /// The heaviest first.
    pub signs: Vec<Sign>,
}

/// Signs as they are found.
#[derive(Debug, Default)]
pub(crate) struct Signs {
    list: Vec<Sign>,
}

impl Signs {
    pub(crate) fn add(&mut self, id: &'static str, weight: f64, value: &str, place: &str) {
        self.add_with(id, weight, value, place, &[]);
    }

    /// As [`Signs::add`], with further arguments for the words.
    pub(crate) fn add_with(
        &mut self,
        id: &'static str,
        weight: f64,
        value: &str,
        place: &str,
        args: &[(&str, Arg<'_>)],
    ) {
        let value = shown(value);
        if let Some(known) = self
            .list
            .iter_mut()
            .find(|sign| sign.id == id && sign.value == value)
        {
            known.confidence = known.confidence.max(weight);
            return;
        }
        if self.list.len() >= SIGNS_MAX {
            return;
        }
        let mut all: Vec<(&str, Arg<'_>)> =
            vec![("value", (&value).into()), ("where", place.into())];
        all.extend(args.iter().cloned());
        let why = say(&id.replace(['.', '_'], "-"), &all);
        self.list.push(Sign {
            id,
            value,
            place: place.to_owned(),
            confidence: weight,
            why,
        });
    }

    /// Signs of one id are one sign: a hundred links to one redirector say no more than one.
    pub(crate) fn assess(mut self) -> Assessment {
        self.list
            .sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let mut counted: Vec<&str> = Vec::new();
        let mut innocent = 1.0;
        for sign in &self.list {
            if !counted.contains(&sign.id) {
                counted.push(sign.id);
                innocent *= 1.0 - sign.confidence;
            }
        }
        let score: f64 = 1.0 - innocent;
        let verdict = if score >= PHISHING {
            Verdict::Phishing
        } else if score >= SUSPICIOUS {
            Verdict::Suspicious
        } else {
            Verdict::None
        };
        Assessment {
            verdict,
            score: (score * 100.0).round() / 100.0,
            signs: self.list,
        }
    }
}

/// Cut where it gets long; no line breaks, and nothing that nobody sees.
fn shown(value: &str) -> String {
    let mut out = String::new();
    for c in value.chars().take(VALUE_CHARS_MAX) {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(weights: &[f64]) -> Verdict {
        const IDS: [&str; 6] = [
            "phish.link_text",
            "phish.vip_name",
            "phish.link_port",
            "phish.reply_to",
            "phish.pressure",
            "phish.link_shortener",
        ];
        let mut signs = Signs::default();
        for (id, weight) in IDS.iter().zip(weights) {
            signs.add(id, *weight, "x", "part 1");
        }
        signs.assess().verdict
    }

    #[test]
    fn one_weak_sign_never_condemns() {
        assert_eq!(verdict(&[]), Verdict::None);
        assert_eq!(verdict(&[WEAK; 4]), Verdict::None);
        assert_eq!(verdict(&[NOTABLE, WEAK]), Verdict::None);
        assert_eq!(verdict(&[NOTABLE, NOTABLE]), Verdict::Suspicious);
        assert_eq!(verdict(&[MEDIUM]), Verdict::Suspicious);
        assert_eq!(verdict(&[MEDIUM, MEDIUM, WEAK]), Verdict::Suspicious);
        assert_eq!(verdict(&[MEDIUM, MEDIUM, NOTABLE]), Verdict::Phishing);
        assert_eq!(verdict(&[STRONG]), Verdict::Phishing);
    }

    #[test]
    fn many_of_one_kind_are_one() {
        let mut signs = Signs::default();
        for n in 0..50 {
            signs.add("phish.link_shortener", WEAK, &n.to_string(), "part 1");
        }
        assert_eq!(signs.assess().verdict, Verdict::None);
    }
}
