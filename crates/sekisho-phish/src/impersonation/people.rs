//! Protected people, found by the ways their names are written.

use std::collections::HashMap;

use sekisho_address::Address;

use super::kana::reading;
use super::name::{Name, plain};
use super::roles::names_office;
use crate::limits::PEOPLE_MAX;
use crate::lookalike::fold::fold;

/// Somebody whose name is worth borrowing: a manager, an accountant, an administrator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// As in the directory: `田中 一郎`. The blank between family and given name helps.
    pub name: String,
    /// In Latin letters, where it is known: `Ichiro Tanaka`.
    pub name_en: Option<String>,
    /// The true address.
    pub address: Option<Address>,
    /// `代表取締役社長`, `経理部長`.
    pub title: Option<String>,
}

/// How much of a name a display name has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// An initial, the reading in kana, or a family name with title or department.
    Part,
    /// The full name.
    Full,
}

/// The protected people of an organisation.
#[derive(Debug, Clone, Default)]
pub(crate) struct People {
    list: Vec<Person>,
    keys: HashMap<String, (u32, Likeness)>,
    /// Family names with the people who bear them.
    families: HashMap<String, Vec<u32>>,
}

impl People {
    pub(crate) fn add(&mut self, person: Person) {
        // An account called `管理者` must not make every outside administrator an impostor.
        if self.list.len() >= PEOPLE_MAX || names_office(&plain(&person.name)) {
            return;
        }
        let at = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let name = Name::of(&person.name);
        self.add_name(&name.words, at);
        if let Some(family) = name.words.first().filter(|_| name.words.len() > 1) {
            self.families.entry(family.clone()).or_default().push(at);
        }
        if let Some(latin) = &person.name_en {
            let words = Name::of(latin).words;
            self.add_name(&words, at);
            self.add_initials(&words, at);
            if let Some(key) = reading_key(&words) {
                self.key(format!("kana {key}"), at, Likeness::Part);
            }
        }
        self.list.push(person);
    }

    fn key(&mut self, key: String, at: u32, likeness: Likeness) {
        let entry = self.keys.entry(key).or_insert((at, likeness));
        if entry.1 < likeness {
            *entry = (at, likeness);
        }
    }

    /// The words in any order. One word of two letters names nobody.
    fn add_name(&mut self, words: &[String], at: u32) {
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        if letters < 3 || words.len() == 1 && words.iter().any(|word| word.is_ascii()) {
            return;
        }
        if words.len() <= 3 {
            self.key(joined(words), at, Likeness::Full);
            let turned: Vec<String> = words.iter().rev().cloned().collect();
            self.key(joined(&turned), at, Likeness::Full);
        }
        self.key(sorted(words), at, Likeness::Full);
    }

    fn add_initials(&mut self, words: &[String], at: u32) {
        let [given, family] = words else {
            return;
        };
        for (short, long) in [(given, family), (family, given)] {
            let initial: String = short.chars().take(1).collect();
            self.key(sorted(&[initial, long.clone()]), at, Likeness::Part);
        }
    }

    /// Whose name it is, and how much of it.
    pub(crate) fn named(&self, name: &Name) -> Option<(&Person, Likeness)> {
        let found = self.whole(&name.words).or_else(|| self.by_family(name))?;
        Some((self.list.get(found.0 as usize)?, found.1))
    }

    fn whole(&self, words: &[String]) -> Option<(u32, Likeness)> {
        let mut best: Option<(u32, Likeness)> = None;
        let mut offer = |found: Option<&(u32, Likeness)>| {
            if let Some(found) = found {
                best = best.filter(|best| best.1 >= found.1).or(Some(*found));
            }
        };
        if words.len() <= 4 {
            offer(self.keys.get(&sorted(words)));
            offer(reading_key(words).and_then(|key| self.keys.get(&format!("kana {key}"))));
        }
        // The name beside other words, such as a firm's.
        for from in 0..words.len() {
            for to in from + 1..=words.len().min(from + 3) {
                let run = words.get(from..to).unwrap_or_default();
                if run.iter().any(|word| !word.is_ascii()) || run.len() > 1 {
                    offer(self.keys.get(&joined(run)));
                    offer(self.keys.get(&sorted(run)));
                }
            }
        }
        best
    }

    /// A family name with the title or the department that its bearer has.
    fn by_family(&self, name: &Name) -> Option<(u32, Likeness)> {
        let [family] = name.words.as_slice() else {
            return None;
        };
        let bearers = self.families.get(family)?;
        let bears = |at: &&u32| {
            let title = self
                .list
                .get(**at as usize)
                .and_then(|person| person.title.as_deref())
                .unwrap_or_default();
            name.titles
                .iter()
                .filter(|word| word.chars().count() > 1 && !is_honorific(word))
                .any(|word| title.contains(word.as_str()))
        };
        bearers.iter().find(bears).map(|at| (*at, Likeness::Part))
    }
}

fn is_honorific(word: &str) -> bool {
    matches!(
        word,
        "さん" | "さま" | "先生" | "くん" | "ちゃん" | "mr" | "ms" | "mrs" | "dr" | "san" | "sama"
    )
}

/// Latin words in their fold, so that `lchiro` is `Ichiro`; others as they are.
fn folded(word: &str) -> String {
    let folded = fold(word);
    if folded.is_ascii() {
        folded
    } else {
        word.to_owned()
    }
}

fn joined(words: &[String]) -> String {
    words.iter().map(|word| folded(word)).collect()
}

fn sorted(words: &[String]) -> String {
    let mut words: Vec<String> = words.iter().map(|word| folded(word)).collect();
    words.sort_unstable();
    words.join(" ")
}

fn reading_key(words: &[String]) -> Option<String> {
    let mut readings: Vec<String> = words
        .iter()
        .map(|word| reading(word))
        .collect::<Option<_>>()?;
    readings.sort_unstable();
    (readings.len() > 1).then(|| readings.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_a_name_is_written() {
        let mut people = People::default();
        people.add(Person {
            name: "田中 一郎".to_owned(),
            name_en: Some("Ichiro Tanaka".to_owned()),
            title: Some("代表取締役社長".to_owned()),
            address: None,
        });
        let likeness = |text: &str| people.named(&Name::of(text)).map(|(_, likeness)| likeness);
        for full in [
            "田中 一郎",
            "田中一郎",
            "一郎 田中",
            "田中・一郎 様",
            "代表取締役社長 田中一郎",
            "田中一郎社長",
            "Ichiro Tanaka",
            "TANAKA, Ichiro",
            "lchiro Tanaka",
            "Ichirо Tanaka",
            "Ｉｃｈｉｒｏ　Ｔａｎａｋａ",
            "田中一郎 (Hanko)",
            "ML 田中 一郎 経由",
            "Mr. Ichiro Tanaka (CEO)",
        ] {
            assert_eq!(likeness(full), Some(Likeness::Full), "{full}");
        }
        for part in [
            "I. Tanaka",
            "タナカ イチロウ",
            "たなか いちろう",
            "田中社長",
        ] {
            assert_eq!(likeness(part), Some(Likeness::Part), "{part}");
        }
        for nobody in [
            "田中 一郎太",
            "田中 二郎",
            "田中",
            "田中様",
            "Tanaka",
            "Jiro Tanaka",
            "",
            "一郎",
        ] {
            assert_eq!(likeness(nobody), None, "{nobody}");
        }
    }
}
