//! The two languages say the same, and Japanese is Japanese.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sekisho_words::{AREAS, Arg, Language, keys, say};

/// key → (text, names of its arguments), read from the file as it stands.
fn read(language: &str, area: &str) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("locales/{language}/{area}.ftl"));
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut messages: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    let mut key = String::new();
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
    {
        let mut value = line;
        if !line.starts_with(char::is_whitespace) && !line.starts_with('}') {
            let (name, rest) = line
                .split_once('=')
                .unwrap_or_else(|| panic!("{language}/{area}.ftl: {line}"));
            key = name.trim().to_owned();
            assert!(
                !messages.contains_key(&key),
                "{language}/{area}.ftl: {key} stands twice"
            );
            value = rest;
        }
        let entry = messages.entry(key.clone()).or_default();
        entry.0.push_str(value);
        for (at, _) in value.match_indices('$') {
            let name = value[at + 1..]
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
            entry.1.insert(name.collect());
        }
    }
    messages
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '々')
}

#[test]
fn same_keys_and_arguments_in_both_languages() {
    let mut count = 0;
    let mut areas: BTreeMap<String, &str> = BTreeMap::new();
    for area in AREAS {
        let (ja, en) = (read("ja", area.name), read("en", area.name));
        let missing: Vec<_> = ja
            .keys()
            .filter(|k| !en.contains_key(*k))
            .chain(en.keys().filter(|k| !ja.contains_key(*k)))
            .collect();
        assert!(
            missing.is_empty(),
            "{}: only in one language: {missing:?}",
            area.name
        );
        for (key, (text, args)) in &ja {
            // Fluent takes the first of two messages of one key: the other would never be read.
            let other = areas.insert(key.clone(), area.name);
            assert_eq!(other, None, "{key} stands in {} too", area.name);
            assert_eq!(args, &en[key].1, "{key}: other arguments");
            assert!(
                text.chars().any(is_japanese),
                "{key}: no Japanese in {text:?}"
            );
            assert!(
                !en[key].0.chars().any(is_japanese),
                "{key}: Japanese in the English text"
            );
            count += 1;
        }
    }
    assert!(count > 15);
}

/// Fluent reads every message (none is lost to a mistake in the file) and fills every argument.
#[test]
fn every_key_can_be_said() {
    let mut said = 0;
    for area in AREAS {
        for (key, (_, args)) in read("ja", area.name) {
            let args: Vec<(&str, Arg<'_>)> = args
                .iter()
                .map(|name| (name.as_str(), Arg::Number(2)))
                .collect();
            let words = say(&key, &args);
            for language in Language::ALL {
                let text = words.in_language(language);
                assert_ne!(text, key, "{key} cannot be read in {language}");
                assert!(!text.contains("{$"), "{key} in {language}: {text}");
                assert!(
                    !text.contains(['\u{2068}', '\u{2069}']),
                    "{key}: isolation marks"
                );
            }
            said += 1;
        }
    }
    assert_eq!(keys().count(), said);
}

#[test]
fn every_file_is_in_the_list() {
    for language in Language::ALL {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("locales")
            .join(language.tag());
        for entry in fs::read_dir(dir).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let area = name.strip_suffix(".ftl").unwrap();
            assert!(
                AREAS.iter().any(|a| a.name == area),
                "add {area:?} to src/areas.rs"
            );
        }
    }
}

#[test]
fn words_never_fail_and_never_break_a_line() {
    assert_eq!(say("no-such-key", &[]).ja, "no-such-key");
    let words = say("words-and-more", &[("count", "1\r\nRCPT TO:<x>".into())]);
    assert!(!words.en.contains(['\r', '\n']), "{words:?}");
    assert_eq!(
        say("words-and-more", &[("count", 1_234_567.into())]).ja,
        "ほか 1234567 件"
    );
    assert_eq!(
        say("words-and-more", &[("count", (-5).into())]).en,
        "and -5 more"
    );
}

#[test]
fn languages() {
    assert_eq!(Language::from_tag("ja-JP"), Some(Language::Ja));
    assert_eq!(Language::from_tag("en_GB.UTF-8"), Some(Language::En));
    assert_eq!(Language::from_tag("fr"), None);
    assert_eq!(
        Language::accepted("fr, en;q=0.8, ja;q=0.9"),
        Some(Language::Ja)
    );
    assert_eq!(Language::accepted("en,ja"), Some(Language::En));
    assert_eq!(Language::accepted("*"), None);
}

#[test]
fn every_address_error_has_words() {
    for error in sekisho_address::AddressError::ALL {
        assert!(sekisho_words::is_key(error.key()), "{error:?}");
    }
}

/// Every key that stands as a literal in a call of `say` anywhere in the workspace is in the catalogue.
#[test]
fn every_key_in_the_code_has_words() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files: Vec<_> = fs::read_dir(crates)
        .unwrap()
        .map(|e| e.unwrap().path().join("src"))
        .collect();
    let (mut count, mut missing) = (0, Vec::new());
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (at, _) in text.match_indices("say(") {
            let Some(literal) = text[at + 4..].trim_start().strip_prefix('"') else {
                continue;
            };
            let key = literal.split('"').next().unwrap_or_default();
            count += 1;
            if !sekisho_words::is_key(key) && key != "no-such-key" {
                missing.push(format!("{}: {key}", path.display()));
            }
        }
    }
    assert!(
        count > 0 && missing.is_empty(),
        "{count} keys, without words: {missing:#?}"
    );
}
