//! The text cases of the corpus: every `must` is found, no `must_not` is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout
)]

use sekisho_dlp::{Detectors, Hit};
use serde_json::Value;

/// Compared by normal form where the list has a wide one.
fn normal(value: &str) -> String {
    sekisho_dlp::fold(value).as_str().to_owned()
}

fn is_found(hits: &[Hit], wanted: &Value) -> bool {
    let (kind, value) = match wanted.as_str() {
        Some(kind) => (kind, "*"),
        None => (
            wanted["type"].as_str().unwrap(),
            wanted["value"].as_str().unwrap(),
        ),
    };
    hits.iter().any(|hit| {
        hit.detector.as_str() == kind && (value == "*" || normal(&hit.value) == normal(value))
    })
}

fn failures(case: &Value, detectors: &Detectors) -> Vec<String> {
    let hits = detectors.scan(case["text"].as_str().unwrap());
    let each = |key: &str| case[key].as_array().unwrap().clone();
    let missed = each("must")
        .into_iter()
        .filter(|wanted| !is_found(&hits, wanted))
        .map(|wanted| format!("{}: missed {wanted}", case["id"]));
    let wrong = each("must_not")
        .into_iter()
        .filter(|unwanted| is_found(&hits, unwanted))
        .map(|unwanted| format!("{}: wrongly found {unwanted}", case["id"]));
    missed.chain(wrong).collect()
}

#[test]
fn text_cases() {
    let Some(dir) = sekisho_testkit::corpus("dlp") else {
        return;
    };
    let detectors = Detectors::standard().unwrap();
    let cases = sekisho_testkit::manifest(&dir, "text-cases.jsonl");
    let failed: Vec<_> = cases
        .iter()
        .map(|case| failures(case, &detectors))
        .filter(|failed| !failed.is_empty())
        .collect();
    println!(
        "dlp/text-cases: {}/{}",
        cases.len() - failed.len(),
        cases.len()
    );
    assert!(failed.is_empty(), "{failed:#?}");
}
