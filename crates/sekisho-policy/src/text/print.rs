//! Policies to their text form: read again, it gives the same policy.

use std::fmt::Write as _;

use super::Word;
use super::print_rule::{then, when};
use super::rule::ORDER_DEFAULT;
use crate::{Change, For, List, ListValues, Mode, Preset, Rule, Scope};

pub(crate) fn print(
    preset: Option<Preset>,
    time_zone: Option<&str>,
    changes: &[Change],
    lists: &[List],
    rules: &[Rule],
) -> String {
    let mut out = String::new();
    if let Some(preset) = preset {
        line(&mut out, "preset", &quoted(preset.word()));
    }
    if let Some(zone) = time_zone {
        line(&mut out, "time_zone", &quoted(zone));
    }
    for change in changes {
        out.push_str("\n[[change]]\n");
        line(&mut out, "rule", &quoted(&change.rule));
        if let Some(mode) = change.mode {
            line(&mut out, "mode", &quoted(mode.word()));
        }
        if let Some(seconds) = change.delay_seconds {
            line(&mut out, "delay_seconds", &seconds.to_string());
        }
    }
    for one in lists {
        out.push_str("\n[[list]]\n");
        line(&mut out, "name", &quoted(&one.name));
        said(&mut out, "comment", &one.comment);
        match &one.values {
            ListValues::Addresses(values) => {
                let values = list(values, |value| quoted(&value.to_string()));
                line(&mut out, "addresses", &values);
            }
            ListValues::Words(values) => {
                line(&mut out, "words", &list(values, |value| quoted(value)));
            }
        }
    }
    for rule in rules {
        out.push_str("\n[[rule]]\n");
        print_rule(&mut out, rule);
    }
    out
}

fn print_rule(out: &mut String, rule: &Rule) {
    line(out, "name", &quoted(&rule.name));
    if let Some(title) = &rule.title {
        let (ja, en) = (quoted(&title.ja), quoted(&title.en));
        line(out, "title", &format!("{{ ja = {ja}, en = {en} }}"));
    }
    said(out, "comment", &rule.comment);
    said(out, "owner", &rule.owner);
    if !rule.directions.is_empty() {
        line(out, "direction", &words(&rule.directions));
    }
    if !rule.scope.is_everybody() {
        line(out, "scope", &scope(&rule.scope));
    }
    for (key, day) in [("starts", rule.starts), ("ends", rule.ends)] {
        if let Some(day) = day {
            line(out, key, &quoted(&day.to_string()));
        }
    }
    if rule.order != ORDER_DEFAULT {
        line(out, "order", &rule.order.to_string());
    }
    if rule.mode != Mode::default() {
        line(out, "mode", &quoted(rule.mode.word()));
    }
    if rule.applies_to != Scope::default() {
        line(out, "applies_to", &quoted(rule.applies_to.word()));
    }
    if rule.stop {
        line(out, "stop", "true");
    }
    line(out, "when", &when(&rule.when));
    if let Some(unless) = &rule.unless {
        line(out, "unless", &when(unless));
    }
    line(out, "then", &then(rule));
}

fn said(out: &mut String, key: &str, text: &str) {
    if !text.is_empty() {
        line(out, key, &quoted(text));
    }
}

fn scope(scope: &For) -> String {
    Table::default()
        .texts("domain", &scope.domains)
        .texts("group", &scope.groups)
        .texts("user", &scope.users)
        .end()
}

fn line(out: &mut String, key: &str, value: &str) {
    let _never_fails = writeln!(out, "{key} = {value}");
}

pub(super) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

pub(super) fn list<T>(values: &[T], print: impl Fn(&T) -> String) -> String {
    format!(
        "[{}]",
        values.iter().map(print).collect::<Vec<_>>().join(", ")
    )
}

pub(super) fn words<W: Word>(values: &[W]) -> String {
    list(values, |value| quoted(value.word()))
}

/// The fields of an inline table that are not at their default.
#[derive(Default)]
pub(super) struct Table(Vec<String>);

impl Table {
    pub(super) fn put(mut self, wanted: bool, key: &str, value: impl FnOnce() -> String) -> Self {
        if wanted {
            self.0.push(format!("{key} = {}", value()));
        }
        self
    }

    pub(super) fn words<W: Word>(self, key: &str, values: &[W]) -> Self {
        self.put(!values.is_empty(), key, || words(values))
    }

    pub(super) fn texts<T: ToString>(self, key: &str, values: &[T]) -> Self {
        self.put(!values.is_empty(), key, || {
            list(values, |value| quoted(&value.to_string()))
        })
    }

    pub(super) fn word<W: Word>(self, key: &str, value: Option<W>) -> Self {
        match value {
            Some(value) => self.put(true, key, || quoted(value.word())),
            None => self,
        }
    }

    pub(super) fn yes_no(self, key: &str, value: Option<bool>) -> Self {
        match value {
            Some(value) => self.put(true, key, || value.to_string()),
            None => self,
        }
    }

    pub(super) fn number(self, key: &str, value: impl Into<i128>, default: i128) -> Self {
        let value = value.into();
        self.put(value != default, key, || value.to_string())
    }

    /// A table of its own, where there is something to say.
    pub(super) fn inner<T>(self, key: &str, value: Option<T>, print: impl Fn(T) -> String) -> Self {
        match value {
            Some(value) => self.put(true, key, || print(value)),
            None => self,
        }
    }

    pub(super) fn end(self) -> String {
        if self.0.is_empty() {
            "{}".to_owned()
        } else {
            format!("{{ {} }}", self.0.join(", "))
        }
    }
}
