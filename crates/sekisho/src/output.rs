//! What people and scripts see: data to stdout, words to stderr.

use std::io::Write;

use sekisho_command::visible;
use sekisho_words::{Language, Words};
use serde_json::Value;

/// The language of the person at the terminal: Japanese when the locale says so.
pub(crate) fn language() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match locale {
        Some(locale) if locale.starts_with("ja") => Language::Ja,
        _ => Language::En,
    }
}

/// Why a command ended otherwise than wished.
#[derive(Debug)]
pub(crate) struct Failure {
    words: Words,
    exit_code: u8,
}

impl Failure {
    /// With words in both languages, and an exit code of INTERFACES.
    pub(crate) fn new(words: Words, exit_code: u8) -> Self {
        Self { words, exit_code }
    }

    /// A failure that only the system has words for (`No space left on device`).
    pub(crate) fn of_system(doing: &str, error: &dyn std::fmt::Display) -> Self {
        let text = format!("{doing}: {error}");
        Self::new(
            Words {
                ja: text.clone(),
                en: text,
            },
            1,
        )
    }

    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code
    }
}

/// Tells what went wrong, on stderr.
pub(crate) fn complain(failure: &Failure) {
    let text = failure.words.in_language(language());
    // Nobody is left to tell when stderr is closed.
    let _ = writeln!(std::io::stderr(), "sekisho: {text}");
}

/// Prints an answer: as JSON, or as a table of these columns for people.
pub(crate) fn answer(value: &Value, json: bool, columns: &[&str]) -> Result<(), Failure> {
    let text = if json {
        format!("{value}\n")
    } else {
        match value {
            Value::Array(rows) => table(rows, columns),
            other => sheet(other),
        }
    };
    print(&text)
}

/// Writes to stdout; a reader who has gone away (`| head`) is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::of_system("stdout", &error))
        }
        _ => Ok(()),
    }
}

/// One line a row, columns as wide as their widest value.
fn table(rows: &[Value], columns: &[&str]) -> String {
    let mut lines: Vec<Vec<String>> = vec![columns.iter().map(|name| (*name).to_owned()).collect()];
    for row in rows {
        lines.push(columns.iter().map(|name| cell(&row[*name])).collect());
    }
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| lines.iter().map(|line| width(&line[at])).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for line in &lines {
        for (at, value) in line.iter().enumerate() {
            text.push_str(value);
            if at + 1 < line.len() {
                text.extend(std::iter::repeat_n(' ', widths[at] - width(value) + 2));
            }
        }
        text.push('\n');
    }
    text
}

/// One line a field; the fields of a field stand below its name, as `reasons.rule`.
fn sheet(value: &Value) -> String {
    let mut lines = Vec::new();
    gather("", value, &mut lines);
    let widest = lines.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    lines
        .iter()
        .map(|(name, value)| {
            let gap = " ".repeat(widest - width(name) + 2);
            format!("{name}{gap}{value}\n")
        })
        .collect()
}

fn gather(name: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) if !is_words(fields) => {
            for (field, value) in fields {
                let dot = if name.is_empty() { "" } else { "." };
                gather(&format!("{name}{dot}{field}"), value, lines);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (at, item) in items.iter().enumerate() {
                gather(&format!("{name}.{}", at + 1), item, lines);
            }
        }
        value => lines.push((name.to_owned(), cell(value))),
    }
}

/// A text in both languages.
fn is_words(fields: &serde_json::Map<String, Value>) -> bool {
    fields.contains_key("ja") && fields.contains_key("en")
}

/// A value on one line. Texts in two languages show the reader's.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        // Control characters of a subject must not move the cursor of the reader's terminal.
        Value::String(text) => visible(text),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(fields) if is_words(fields) => {
            let key = match language() {
                Language::Ja => "ja",
                Language::En => "en",
            };
            cell(&fields[key])
        }
        other => other.to_string(),
    }
}

/// Columns on a terminal: East Asian wide characters take two.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| match u32::from(c) {
            0x1100..=0x115f
            | 0x2e80..=0xa4cf
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe4f
            | 0xff00..=0xff60
            | 0xffe0..=0xffe6
            | 0x1f300..=0x1faff
            | 0x20000..=0x3fffd => 2,
            _ => 1,
        })
        .sum()
}
