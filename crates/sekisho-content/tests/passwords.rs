//! Passwords that texts tell: one case a line, in `cases/passwords.jsonl`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use sekisho_content::password_candidates;
use serde_json::Value;

fn check(case: &Value) {
    let why = &case["why"];
    let found = password_candidates(&["件名", case["text"].as_str().unwrap()]);
    if case["none"].as_bool() == Some(true) {
        assert!(found.is_empty(), "{why}: {found:?}");
    }
    if let Some(first) = case["first"].as_str() {
        assert_eq!(
            found.first().map(String::as_str),
            Some(first),
            "{why}: {found:?}"
        );
    }
    for wanted in case["has"].as_array().into_iter().flatten() {
        let wanted = wanted.as_str().unwrap().to_owned();
        assert!(
            found.iter().take(5).any(|one| *one == wanted),
            "{why}: {found:?}"
        );
    }
}

#[test]
fn wordings() {
    let cases: Vec<Value> = include_str!("../cases/passwords.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!cases.is_empty());
    cases.iter().for_each(check);
}
