//! `cases/NAME/`: `facts.json` and `policy.toml` (or `preset`, a name) give `want.json`.
//!
//! `want.json` is compared as far as it goes: keys that it leaves out are free, `"~text"` is a part
//! of a text, lists have the same length. `about` is for the reader.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;

use sekisho_policy::{Facts, Policy, Preset, judge};
use serde_json::Value;

fn policy(case: &Path) -> Policy {
    if let Ok(text) = fs::read_to_string(case.join("policy.toml")) {
        return Policy::parse(&text).unwrap_or_else(|e| panic!("{}: {e}", case.display()));
    }
    let name = fs::read_to_string(case.join("preset")).unwrap();
    let preset = Preset::ALL
        .into_iter()
        .find(|preset| preset.name() == name.trim());
    Policy::preset(preset.unwrap())
}

fn differs(place: &str, want: &Value, got: &Value) -> Option<String> {
    match (want, got) {
        (Value::Object(want), Value::Object(got)) => want.iter().find_map(|(key, want)| {
            differs(
                &format!("{place}.{key}"),
                want,
                got.get(key).unwrap_or(&Value::Null),
            )
        }),
        (Value::Array(want), Value::Array(got)) if want.len() == got.len() => want
            .iter()
            .zip(got)
            .enumerate()
            .find_map(|(n, (want, got))| differs(&format!("{place}[{n}]"), want, got)),
        (Value::String(want), Value::String(got)) => match want.strip_prefix('~') {
            Some(part) => (!got.contains(part)).then(|| format!("{place}: no {part:?} in {got:?}")),
            None => (want != got).then(|| format!("{place}: want {want:?}, got {got:?}")),
        },
        _ => (want != got).then(|| format!("{place}: want {want}, got {got}")),
    }
}

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let (mut count, mut failures) = (0, Vec::new());
    for entry in fs::read_dir(root).unwrap() {
        let case = entry.unwrap().path();
        let facts: Facts =
            serde_json::from_str(&fs::read_to_string(case.join("facts.json")).unwrap()).unwrap();
        let mut want: Value =
            serde_json::from_str(&fs::read_to_string(case.join("want.json")).unwrap()).unwrap();
        want.as_object_mut()
            .unwrap()
            .remove("about")
            .expect("say what the case is about");
        // Told to everybody who writes to the outside; only in the way here.
        let mut verdict = judge(&facts, &policy(&case));
        verdict
            .findings
            .retain(|finding| finding.id != "recipient.external");
        let got = serde_json::to_value(&verdict).unwrap();
        if let Some(difference) = differs("", &want, &got) {
            failures.push(format!(
                "{}: {difference}\n  {}",
                case.file_name().unwrap().display(),
                verdict.disposition.why.ja
            ));
        }
        count += 1;
    }
    assert!(count >= 30, "{count} cases found");
    assert!(
        failures.is_empty(),
        "{} of {count} fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
