//! The text form of policies: TOML in, TOML out, and what is wrong with it by line.

mod condition;
mod edits;
mod fields;
mod list;
mod people;
mod print;
mod print_rule;
mod rule;
mod word;

use jiff::tz::TimeZone;
use toml::de::DeTable;

pub(crate) use print::print;
pub(crate) use rule::{DEADLINE_HOURS_DEFAULT, DEPUTY_HOURS_DEFAULT};
pub(crate) use word::Word;

use crate::limits::{LISTS_MAX, POLICY_BYTES_MAX, RULES_MAX};
use crate::{Change, List, PolicyError, Preset, Rule};
use fields::{Fields, Problems, Value};

/// A policy as written, before its preset is put under it.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) preset: Option<Preset>,
    pub(crate) time_zone: Option<TimeZone>,
    pub(crate) lists: Vec<List>,
    pub(crate) changes: Vec<Change>,
    pub(crate) rules: Vec<Rule>,
}

/// Reads `text`; `known` gives the rules of a preset, to see whether names fit.
pub(crate) fn read(
    text: &str,
    known: impl Fn(Preset) -> Vec<String>,
) -> Result<Written, PolicyError> {
    let mut problems = Problems::new(text);
    if text.len() > POLICY_BYTES_MAX {
        problems.add(
            0,
            "",
            "policy-error-too-long",
            &[("max", POLICY_BYTES_MAX.into())],
        );
        return Err(problems.into_error());
    }
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            problems.add(
                at,
                "",
                "policy-error-toml",
                &[("message", error.message().into())],
            );
            return Err(problems.into_error());
        }
    };
    let mut fields = Fields::of_document(table.get_ref());
    let written = document(&mut fields, &mut problems, known);
    fields.finish(&mut problems);
    if problems.is_empty() {
        Ok(written)
    } else {
        Err(problems.into_error())
    }
}

fn document(
    fields: &mut Fields<'_>,
    problems: &mut Problems<'_>,
    known: impl Fn(Preset) -> Vec<String>,
) -> Written {
    let preset = fields
        .value("preset")
        .and_then(|value| value.word(problems));
    let names = preset.map(known).unwrap_or_default();
    let time_zone = fields.value("time_zone").and_then(|value| {
        let zone = |name: &str| TimeZone::get(name).ok();
        value.parsed(zone, "Asia/Tokyo", problems)
    });
    let mut written = Written {
        preset,
        time_zone,
        ..Written::default()
    };
    for value in items(fields, "list", LISTS_MAX, problems) {
        if let Some(list) = list::read(&value, problems) {
            problems.lists.push(list);
        }
    }
    for value in items(fields, "change", RULES_MAX, problems) {
        written.changes.extend(change(&value, &names, problems));
    }
    let mut seen = names;
    for value in items(fields, "rule", RULES_MAX, problems) {
        let Some(rule) = rule::read(&value, problems) else {
            continue;
        };
        if seen.contains(&rule.name) {
            let place = format!("rule {}: name", rule.name);
            let args = [("name", (&rule.name).into())];
            problems.add(value.at, &place, "policy-error-name-twice", &args);
        }
        seen.push(rule.name.clone());
        written.rules.push(rule);
    }
    written.lists = std::mem::take(&mut problems.lists);
    written
}

fn items<'t>(
    fields: &mut Fields<'t>,
    name: &'static str,
    max: usize,
    problems: &mut Problems<'_>,
) -> Vec<Value<'t>> {
    fields
        .value(name)
        .map(|value| value.list(max, problems))
        .unwrap_or_default()
}

fn change(value: &Value<'_>, names: &[String], problems: &mut Problems<'_>) -> Option<Change> {
    let mut fields = value.fields(problems)?;
    let rule = fields.required("rule", problems).and_then(|value| {
        let rule = value.text(problems)?.to_owned();
        if !names.contains(&rule) {
            let known = names.join(", ");
            let args = [("name", (&rule).into()), ("known", (&known).into())];
            problems.add(value.at, &value.place, "policy-error-no-such-rule", &args);
        }
        Some(rule)
    });
    let mode = fields.value("mode").and_then(|value| value.word(problems));
    let delay_seconds = fields
        .value("delay_seconds")
        .and_then(|value| value.number(0, crate::limits::DELAY_SECONDS_MAX, problems));
    fields.finish(problems);
    Some(Change {
        rule: rule?,
        mode,
        delay_seconds,
    })
}
