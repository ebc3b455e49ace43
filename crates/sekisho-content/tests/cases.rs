//! Our own files: type, verdicts, state and a text that must be among the pieces.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use base64::Engine;
use sekisho_content::{File, Opened, State, open_with};
use serde_json::Value;

fn has_text(opened: &Opened, text: &str) -> bool {
    opened.pieces.iter().any(|piece| piece.text.contains(text))
        || opened
            .members
            .iter()
            .any(|member| has_text(&member.opened, text))
}

fn check(case: &Value) {
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(case["base64"].as_str().unwrap())
        .unwrap();
    let passwords: Vec<String> = case["passwords"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|password| password.as_str().unwrap().to_owned())
        .collect();
    let file = File {
        bytes: &bytes,
        names: &[case["name"].as_str().unwrap().to_owned()],
        declared: case["declared"].as_str(),
        charset: None,
    };
    let opened = open_with(&file, &passwords);
    let why = &case["why"];
    let verdicts: Vec<&str> = opened
        .verdicts
        .iter()
        .map(|verdict| verdict.as_str())
        .collect();
    let state = match opened.state {
        State::Read => "read",
        State::Unopened => "unopened",
        State::Uninspectable(_) => "uninspectable",
    };
    assert_eq!(case["type"], opened.file_type.name(), "{why}");
    assert_eq!(case["verdicts"], serde_json::json!(verdicts), "{why}");
    assert_eq!(case["state"], state, "{why}");
    assert_eq!(
        case["password"].as_str(),
        opened.password.as_deref(),
        "{why}"
    );
    if let Some(name) = case["member"].as_str() {
        let has = opened.members.iter().any(|member| member.name == name);
        assert!(has, "{why}: {:?}", opened.members);
    }
    if let Some(text) = case["text"].as_str() {
        assert!(has_text(&opened, text), "{why}: {:?}", opened.pieces);
    }
}

#[test]
fn files() {
    walk(include_str!("../cases/files.jsonl"));
}

#[test]
fn archives_and_locks() {
    walk(include_str!("../cases/archives.jsonl"));
}

fn walk(lines: &str) {
    let cases: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!cases.is_empty());
    cases.iter().for_each(check);
}

/// Documents and what they do when opened, made for these tests.
#[test]
fn documents() {
    let cases: Vec<Value> = include_str!("../cases/documents.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!cases.is_empty());
    cases.iter().for_each(check);
}
