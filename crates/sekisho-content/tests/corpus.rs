//! The attachments of the corpus. A quarter of them, by the hash of their ids, is counted apart: it was
//! not looked at while the readers were written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout
)]

use std::collections::BTreeMap;

use sekisho_content::{File, Opened, State, open};
use sha2::{Digest, Sha256};

/// Archives of other projects: tests of their own look at what is in them.
const ARCHIVES: &[&str] = &["lhasa", "libarchive", "rarfile", "unrar-crate"];

/// What locks, archives and bombs are has tests of its own.
const APART: &[&str] = &[
    "encrypted",
    "encrypted_then_malware_test",
    "bomb",
    "listing",
];

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
        "clean" => said("clean") || said("unopened"),
        "macro_or_clean" | "type_mismatch_benign" => true,
        "malformed" => !said("clean"),
        "clean_or_malware_test" => said("clean") || said("malware_test"),
        word => said(word),
    }
}

#[test]
fn documents_and_files() {
    let Some(dir) = sekisho_testkit::corpus("attach") else {
        return;
    };
    let mut table: BTreeMap<(bool, String), (usize, usize)> = BTreeMap::new();
    let mut failed = Vec::new();
    let mut falsely_clean = Vec::new();
    for row in sekisho_testkit::manifest(&dir, "manifest.jsonl") {
        let (Some(file), Some(wanted), Some(id)) = (
            row["file"].as_str(),
            row["verdict"].as_str(),
            row["id"].as_str(),
        ) else {
            continue;
        };
        let set = file.split('/').next().unwrap_or_default();
        if ARCHIVES.contains(&set) || APART.contains(&wanted) {
            continue;
        }
        let held_out = Sha256::digest(id).last().is_some_and(|byte| byte % 4 == 0);
        let opened = opened(&dir.join(file));
        let count = table.entry((held_out, wanted.to_owned())).or_default();
        count.1 += 1;
        let right = is_right(&opened, wanted);
        count.0 += usize::from(right);
        if !right && (!held_out || std::env::var_os("HELD_OUT").is_some()) {
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
    }
    println!("failed: {failed:#?}");
    for held_out in [false, true] {
        let rows = table.iter().filter(|((held, _), _)| *held == held_out);
        let (right, all) = rows.fold((0, 0), |(right, all), (_, count)| {
            (right + count.0, all + count.1)
        });
        println!("held out {held_out}: {right} of {all}");
    }
    println!("{table:?}");
    let right: usize = table.values().map(|(right, _)| right).sum();
    let all: usize = table.values().map(|(_, all)| all).sum();
    assert!(
        falsely_clean.is_empty(),
        "falsely clean: {falsely_clean:#?}"
    );
    // What is left is locked: another test asks with passwords.
    assert!(right >= 238, "{right} of {all}");
}
