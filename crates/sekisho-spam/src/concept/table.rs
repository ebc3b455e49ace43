//! The two hand-written tables.

use super::Classes;
use crate::fold::fold_into;

const WORDS: &str = include_str!("words.txt");
const RULES: &str = include_str!("rules.txt");

/// Where the classes of a rule must stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In one sentence.
    Sentence,
    /// Anywhere in the mail.
    Mail,
}

/// A sign and its weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// `spam.asks_card`
    pub id: String,
    /// Points of the score; below zero it speaks against spam.
    pub points: f32,
    pub(crate) scope: Scope,
    /// One class of each is needed.
    all: Vec<Classes>,
    none: Classes,
}

impl Rule {
    pub(crate) fn holds(&self, there: Classes, against: Classes) -> bool {
        self.none & against == 0 && self.all.iter().all(|any| any & there != 0)
    }
}

fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Names of classes, and every phrase with its class, folded as texts are.
pub(super) fn words() -> (Vec<String>, Vec<(u8, String)>) {
    let (mut names, mut phrases) = (Vec::new(), Vec::new());
    for line in lines(WORDS).take(128) {
        // A class without words is set by who compares other things.
        let (name, list) = line.split_once(' ').unwrap_or((line, ""));
        let class = names.len() as u8;
        names.push(name.to_owned());
        for phrase in list.split('|') {
            let mut folded = String::new();
            fold_into(phrase, &mut folded);
            let folded = folded.replace('\n', "").replace('_', " ");
            if !folded.is_empty() {
                phrases.push((class, folded));
            }
        }
    }
    (names, phrases)
}

/// `id points scope A|B & C ! D`; a line that cannot be read is left out, and a test counts them.
pub(super) fn rules(names: &[String]) -> Vec<Rule> {
    lines(RULES).filter_map(|line| rule(line, names)).collect()
}

fn rule(line: &str, names: &[String]) -> Option<Rule> {
    let mut words = line.splitn(4, ' ');
    let (id, points, scope, when) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let (all, none) = when.split_once('!').unwrap_or((when, ""));
    Some(Rule {
        id: format!("spam.{id}"),
        points: points.parse().ok()?,
        scope: match scope {
            "sentence" => Scope::Sentence,
            "mail" => Scope::Mail,
            _ => return None,
        },
        all: all
            .split('&')
            .map(|any| classes(any, names))
            .collect::<Option<_>>()?,
        none: classes(none, names)?,
    })
}

fn classes(list: &str, names: &[String]) -> Option<Classes> {
    let named = list.split('|').map(str::trim).filter(|one| !one.is_empty());
    let mut set = 0;
    for one in named {
        set |= 1 << names.iter().position(|name| name == one)?;
    }
    Some(set)
}

#[cfg(test)]
mod tests {
    use super::{RULES, lines, rules, words};

    #[test]
    fn every_line_is_read() {
        let (names, _) = words();
        assert_eq!(rules(&names).len(), lines(RULES).count());
    }
}
