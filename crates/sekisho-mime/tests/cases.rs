//! Small mails with what is to be read in them: `cases/*.jsonl`, one case a line.
//!
//! `mail` is the mail (`\u00xx` stands for byte xx). Wanted, each optional: `parts` (`path type`, main
//! reading), `other` (decoded bodies that some other reading shows), `texts` (by path), `names` (all
//! names of the mail), `subject`, `from`/`to` (`name|address`), `date`, `anomalies` (ids, exactly),
//! `ambiguous`, `kind` (with `null_path`), `status` (envelope id, and address, action, status, diagnostic of the first
//! recipient), `feedback`, `original` (id of the returned mail), `sections` (IMAP section to bytes; null where there is none).
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use sekisho_mime::{Mailbox, Message, Report, SectionText};
use serde_json::{Value, json};

#[test]
fn cases_read_as_wanted() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut files: Vec<_> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let (mut count, mut failed) = (0, Vec::new());
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "jsonl"))
    {
        let name = file.file_name().unwrap().to_str().unwrap();
        for case in sekisho_testkit::manifest(&dir, name) {
            count += 1;
            failed.extend(check(name, &case));
        }
    }
    assert!(count >= 40, "only {count} cases found");
    assert!(
        failed.is_empty(),
        "{} of {count} failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

fn check(file: &str, case: &Value) -> Vec<String> {
    let mail: Vec<u8> = case["mail"]
        .as_str()
        .unwrap()
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let message = Message::parse(&mail);
    let mut failed = Vec::new();
    for (key, want) in case.as_object().unwrap() {
        let got = match key.as_str() {
            "name" | "mail" | "why" | "null_path" => continue,
            "kind" | "status" | "feedback" | "original" => reported(&message, key, case),
            key => observed(&message, key, want),
        };
        if got != *want {
            failed.push(format!(
                "{file}: {}: {key}: want {want}, got {got}",
                case["name"]
            ));
        }
    }
    failed
}

fn observed(message: &Message<'_>, key: &str, want: &Value) -> Value {
    match key {
        "parts" => message
            .parts()
            .map(|part| format!("{} {}", part.path(), part.content_type().essence()))
            .collect(),
        "other" => {
            let shown: Vec<String> = message
                .all_parts()
                .flat_map(|part| part.decodings())
                .map(|decoding| String::from_utf8_lossy(&decoding.bytes).trim().to_owned())
                .collect();
            let wanted = want.as_array().unwrap().iter();
            wanted
                .filter(|text| {
                    shown
                        .iter()
                        .any(|shown| Some(shown.as_str()) == text.as_str())
                })
                .cloned()
                .collect()
        }
        "texts" => message
            .parts()
            .filter_map(|part| Some((part.path(), Value::from(part.text()?))))
            .collect(),
        "names" => message.parts().flat_map(|part| part.names()).collect(),
        "subject" => json!(message.subject()),
        "from" => mailboxes(message.from()),
        "to" => mailboxes(message.to()),
        "date" => json!(message.date().map(|date| date.timestamp.to_string())),
        "anomalies" => {
            let mut ids: Vec<_> = message
                .anomalies()
                .iter()
                .map(|anomaly| anomaly.kind.id())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            json!(ids)
        }
        "ambiguous" => json!(message.is_ambiguous()),
        "sections" => want
            .as_object()
            .unwrap()
            .keys()
            .map(|key| (key.clone(), section(message, key)))
            .collect(),
        other => panic!("unknown key {other}"),
    }
}

fn mailboxes(list: Vec<Mailbox>) -> Value {
    list.into_iter()
        .map(|mailbox| format!("{}|{}", mailbox.name.unwrap_or_default(), mailbox.address))
        .collect()
}

/// `1.2`, `2.HEADER`, `TEXT`, empty for the whole.
fn section(message: &Message<'_>, key: &str) -> Value {
    let (number, text) = match key.rsplit_once('.').unwrap_or(("", key)) {
        (number, "HEADER") => (number, SectionText::Header),
        (number, "TEXT") => (number, SectionText::Text),
        (number, "MIME") => (number, SectionText::Mime),
        _ => (key, SectionText::Body),
    };
    let bytes = message
        .section(number, text)
        .map(|range| &message.raw()[range]);
    json!(bytes.map(String::from_utf8_lossy))
}

fn reported(message: &Message<'_>, key: &str, case: &Value) -> Value {
    let report = Report::of(message, case["null_path"] == true);
    match key {
        "kind" => json!(format!("{:?}", report.kind)),
        "status" => {
            let first = report
                .status
                .recipients
                .first()
                .cloned()
                .unwrap_or_default();
            let id = report.status.envelope_id;
            json!([
                id,
                first.address,
                first.action,
                first.status,
                first.diagnostic
            ])
        }
        "feedback" => {
            let feedback = report.feedback.unwrap_or_default();
            json!([
                feedback.feedback_type,
                feedback.source_ip,
                feedback.original_recipient
            ])
        }
        _ => json!(report.original_message_id),
    }
}
