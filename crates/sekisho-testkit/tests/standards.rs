//! `standards.tsv` is the one list of RFCs: every RFC that the code cites has a row there, and
//! every row that says `yes` or `partial` is cited at least once.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

/// RFC numbers cited in a source text, as `RFC 5321`.
fn cited(text: &str) -> impl Iterator<Item = u32> + '_ {
    text.match_indices("RFC ").filter_map(|(at, _)| {
        let digits: String = text[at + 4..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().ok().filter(|number| *number >= 100)
    })
}

fn rows() -> BTreeMap<u32, String> {
    let text = std::fs::read_to_string(workspace().join("standards.tsv")).unwrap();
    let mut rows = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<_> = line.split('\t').collect();
        assert_eq!(fields.len(), 5, "five fields a row: {line}");
        assert!(
            ["yes", "partial", "no"].contains(&fields[2]),
            "status is yes, partial or no: {line}"
        );
        let number = fields[0].parse().unwrap();
        assert!(
            rows.insert(number, fields[2].to_owned()).is_none(),
            "two rows for RFC {number}"
        );
    }
    rows
}

#[test]
fn every_citation_has_a_row_and_every_claim_a_citation() {
    let mut files = Vec::new();
    for member in std::fs::read_dir(workspace().join("crates")).unwrap() {
        sources(&member.unwrap().path().join("src"), &mut files);
    }
    assert!(files.len() > 20, "the sources were not found");

    let mut citations: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for number in cited(&text) {
            let place = file.strip_prefix(workspace()).unwrap_or(&file);
            citations
                .entry(number)
                .or_default()
                .insert(place.display().to_string());
        }
    }

    let rows = rows();
    let mut wrong = Vec::new();
    for (number, places) in &citations {
        if !rows.contains_key(number) {
            wrong.push(format!(
                "RFC {number} is cited in {places:?} and has no row"
            ));
        }
    }
    for (number, status) in &rows {
        if status != "no" && !citations.contains_key(number) {
            wrong.push(format!("RFC {number} says `{status}` and is cited nowhere"));
        }
    }
    assert!(wrong.is_empty(), "standards.tsv:\n{}", wrong.join("\n"));
}
