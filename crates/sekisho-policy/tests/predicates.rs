//! `predicates/*.jsonl`: a condition, changes to the facts of `base.json`, and whether it holds. Each is
//! asked as a condition and as an exception.
//!
//! `texts.json` are the texts of the mail, gone through for the words of the rule unless `"words": false`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;

use sekisho_policy::{Facts, Policy, Verdict, WordField, judge};
use serde_json::Value;

fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                merge(base.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over.clone(),
    }
}

fn policy(case: &Value, exception: bool) -> Policy {
    let text = |name: &str| case[name].as_str().unwrap_or_default();
    let zone = match text("zone") {
        "" => String::new(),
        zone => format!("time_zone = {zone:?}\n"),
    };
    let asked = text("when");
    let asked = if exception {
        format!("when = {{ always = true }}\nunless = {asked}")
    } else {
        format!("when = {asked}")
    };
    let lists = text("lists");
    let policy =
        format!("{zone}{lists}\n[[rule]]\nname = \"asked\"\n{asked}\nthen = \"quarantine\"\n");
    let policy = Policy::parse(&policy).unwrap_or_else(|error| panic!("{case}\n{policy}\n{error}"));
    assert_eq!(policy.to_string().parse(), Ok(policy.clone()), "{case}");
    policy
}

fn facts(case: &Value, policy: &Policy, base: &Value, texts: &Value) -> Facts {
    let mut value = base.clone();
    if let Some(over) = case.get("facts") {
        merge(&mut value, over);
    }
    let mut facts: Facts = serde_json::from_value(value).unwrap();
    if case["words"] != Value::Bool(false) {
        let mut search = policy.vocabulary().search();
        for text in texts.as_array().unwrap() {
            let field = match text[0].as_str().unwrap() {
                "body" => WordField::Body,
                _ => WordField::Attachment,
            };
            search.text(field, text[1].as_str().unwrap(), text[2].as_str().unwrap());
        }
        facts.words = Some(search.finish());
    }
    facts
}

fn said(verdict: &Verdict) -> &'static str {
    match verdict.matched.first() {
        None => "no",
        Some(matched) if matched.unsure => "maybe",
        Some(_) => "yes",
    }
}

#[test]
fn predicates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("predicates");
    let read = |name: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(root.join(name)).unwrap()).unwrap()
    };
    let (base, texts) = (read("base.json"), read("texts.json"));
    let (mut count, mut failures) = (0, Vec::new());
    for entry in fs::read_dir(&root).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "jsonl") {
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let case: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
            let want = case["want"].as_str().unwrap();
            for exception in [false, true] {
                let policy = policy(&case, exception);
                let facts = facts(&case, &policy, &base, &texts);
                let want = match (want, exception) {
                    ("yes", true) => "no",
                    ("no", true) => "yes",
                    (want, _) => want,
                };
                let verdict = judge(&facts, &policy);
                let got = said(&verdict);
                if got != want {
                    let about = &case["about"];
                    failures.push(format!(
                        "{about} (exception: {exception}): {got}, {}",
                        case["when"]
                    ));
                }
                count += 1;
            }
        }
    }
    assert!(count >= 300, "{count} cases found");
    assert!(
        failures.is_empty(),
        "{} of {count} fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
