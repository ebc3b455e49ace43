//! Our own texts: `want` must be found (exactly these values of a detector), `not` must not.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use sekisho_dlp::Detectors;
use serde_json::Value;

fn words(value: &Value) -> Vec<String> {
    let list = value.as_array().cloned().unwrap_or_default();
    list.iter()
        .map(|one| one.as_str().unwrap().to_owned())
        .collect()
}

fn check(case: &Value) {
    let detectors = Detectors::with_keywords(words(&case["keywords"])).unwrap();
    let hits = detectors.scan(case["text"].as_str().unwrap());
    let least = case["confidence_min"].as_f64().unwrap_or(0.0) as f32;
    for wanted in case["want"].as_array().unwrap() {
        let [kind, value] = words(wanted).try_into().unwrap();
        let found = hits
            .iter()
            .find(|hit| hit.detector.as_str() == kind && hit.value == value);
        let found = found.unwrap_or_else(|| panic!("missed {wanted}: {case} gave {hits:?}"));
        assert!(
            found.confidence >= least,
            "not sure enough: {case} gave {hits:?}"
        );
    }
    for kind in words(&case["not"]) {
        let wrong = hits.iter().any(|hit| hit.detector.as_str() == kind);
        assert!(!wrong, "wrongly {kind}: {case} gave {hits:?}");
    }
}

#[test]
fn texts() {
    let cases: Vec<Value> = include_str!("../cases/texts.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!cases.is_empty());
    cases.iter().for_each(check);
}
