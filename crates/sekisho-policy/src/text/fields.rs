//! Tables and values with their place in the text, so that each mistake is told by line.

use std::ops::RangeInclusive;

use sekisho_words::{Arg, say};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Word;
use crate::limits::{VALUE_BYTES_MAX, VALUES_MAX};
use crate::{List, ListValues, PolicyError, Problem};

/// Mistakes told at once; who has more will read the text again anyway.
const PROBLEMS_MAX: usize = 100;

pub(super) struct Problems<'t> {
    text: &'t str,
    list: Vec<Problem>,
    /// The policy's lists: what other values may name.
    pub(super) lists: Vec<List>,
}

impl<'t> Problems<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            list: Vec::new(),
            lists: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, at: usize, place: &str, key: &str, args: &[(&str, Arg<'_>)]) {
        if self.list.len() < PROBLEMS_MAX {
            let before = self.text.as_bytes().get(..at).unwrap_or_default();
            let line = 1 + before.iter().filter(|b| **b == b'\n').count();
            self.list.push(Problem {
                line,
                place: place.to_owned(),
                words: say(key, args),
            });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn into_error(mut self) -> PolicyError {
        self.list.sort_by_key(|problem| problem.line);
        PolicyError {
            problems: self.list,
        }
    }
}

/// A table, and which of its keys were asked for: the others are mistakes.
pub(super) struct Fields<'t> {
    table: &'t DeTable<'t>,
    at: usize,
    pub(super) place: String,
    asked: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    pub(super) fn of_document(table: &'t DeTable<'t>) -> Self {
        Self {
            table,
            at: 0,
            place: String::new(),
            asked: Vec::new(),
        }
    }

    pub(super) fn value(&mut self, name: &'static str) -> Option<Value<'t>> {
        self.asked.push(name);
        let (_, value) = self.table.iter().find(|(key, _)| key.get_ref() == name)?;
        Some(Value::new(value, join(&self.place, name)))
    }

    pub(super) fn required(
        &mut self,
        name: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<Value<'t>> {
        let value = self.value(name);
        if value.is_none() {
            problems.add(
                self.at,
                &self.place,
                "policy-error-missing",
                &[("key", name.into())],
            );
        }
        value
    }

    /// Every key with its value, in the order of the keys.
    pub(super) fn each(&self) -> impl Iterator<Item = (&'t str, Value<'t>)> + use<'t> {
        let place = self.place.clone();
        self.table.iter().map(move |(key, value)| {
            let key: &'t str = key.get_ref();
            (key, Value::new(value, join(&place, key)))
        })
    }

    pub(super) fn finish(self, problems: &mut Problems<'_>) {
        for (key, _) in self.table {
            let name: &str = key.get_ref();
            if !self.asked.contains(&name) {
                let known = self.asked.join(", ");
                let args = [("key", name.into()), ("known", (&known).into())];
                problems.add(
                    key.span().start,
                    &self.place,
                    "policy-error-unknown-key",
                    &args,
                );
            }
        }
    }
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() {
        return name.to_owned();
    }
    let dot = if place.ends_with(": ") { "" } else { "." };
    format!("{place}{dot}{name}")
}

/// A value and its place.
pub(super) struct Value<'t> {
    pub(super) at: usize,
    pub(super) place: String,
    value: &'t DeValue<'t>,
}

impl<'t> Value<'t> {
    fn new(value: &'t Spanned<DeValue<'t>>, place: String) -> Self {
        Self {
            at: value.span().start,
            place,
            value: value.get_ref(),
        }
    }

    /// The same value under a better name for its place.
    pub(super) fn placed(&self, place: String) -> Self {
        Self {
            at: self.at,
            place,
            value: self.value,
        }
    }

    fn wrong_type(&self, want: &str, problems: &mut Problems<'_>) {
        let args = [
            ("found", self.value.type_str().into()),
            ("want", want.into()),
        ];
        problems.add(self.at, &self.place, "policy-error-type", &args);
    }

