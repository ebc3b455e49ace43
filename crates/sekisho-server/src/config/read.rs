//! Walks a TOML table by hand, so that one mistake does not hide the next and each knows its line.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, ProblemKind};

type Value<'i> = Spanned<DeValue<'i>>;

/// Collects what is wrong, and turns byte offsets into lines.
pub(super) struct Problems {
    line_starts: Vec<usize>,
    found: RefCell<Vec<Problem>>,
}

impl Problems {
    pub(super) fn new(text: &str) -> Self {
        let line_starts = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1)
            .collect();
        Self {
            line_starts,
            found: RefCell::new(Vec::new()),
        }
    }

    pub(super) fn add(&self, at: usize, key: impl Into<String>, kind: ProblemKind) {
        let line = self.line_starts.partition_point(|start| *start <= at) + 1;
        self.found.borrow_mut().push(Problem {
            line,
            key: key.into(),
            kind,
        });
    }

    pub(super) fn into_sorted(self) -> Vec<Problem> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|problem| problem.line);
        found
    }
}

/// One table of the file, and which of its keys have been asked for.
pub(super) struct Section<'a> {
    path: String,
    at: usize,
    table: &'a DeTable<'a>,
    known: RefCell<BTreeSet<&'static str>>,
    problems: &'a Problems,
}

impl<'a> Section<'a> {
    pub(super) fn root(table: &'a Spanned<DeTable<'a>>, problems: &'a Problems) -> Self {
        Self {
            path: String::new(),
            at: 0,
            table: table.get_ref(),
            known: RefCell::default(),
            problems,
        }
    }

    pub(super) fn path(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Reports at the place of `key` if it is there, else at the head of the section.
    pub(super) fn problem(&self, key: &str, kind: ProblemKind) {
        let at = self
            .table
            .get(key)
            .map_or(self.at, |value| value.span().start);
        self.problems.add(at, self.path(key), kind);
    }

    /// Reports on the section itself.
    pub(super) fn problem_here(&self, kind: ProblemKind) {
        self.problems.add(self.at, self.path.clone(), kind);
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn value(&self, key: &'static str) -> Option<&'a Value<'a>> {
        self.known.borrow_mut().insert(key);
        self.table.get(key)
    }

    fn wrong_type<T>(
        &self,
        path: String,
        span: &Range<usize>,
        found: &DeValue<'_>,
        wanted: &'static str,
    ) -> Option<T> {
        self.problems.add(
            span.start,
            path,
            ProblemKind::Type {
                found: found.type_str(),
                wanted,
            },
        );
        None
    }

    pub(super) fn section(&self, key: &'static str) -> Option<Section<'a>> {
        let value = self.value(key)?;
        let path = self.path(key);
        match value.get_ref() {
            DeValue::Table(table) => Some(self.child(path, value.span().start, table)),
            other => self.wrong_type(path, &value.span(), other, "[table]"),
        }
    }

    /// `[[key]]` tables, each one counted in its path.
    pub(super) fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong_type::<()>(self.path(key), &value.span(), value.get_ref(), "[[table]]");
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (index, item) in array.iter().enumerate() {
            let path = format!("{}[{}]", self.path(key), index + 1);
            match item.get_ref() {
                DeValue::Table(table) => sections.push(self.child(path, item.span().start, table)),
                other => {
                    self.wrong_type::<()>(path, &item.span(), other, "[[table]]");
                }
            }
        }
        sections
    }

    fn child(&self, path: String, at: usize, table: &'a DeTable<'a>) -> Section<'a> {
        Section {
            path,
            at,
            table,
            known: RefCell::default(),
            problems: self.problems,
        }
    }

    /// A text that `parse` understands.
    pub(super) fn text<T>(
        &self,
        key: &'static str,
        wanted: &'static str,
        parse: impl Fn(&str) -> Result<T, ProblemKind>,
    ) -> Option<T> {
        let value = self.value(key)?;
        self.parsed(self.path(key), value, wanted, &parse)
    }

    fn parsed<T>(
        &self,
        path: String,
        value: &Value<'_>,
        wanted: &'static str,
        parse: &impl Fn(&str) -> Result<T, ProblemKind>,
    ) -> Option<T> {
        let DeValue::String(text) = value.get_ref() else {
            return self.wrong_type(path, &value.span(), value.get_ref(), wanted);
        };
        parse(text)
            .map_err(|kind| self.problems.add(value.span().start, path, kind))
            .ok()
    }

    /// One text, or a list of texts.
    pub(super) fn texts<T>(
        &self,
        key: &'static str,
        wanted: &'static str,
        parse: impl Fn(&str) -> Result<T, ProblemKind>,
    ) -> Vec<T> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .filter_map(|item| self.parsed(self.path(key), item, wanted, &parse))
                .collect(),
            _ => self
                .parsed(self.path(key), value, wanted, &parse)
                .into_iter()
                .collect(),
        }
    }

    /// A whole number between `min` and `max`.
    pub(super) fn number(&self, key: &'static str, min: i64, max: i64) -> Option<i64> {
        let value = self.value(key)?;
        let DeValue::Integer(integer) = value.get_ref() else {
            return self.wrong_type(self.path(key), &value.span(), value.get_ref(), "100");
        };
        let number = i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok();
        match number {
            Some(number) if (min..=max).contains(&number) => Some(number),
            _ => {
                self.problem(key, ProblemKind::Range { min, max });
                None
            }
        }
    }

    pub(super) fn boolean(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            other => self.wrong_type(self.path(key), &value.span(), other, "true"),
        }
    }

    /// Reports keys that nobody asked for: a misspelt setting must not be silently ignored.
    pub(super) fn finish(&self) {
        let known = self.known.borrow();
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(name) {
                let near = known.iter().find(|candidate| is_near(candidate, name));
                let kind = ProblemKind::Unknown(near.map(|near| self.path(near)));
                self.problems.add(key.span().start, self.path(name), kind);
            }
        }
    }
}

/// At most two letters differ, or one is the start of the other.
fn is_near(known: &str, typed: &str) -> bool {
    if known.starts_with(typed) || typed.starts_with(known) {
        return true;
    }
    edit_distance(known, typed) <= 2 && typed.len() > 2
}

fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, a) in left.chars().take(64).enumerate() {
        let mut diagonal = at;
        let mut previous = at + 1;
        for (column, b) in right.iter().enumerate() {
            let above = row.get(column + 1).copied().unwrap_or(usize::MAX);
            let cost = (diagonal + usize::from(a != *b))
                .min(above.saturating_add(1))
                .min(previous + 1);
            diagonal = above;
            if let Some(slot) = row.get_mut(column) {
                *slot = previous;
            }
            previous = cost;
        }
        if let Some(slot) = row.last_mut() {
            *slot = previous;
        }
    }
    row.last().copied().unwrap_or(0)
}
