//! Bounces, feedback reports and automatic replies of the corpus, with every kind of line end.
#![allow(clippy::unwrap_used, clippy::expect_used)]
// The corpus is files; what is tested takes bytes.
#![allow(clippy::disallowed_methods)]

use sekisho_mime::{MailKind, Message, Report};
use sekisho_testkit::corpus;

fn kind(raw: &[u8]) -> MailKind {
    Report::of(&Message::parse(raw), false).kind
}

/// Vacation notices stand among the bounces there; here they are a kind of their own.
fn fits(label: &str, kind: MailKind) -> bool {
    match label {
        "bounce" => matches!(kind, MailKind::Bounce | MailKind::AutoReply),
        "arf" => kind == MailKind::Arf,
        _ => kind == MailKind::Ordinary,
    }
}

#[test]
fn corpus_of_bounces() {
    let Some(folder) = corpus("bounces") else {
        println!("skipped: no corpus");
        return;
    };
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).unwrap();
    let (mut right, mut all, mut replies) = (0, 0, 0);
    for line in manifest.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let (file, label) = (
            row["file"].as_str().unwrap(),
            row["label"].as_str().unwrap(),
        );
        let raw = std::fs::read(folder.join(file)).unwrap();
        let text: Vec<u8> = raw.iter().copied().filter(|&byte| byte != b'\r').collect();
        let carriage: Vec<u8> = text
            .iter()
            .map(|&b| if b == b'\n' { b'\r' } else { b })
            .collect();
        let found = kind(&raw);
        all += 1;
        if found == MailKind::AutoReply {
            replies += 1;
        }
        if fits(label, found) {
            right += 1;
        } else {
            println!("{file}: {label}, found {found:?}");
        }
        for (ends, raw) in [("LF", &text), ("CR", &carriage)] {
            if kind(raw) != found {
                println!("{file}: {ends} only: {:?}, else {found:?}", kind(raw));
            }
        }
    }
    println!("{right} of {all}, {replies} automatic replies");
    assert!(all > 0 && right * 100 >= all * 99, "{right} of {all}");
}

fn walk(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|end| end == "eml") {
            found.push(path);
        }
    }
}

#[test]
fn other_mail_is_no_report() {
    let mut files = Vec::new();
    for name in ["spamham", "phish", "mime", "writings"] {
        if let Some(folder) = corpus(name) {
            walk(&folder, &mut files);
        }
    }
    let mut seen = 0;
    for path in &files {
        let found = kind(&std::fs::read(path).unwrap());
        if found != MailKind::Ordinary {
            seen += 1;
            println!("{}: {found:?}", path.display());
        }
    }
    println!("{seen} of {}", files.len());
    assert!(seen * 200 <= files.len());
}
