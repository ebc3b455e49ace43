//! What a text is about and what it asks for: classes of words, and rules over the classes that
//! stand together in a sentence or in the mail.
//!
//! Both are hand-written tables (`words.txt`, `rules.txt`), in Japanese and English. The rules give
//! a score without any training; classes and their pairs are tokens for whoever trains.

mod table;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::sync::LazyLock;

use crate::claim::Claim;
use crate::limits::SENTENCES_MAX;
pub use table::Rule;
use table::{Scope, rules, words};

/// A set of word classes, a bit each.
pub(crate) type Classes = u128;

/// The tables, read once.
struct Concepts {
    finder: AhoCorasick,
    /// Class and kind of each phrase.
    phrases: Vec<Phrase>,
    names: Vec<String>,
    rules: Vec<Rule>,
    /// Sentences with one of these warn of a fraud instead of trying it.
    safe: Classes,
    fits: Classes,
    misfits: Classes,
}

struct Phrase {
    class: u8,
    is_ascii: bool,
}

static CONCEPTS: LazyLock<Option<Concepts>> = LazyLock::new(read);

fn read() -> Option<Concepts> {
    let (names, listed) = words();
    let phrases = listed.iter().map(|(class, phrase)| Phrase {
        class: *class,
        is_ascii: phrase.is_ascii(),
    });
    let class = |wanted: &str| {
        let at = names.iter().position(|name| name == wanted)?;
        Some(1 << at)
    };
    let (safe, fits, misfits) = (class("SAFE")?, class("CLAIMFITS")?, class("CLAIMMISFITS")?);
    Some(Concepts {
        phrases: phrases.collect(),
        finder: AhoCorasick::builder()
            // A few megabytes once, for a third of the time on each mail.
            .kind(Some(AhoCorasickKind::DFA))
            .build(listed.iter().map(|(_, phrase)| phrase))
            .ok()?,
        rules: rules(&names),
        safe,
        fits,
        misfits,
        names,
    })
}

/// Every rule of the table.
pub fn all_rules() -> &'static [Rule] {
    CONCEPTS
        .as_ref()
        .map_or(&[], |concepts| concepts.rules.as_slice())
}

/// The name of a class, for who asks why.
pub(crate) fn class_name(class: u8) -> &'static str {
    let concepts = CONCEPTS.as_ref();
    concepts
        .and_then(|concepts| concepts.names.get(usize::from(class)))
        .map_or("", String::as_str)
}

/// The classes of each sentence that has any.
#[derive(Debug, Default, Clone)]
pub(crate) struct Found {
    pub(crate) sentences: Vec<Classes>,
    safe: Classes,
}

impl Found {
    /// Looks through folded sentences.
    pub(crate) fn of<'t>(sentences: impl Iterator<Item = &'t str>) -> Self {
        let mut found = Self::default();
        let Some(concepts) = CONCEPTS.as_ref() else {
            return found;
        };
        found.safe = concepts.safe;
        for sentence in sentences.take(SENTENCES_MAX) {
            let classes = concepts.classes(sentence);
            if classes != 0 {
                found.sentences.push(classes);
            }
        }
        found
    }

    /// Sets what the sender's name and domain say on every sentence.
    pub(crate) fn claim(&mut self, claim: Claim) {
        let class = match (claim, CONCEPTS.as_ref()) {
            (Claim::Fits, Some(concepts)) => concepts.fits,
            (Claim::Misfits, Some(concepts)) => concepts.misfits,
            _ => return,
        };
        self.sentences.iter_mut().for_each(|one| *one |= class);
    }

    /// The rules that hold.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        let all = self.sentences.iter().fold(0, |all, one| all | one);
        let asked = self.sentences.iter().filter(|one| *one & self.safe == 0);
        let asked: Classes = asked.fold(0, |all, one| all | one);
        all_rules().iter().filter(move |rule| match rule.scope {
            Scope::Sentence => self.sentences.iter().any(|one| rule.holds(*one, *one)),
            // A warning of frauds names what frauds ask for.
            Scope::Mail if rule.points > 0.0 => rule.holds(asked, all),
            Scope::Mail => rule.holds(all, all),
        })
    }
}

impl Concepts {
    fn classes(&self, sentence: &str) -> Classes {
        let mut classes = 0;
        for found in self.finder.find_overlapping_iter(sentence) {
            let Some(phrase) = self.phrases.get(found.pattern().as_usize()) else {
                continue;
            };
            // "sex" is not in "Sussex"; Japanese has no such borders.
            if phrase.is_ascii && !begins_word(sentence, found.start()) {
                continue;
            }
            classes |= 1 << phrase.class;
        }
        classes
    }
}

fn begins_word(sentence: &str, start: usize) -> bool {
    let letter = |at: usize| {
        sentence
            .as_bytes()
            .get(at)
            .is_some_and(u8::is_ascii_alphanumeric)
    };
    !letter(start) || start.checked_sub(1).is_none_or(|before| !letter(before))
}

#[cfg(test)]
mod tests {
    use super::{CONCEPTS, Found, all_rules};
    use crate::fold::Folded;

    fn ids(text: &str) -> Vec<&'static str> {
        let mut folded = Folded::default();
        folded.push(text);
        let found = Found::of(folded.sentences());
        found.rules().map(|rule| rule.id.as_str()).collect()
    }

    #[test]
    fn the_tables_can_be_read() {
        let concepts = CONCEPTS.as_ref().expect("tables");
        assert!(concepts.names.len() <= 128 && concepts.phrases.len() > 1_000);
        assert!(all_rules().len() > 40);
    }

    #[test]
    fn no_rule_reaches_junk_by_itself() {
        for rule in all_rules() {
            assert!(rule.points.abs() <= 3.0, "{}", rule.id);
        }
    }

    #[test]
    fn who_warns_does_not_ask() {
        let asks = "カード番号と暗証番号をご入力ください。";
        assert!(ids(asks).contains(&"spam.asks_card"));
        let warns = "メールでカード番号や暗証番号をご入力いただくことはありません。";
        assert!(!ids(warns).contains(&"spam.asks_card"));
    }
}
