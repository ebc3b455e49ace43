//! Safe forms: nothing runs in them, and what was to be read is still there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout
)]

use base64::Engine;
use proptest::prelude::*;
use sekisho_content::safe::{self, Safe};
use sekisho_content::{File, Opened, Verdict, open};
use serde_json::Value;

fn opened(bytes: &[u8], name: &str) -> Opened {
    open(&File {
        bytes,
        names: &[name.to_owned()],
        declared: None,
        charset: None,
    })
}

fn made_safe(bytes: &[u8]) -> Option<Safe> {
    safe::without_macros(bytes).or_else(|| safe::without_actions(bytes))
}

/// What a safe form must not have.
const RUNS: &[Verdict] = &[
    Verdict::Macro,
    Verdict::MacroAutoexec,
    Verdict::MacroSuspicious,
    Verdict::ActiveContent,
    Verdict::Malformed,
];

fn text(opened: &Opened) -> Vec<String> {
    let mut texts: Vec<String> = opened
        .pieces
        .iter()
        .filter(|piece| piece.place != sekisho_content::Place::Hidden)
        .map(|piece| piece.text.clone())
        .collect();
    texts.sort();
    texts
}

#[test]
fn documents_lose_what_runs_and_nothing_else() {
    let mut seen = 0;
    for line in include_str!("../cases/documents.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(case["base64"].as_str().unwrap())
            .unwrap();
        let why = &case["why"];
        let Some(safe) = made_safe(&bytes) else {
            continue;
        };
        // Controls are no macros, and a package may hold a file that is one.
        let stays = [
            "control that is no box of a form",
            "page that is also a PDF",
            "PDF with a program behind it",
        ];
        if stays.contains(&why.as_str().unwrap()) {
            continue;
        }
        seen += 1;
        let name = format!("a.{}", safe.extension.unwrap());
        let after = opened(&safe.bytes, &name);
        for verdict in RUNS {
            assert!(
                !after.verdicts.contains(verdict),
                "{why}: {:?}",
                after.verdicts
            );
        }
        assert!(!after.verdicts.contains(&Verdict::TypeMismatch), "{why}");
        let before = opened(&bytes, &name);
        let ran = before.verdicts.iter().any(|verdict| RUNS.contains(verdict));
        assert!(!ran || !safe.removed.is_empty(), "{why}");
        if !ran {
            assert_eq!(text(&before), text(&after), "{why}");
        }
        // What is safe stays as it is.
        assert_eq!(
            made_safe(&safe.bytes).unwrap().removed,
            Vec::<String>::new(),
            "{why}"
        );
    }
    assert!(seen > 15, "{seen}");
}

#[test]
fn what_cannot_be_rebuilt_is_not() {
    assert_eq!(safe::without_macros(b"PK\x03\x04"), None);
    assert_eq!(safe::without_macros(b"not a package"), None);
    assert_eq!(
        safe::without_actions(
            b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj trailer<</Encrypt 2 0 R>>"
        ),
        None
    );
    assert_eq!(safe::without_actions(b""), None);
}

#[test]
fn documents_of_the_corpus() {
    let Some(dir) = sekisho_testkit::corpus("attach") else {
        return;
    };
    let mut made = 0;
    for row in sekisho_testkit::manifest(&dir, "manifest.jsonl") {
        let file = row["file"].as_str().unwrap();
        let verdict = row["verdict"].as_str().unwrap();
        if !verdict.contains("macro") && verdict != "active_content" {
            continue;
        }
        let bytes = std::fs::read(dir.join(file)).unwrap();
        let Some(safe) = made_safe(&bytes) else {
            continue;
        };
        made += 1;
        let after = opened(&safe.bytes, &format!("a.{}", safe.extension.unwrap()));
        for verdict in RUNS {
            assert!(
                !after.verdicts.contains(verdict),
                "{file}: {:?}",
                after.verdicts
            );
        }
    }
    println!("{made} documents made safe");
    assert!(made >= 25, "{made}");
}

proptest! {
    /// Any page comes out without scripts, whatever it is made of.
    #[test]
    fn any_page_is_cleaned(text in "(<|</|>|script|img|a|p|svg|style| |src=|href=|onload=|\"|'|javascript:|x|&lt;|&#x3c;|極|<!--|-->|/){0,60}") {
        let clean = safe::clean_html(&text, false);
        let lower = clean.to_ascii_lowercase();
        prop_assert!(!lower.contains("<script") && !lower.contains("<svg") && !lower.contains("<style"));
        for tag in lower.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            prop_assert!(!tag.contains(" onload="), "{clean}");
            prop_assert!(!tag.contains("href=\"javascript"), "{clean}");
        }
        // A clean page stays as it is.
        prop_assert_eq!(safe::clean_html(&clean, false), clean);
        safe::html_to_text(&text);
    }
}
