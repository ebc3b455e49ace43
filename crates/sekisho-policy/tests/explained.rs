//! What `policy explain` says of the rules in `explained/rules.toml` stands in `explained/ja.txt` and
//! `en.txt`. `UPDATE_EXPECT=1` writes them anew: read what changed as a clerk would.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;

use sekisho_policy::{Policy, explain};
use sekisho_words::Language;

#[test]
fn explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("explained");
    let policy = Policy::parse(&fs::read_to_string(root.join("rules.toml")).unwrap())
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(policy.rules().len() >= 70, "{}", policy.rules().len());
    for (language, file) in [(Language::Ja, "ja.txt"), (Language::En, "en.txt")] {
        let lines = policy.rules().iter().map(|rule| {
            let words = explain(rule);
            format!("{}\n    {}\n", rule.name, words.in_language(language))
        });
        let got: String = lines.collect();
        assert!(!got.contains("policy-"), "a text is missing: {got}");
        let path = root.join(file);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, &got).unwrap();
        }
        let want = fs::read_to_string(&path).unwrap_or_default();
        for (want, got) in want.lines().zip(got.lines()) {
            assert_eq!(got, want, "{file}");
        }
        assert_eq!(got, want, "{file}");
    }
}