    pub(super) fn fields(&self, problems: &mut Problems<'_>) -> Option<Fields<'t>> {
        let Some(table) = self.value.as_table() else {
            self.wrong_type("{ … }", problems);
            return None;
        };
        Some(Fields {
            table,
            at: self.at,
            place: self.place.clone(),
            asked: Vec::new(),
        })
    }

    pub(super) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    pub(super) fn is_empty_list(&self) -> bool {
        self.value.as_array().is_some_and(|array| array.is_empty())
    }

    pub(super) fn is_text(&self) -> bool {
        self.value.is_str()
    }

    pub(super) fn text(&self, problems: &mut Problems<'_>) -> Option<&'t str> {
        self.long_text(VALUE_BYTES_MAX, problems)
    }

    /// A text of up to so many bytes.
    pub(super) fn long_text(&self, max: usize, problems: &mut Problems<'_>) -> Option<&'t str> {
        match self.value.as_str() {
            Some(text) if text.len() <= max => return Some(text),
            Some(_) => {
                let args = [("max", max.into())];
                problems.add(self.at, &self.place, "policy-error-too-long", &args);
            }
            None => self.wrong_type("\"…\"", problems),
        }
        None
    }

    pub(super) fn yes_no(&self, problems: &mut Problems<'_>) -> Option<bool> {
        let found = self.value.as_bool();
        if found.is_none() {
            self.wrong_type("true, false", problems);
        }
        found
    }

    pub(super) fn number<N: TryFrom<i64> + Into<i64> + Copy>(
        &self,
        min: N,
        max: N,
        problems: &mut Problems<'_>,
    ) -> Option<N> {
        let range: RangeInclusive<i64> = min.into()..=max.into();
        let found = self
            .value
            .as_integer()
            .and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        match found
            .filter(|n| range.contains(n))
            .and_then(|n| N::try_from(n).ok())
        {
            Some(number) => Some(number),
            None => {
                let args = [
                    ("min", (*range.start()).into()),
                    ("max", (*range.end()).into()),
                ];
                problems.add(self.at, &self.place, "policy-error-number", &args);
                None
            }
        }
    }

    /// The members of a list.
    pub(super) fn list(&self, max: usize, problems: &mut Problems<'_>) -> Vec<Value<'t>> {
        let Some(array) = self.value.as_array() else {
            self.wrong_type("[ … ]", problems);
            return Vec::new();
        };
        if array.len() > max {
            problems.add(
                self.at,
                &self.place,
                "policy-error-too-many",
                &[("max", max.into())],
            );
            return Vec::new();
        }
        array
            .iter()
            .enumerate()
            .map(|(n, v)| Value::new(v, format!("{}[{}]", self.place, n + 1)))
            .collect()
    }

    /// One value, or the members of a list.
    pub(super) fn one_or_more(&self, problems: &mut Problems<'_>) -> Vec<Value<'t>> {
        if self.value.is_array() {
            self.list(VALUES_MAX, problems)
        } else {
            vec![self.placed(self.place.clone())]
        }
    }

    pub(super) fn word<W: Word>(&self, problems: &mut Problems<'_>) -> Option<W> {
        let text = self.text(problems)?;
        let found = W::from_word(text);
        if found.is_none() {
            let known = W::all()
                .iter()
                .map(|word| word.word())
                .collect::<Vec<_>>()
                .join(", ");
            let args = [("value", text.into()), ("known", (&known).into())];
            problems.add(self.at, &self.place, "policy-error-word", &args);
        }
        found
    }

    pub(super) fn words<W: Word>(&self, problems: &mut Problems<'_>) -> Vec<W> {
        self.one_or_more(problems)
            .iter()
            .filter_map(|value| value.word(problems))
            .collect()
    }

    /// Names of lists of the policy, of words or of addresses.
    pub(super) fn list_names(&self, of_words: bool, problems: &mut Problems<'_>) -> Vec<String> {
        let mut names = Vec::new();
        for value in self.one_or_more(problems) {
            let Some(name) = value.text(problems) else {
                continue;
            };
            let fits = |list: &&List| matches!(list.values, ListValues::Words(_)) == of_words;
            if !problems
                .lists
                .iter()
                .filter(fits)
                .any(|list| list.name == name)
            {
                let known: Vec<&str> = problems
                    .lists
                    .iter()
                    .filter(fits)
                    .map(|list| list.name.as_str())
                    .collect();
                let known = known.join(", ");
                let key = if of_words {
                    "policy-error-no-such-words"
                } else {
                    "policy-error-no-such-addresses"
                };
                let args = [("name", name.into()), ("known", (&known).into())];
                problems.add(value.at, &value.place, key, &args);
            }
            names.push(name.to_owned());
        }
        names
    }

    /// A text in a form of its own; `want` shows one that is right.
    pub(super) fn parsed<T>(
        &self,
        parse: impl Fn(&str) -> Option<T>,
        want: &str,
        problems: &mut Problems<'_>,
    ) -> Option<T> {
        let text = self.text(problems)?;
        let found = parse(text);
        if found.is_none() {
            let args = [("value", text.into()), ("want", want.into())];
            problems.add(self.at, &self.place, "policy-error-form", &args);
        }
        found
    }

    pub(super) fn all_parsed<T>(
        &self,
        parse: impl Fn(&str) -> Option<T> + Copy,
        want: &str,
        problems: &mut Problems<'_>,
    ) -> Vec<T> {
        self.one_or_more(problems)
            .iter()
            .filter_map(|value| value.parsed(parse, want, problems))
            .collect()
    }
}
