//! The attachments of the corpus that this version reaches.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout
)]

use std::collections::BTreeMap;

use sekisho_content::{File, Opened, State, open};

fn opened(path: &std::path::Path) -> Opened {
    let bytes = std::fs::read(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    open(&File {
        bytes: &bytes,
        names: &[name],
        declared: None,
        charset: None,
    })
}

/// Words of the corpus that stand for a choice.
fn is_right(opened: &Opened, wanted: &str) -> bool {
    let said = |word: &str| {
        opened
            .verdicts
            .iter()
            .any(|verdict| verdict.as_str() == word)
    };
    match wanted {
        "clean" => said("clean"),
        "encrypted_then_malware_test" => said("encrypted"),
        "macro_or_clean" => said("macro") || said("clean"),
        "macro_autoexec" | "macro_suspicious" => said("macro"),
        "type_mismatch_benign" => true,
        "clean_or_malware_test" => said("clean") || said("malware_test"),
        word => said(word),
    }
}

#[test]
fn generated_attachments() {
    let Some(dir) = sekisho_testkit::corpus("attach") else {
        return;
    };
    let mut table: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut failed = Vec::new();
    let mut wrong_type = Vec::new();
    let mut falsely_clean = Vec::new();
    for row in sekisho_testkit::manifest(&dir, "manifest.jsonl") {
        let (Some(file), Some(wanted)) = (row["file"].as_str(), row["verdict"].as_str()) else {
            continue;
        };
        if !file.starts_with("gen/") {
            continue;
        }
        let opened = opened(&dir.join(file));
        let count = table.entry(wanted.to_owned()).or_default();
        count.1 += 1;
        if is_right(&opened, wanted) {
            count.0 += 1;
        } else {
            let said: Vec<_> = opened
                .verdicts
                .iter()
                .map(|verdict| verdict.as_str())
                .collect();
            failed.push(format!(
                "{file}: wanted {wanted}, said {said:?} ({:?})",
                opened.state
            ));
        }
        let clean = opened.verdict().as_str() == "clean" && opened.state == State::Read;
        if clean && !wanted.contains("clean") && wanted != "type_mismatch_benign" {
            falsely_clean.push(file.to_owned());
        }
        if row["type"].as_str() != Some(opened.file_type.name()) {
            wrong_type.push(format!(
                "{file}: {} for {}",
                opened.file_type.name(),
                row["type"]
            ));
        }
    }
    println!("{table:#?}\nfailed: {failed:#?}\ntypes: {wrong_type:#?}");
    let passed: usize = table.values().map(|(passed, _)| passed).sum();
    println!("attach/gen: {passed}/{}", passed + failed.len());
    assert!(
        falsely_clean.is_empty(),
        "falsely clean: {falsely_clean:#?}"
    );
    assert!(passed >= 217, "{passed} passed, 217 did before");
}
