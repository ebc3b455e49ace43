//! `cases/NAME/`: `in.eml` with `edits.json` (`edits`, and `alone_to` for a copy of one recipient) gives
//! `out.eml`, byte for byte; `"cannot": "…"` where it must not be done. `UPDATE_EXPECT=1` writes `out.eml`.
//!
//! Of each: what the reader of every body sees is what was there, and what was added; a second pass over
//! the result changes nothing more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

use std::fs;
use std::path::Path;

use sekisho_edit::edit;
use sekisho_mime::Message;
use sekisho_policy::Edit;
use serde_json::Value;

/// All texts of a mail as they are shown.
fn texts(raw: &[u8]) -> String {
    let message = Message::parse(raw);
    let shown = message.parts().filter_map(|part| part.text());
    shown.collect::<Vec<_>>().join("\n")
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn check(name: &str, case: &Path) {
    let raw = fs::read(case.join("in.eml")).unwrap();
    let want: Value = serde_json::from_slice(&fs::read(case.join("edits.json")).unwrap()).unwrap();
    let edits: Vec<Edit> = serde_json::from_value(want["edits"].clone()).unwrap();
    let alone = want["alone_to"].as_str().map(|text| text.parse().unwrap());
    let found = edit(&raw, &edits, alone.as_ref());
    if let Some(cannot) = want["cannot"].as_str() {
        assert!(found.unwrap_err().to_string().contains(cannot), "{name}");
        return;
    }
    let patch = found.unwrap();
    let out = patch.apply(&raw);
    let pieces: Vec<u8> = patch.pieces(&raw).flatten().copied().collect();
    assert_eq!(pieces, out, "{name}: in pieces");
    let path = case.join("out.eml");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &out).unwrap();
    }
    let expected = fs::read(&path).unwrap_or_default();
    assert_eq!(
        String::from_utf8_lossy(&out),
        String::from_utf8_lossy(&expected),
        "{name}"
    );
    assert_eq!(out, expected, "{name}");
    let (before, after) = (Message::parse(&raw), Message::parse(&out));
    assert_eq!(
        before.is_ambiguous(),
        after.is_ambiguous(),
        "{name}: readings"
    );
    for text in want["shown"].as_array().into_iter().flatten() {
        let text = text.as_str().unwrap();
        assert!(
            bare(&texts(&out)).contains(&bare(text)),
            "{name}: {text} is not shown in {}",
            texts(&out)
        );
    }
    if want["again"] != Value::Bool(true) {
        let again = edit(&out, &edits, alone.as_ref()).unwrap().apply(&out);
        assert_eq!(
            String::from_utf8_lossy(&again),
            String::from_utf8_lossy(&out),
            "{name}: twice"
        );
    }
    assert!(
        out.split(|b| *b == b'\n').all(|line| line.len() <= 1000),
        "{name}: a long line"
    );
}

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut count = 0;
    for entry in fs::read_dir(root).unwrap() {
        let case = entry.unwrap().path();
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        check(&name, &case);
        count += 1;
    }
    assert!(count >= 30, "{count} cases found");
}
