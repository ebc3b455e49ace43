//! The mails of the test corpora: generated Japanese ones read exactly, hidden content found or
//! marked, everything else read without a panic in bounded time.
#![allow(clippy::unwrap_used, clippy::expect_used)]
// The corpus is files; what is tested takes bytes.
#![allow(clippy::disallowed_methods)]

use std::path::Path;

use sekisho_mime::{Message, Part};
use serde_json::Value;

fn rows(dir: &Path, prefix: &str) -> Vec<(String, Vec<u8>, Value)> {
    sekisho_testkit::manifest(dir, "manifest.jsonl")
        .into_iter()
        .filter_map(|row| {
            let file = row["file"].as_str()?.to_owned();
            let bytes =
                std::fs::read(dir.join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            file.starts_with(prefix).then_some((file, bytes, row))
        })
        .collect()
}

fn texts(message: &Message<'_>) -> String {
    message
        .parts()
        .filter_map(|part| part.text())
        .collect::<Vec<_>>()
        .join("\n")
}

/// What of one row's expectations is not met.
fn unmet(message: &Message<'_>, row: &Value) -> Vec<String> {
    let expect = &row["expect"];
    let mut unmet = Vec::new();
    let also: Vec<&str> = row["subject_also_ok"]
        .as_array()
        .map(|list| list.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let subject = message.subject().unwrap_or_default();
    let names: Vec<String> = message.parts().flat_map(|part| part.names()).collect();
    let first_name = message.parts().find_map(|part| part.name());
    let text = texts(message);
    let mut check = |key: &str, met: &dyn Fn(&str) -> bool, got: &str| {
        if let Some(want) = expect[key].as_str().filter(|want| !met(want)) {
            unmet.push(format!("{key}: want {want:?}, got {got:?}"));
        }
    };
    check(
        "subject",
        &|want| subject == want || also.contains(&subject.as_str()),
        &subject,
    );
    check("subject_contains", &|want| subject.contains(want), &subject);
    check(
        "filename",
        &|want| first_name.as_deref() == Some(want),
        &format!("{names:?}"),
    );
    check("body", &|want| text.trim() == want, &text);
    check("body_contains", &|want| text.contains(want), &text);
    let reply = message.reply_to();
    let has_reply = |want: &str| reply.iter().any(|mailbox| mailbox.address == want);
    check("reply_to_address", &has_reply, &format!("{reply:?}"));
    for want in expect["all_names_must_be_checked"]
        .as_array()
        .into_iter()
        .flatten()
    {
        if !names
            .iter()
            .any(|name| Some(name.as_str()) == want.as_str())
        {
            unmet.push(format!("name {want} not among {names:?}"));
        }
    }
    unmet
}

#[test]
fn japanese_mails_read_exactly() {
    let Some(dir) = sekisho_testkit::corpus("mime") else {
        return;
    };
    let mut failed = Vec::new();
    let rows = rows(&dir, "gen-jp/");
    for (file, bytes, row) in &rows {
        let unmet = unmet(&Message::parse(bytes), row);
        if !unmet.is_empty() {
            failed.push(format!("{file}: {unmet:?}"));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {} failed:\n{}",
        failed.len(),
        rows.len(),
        failed.join("\n")
    );
}

const EICAR: &[u8] = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR";

/// `eicar.zip` starts with this; the file inside is stored deflated.
const ZIP: &[u8] = b"PK\x03\x04\x14\x00\x02\x00\x08\x00\x11\x4a";

fn shows(part: &Part<'_>, hidden: &[&[u8]]) -> bool {
    part.decodings().iter().any(|decoding| {
        hidden.iter().any(|wanted| {
            decoding
                .bytes
                .windows(wanted.len())
                .any(|window| window == *wanted)
        })
    })
}

#[test]
fn hidden_content_is_found_or_marked() {
    let Some(dir) = sekisho_testkit::corpus("mime") else {
        return;
    };
    let mut failed = Vec::new();
    let (mut count, mut found_count, mut marked_count) = (0, 0, 0);
    for prefix in ["gen-ambiguous/", "mime-is-broken/hide-content.d/"] {
        for (file, bytes, _) in rows(&dir, prefix) {
            let message = Message::parse(&bytes);
            let found = message.all_parts().any(|part| shows(&part, &[EICAR, ZIP]));
            let marked = message.is_ambiguous();
            (count, found_count, marked_count) = (
                count + 1,
                found_count + usize::from(found),
                marked_count + usize::from(marked),
            );
            if !found && !marked {
                failed.push(file);
            }
        }
    }
    println!("{count} mails: content found in {found_count}, marked {marked_count}");
    assert!(
        count > 0 && failed.is_empty(),
        "{} failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn hidden_names_are_found_or_marked() {
    let Some(dir) = sekisho_testkit::corpus("mime") else {
        return;
    };
    let mut failed = Vec::new();
    let rows = rows(&dir, "mime-is-broken/hide-filename.d/");
    for (file, bytes, _) in &rows {
        if file.ends_with("fname-ctype.png.eml") {
            // The control: its name is .png and nothing else.
            continue;
        }
        let message = Message::parse(bytes);
        let names: Vec<String> = message.all_parts().flat_map(|part| part.names()).collect();
        if !names
            .iter()
            .any(|name| name.to_lowercase().ends_with(".zip"))
            && !message.is_ambiguous()
        {
            failed.push(format!("{file}: {names:?}"));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {}:\n{}",
        failed.len(),
        rows.len(),
        failed.join("\n")
    );
}

/// Asks everything of a message once.
fn exercise(message: &Message<'_>) -> usize {
    let mut seen = message.anomalies().len();
    for part in message.all_parts() {
        seen +=
            part.path().len() + part.decodings().len() + part.texts().len() + part.names().len();
        seen += part.mailboxes("To").len() + part.mailboxes("From").len();
        seen +=
            usize::from(part.date().is_some()) + part.subject().map_or(0, |subject| subject.len());
        let (range, header, body) = (part.range(), part.header_range(), part.body_range());
        assert!(range.start == header.start && header.end == body.start && body.end == range.end);
        assert!(range.end <= part.source().len());
    }
    seen
}

#[test]
fn every_mail_is_read() {
    let mut count = 0;
    for name in [
        "mime",
        "bounces",
        "smime-pgp",
        "shapes",
        "writings",
        "auth",
        "spamham",
        "phish",
    ] {
        let Some(dir) = sekisho_testkit::corpus(name) else {
            continue;
        };
        if !dir.join("manifest.jsonl").is_file() {
            continue;
        }
        for (_, bytes, _) in rows(&dir, "") {
            // Without optimisation the large ones take seconds each.
            if bytes.len() < 60_000 {
                exercise(&Message::parse(&bytes));
                count += 1;
            }
        }
    }
    println!("{count} mails read");
}

/// Ordinary mail must not be called ambiguous. Bounces are often cut off or put together badly.
#[test]
fn real_mails_are_rarely_ambiguous() {
    for (name, per_thousand_max) in [("bounces", 60), ("smime-pgp", 20), ("spamham", 5)] {
        let Some(dir) = sekisho_testkit::corpus(name) else {
            continue;
        };
        let rows = rows(&dir, "");
        let ambiguous: Vec<&str> = rows
            .iter()
            .filter(|(_, bytes, _)| Message::parse(bytes).is_ambiguous())
            .map(|(file, _, _)| file.as_str())
            .collect();
        println!("{name}: {} of {} ambiguous", ambiguous.len(), rows.len());
        assert!(
            ambiguous.len() * 1000 <= rows.len() * per_thousand_max,
            "{}",
            ambiguous.join("\n")
        );
    }
}
