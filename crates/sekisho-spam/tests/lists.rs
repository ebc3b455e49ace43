//! Entries as lines, and which one counts: `cases/lists.jsonl`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use sekisho_address::{Address, Domain};
use sekisho_spam::lists::{Action, Entry, Lists, Seen, Verb, parse_line, print_line};
use serde_json::Value;

/// `u7@x.jp` is the account 7.
fn read(line: &str) -> Result<Entry, String> {
    let (mut entry, owner) = parse_line(line, Verb::Block(Action::Refuse))
        .map_err(|error| error.to_string())?
        .unwrap();
    entry.owner = owner.map(|owner| owner.local()[1..].parse().unwrap());
    Ok(entry)
}

fn print(entry: &Entry) -> String {
    let owner = entry
        .owner
        .map(|id| Address::parse(&format!("u{id}@x.jp")).unwrap());
    print_line(entry, owner.as_ref())
}

fn found(case: &Value, entries: Vec<Entry>) -> Option<String> {
    let text = |key: &str| case[key].as_str();
    let all = |key: &str| -> Vec<String> {
        let values = case[key].as_array().cloned().unwrap_or_default();
        values
            .iter()
            .map(|value| value.as_str().unwrap().to_owned())
            .collect()
    };
    let senders: Vec<Address> = all("senders").iter().map(|a| a.parse().unwrap()).collect();
    let authenticated: Vec<Domain> = all("authenticated")
        .iter()
        .map(|d| d.parse().unwrap())
        .collect();
    let recipient = text("recipient").map(|a| a.parse::<Address>().unwrap());
    let seen = Seen {
        ip: text("ip").map(|ip| ip.parse().unwrap()),
        helo: text("helo"),
        senders: &senders,
        recipient: recipient.as_ref(),
        owner: case["owner"].as_i64(),
        authenticated: &authenticated,
    };
    let now = "2026-07-01T00:00:00Z".parse().unwrap();
    Lists::new(entries).entry(&seen, now).map(print)
}

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    for case in sekisho_testkit::manifest(&root, "lists.jsonl") {
        let lines = case["entries"].as_array().unwrap();
        let entries: Result<Vec<Entry>, String> = lines
            .iter()
            .map(|line| read(line.as_str().unwrap()))
            .collect();
        match (entries, case["error"].as_str()) {
            (Ok(entries), None) => {
                for entry in &entries {
                    assert_eq!(read(&print(entry)).unwrap(), *entry, "{}", case["name"]);
                }
                let found = found(&case, entries);
                assert_eq!(found.as_deref(), case["want"].as_str(), "{}", case["name"]);
            }
            (Err(error), Some(want)) => assert!(error.contains(want), "{}: {error}", case["name"]),
            (got, want) => panic!("{}: {got:?}, wanted {want:?}", case["name"]),
        }
    }
}

#[test]
fn a_hundred_thousand_entries_are_asked_quickly() {
    let lines = (0..100_000u32).map(|n| {
        read(&format!(
            "block 10.{}.{}.{}",
            n >> 16,
            n >> 8 & 255,
            n & 255
        ))
        .unwrap()
    });
    let lists = Lists::new(lines.collect());
    let now = "2026-07-01T00:00:00Z".parse().unwrap();
    let seen = Seen {
        ip: Some("10.1.2.3".parse().unwrap()),
        ..Seen::default()
    };
    for _ in 0..10_000 {
        assert!(lists.entry(&seen, now).is_some());
    }
}

#[test]
fn a_plain_list_and_its_comments() {
    let allow = |line| parse_line(line, Verb::Allow).unwrap();
    assert!(allow("  # only a comment").is_none() && allow("").is_none());
    let (entry, _) = allow("example.com  # partner").unwrap();
    assert_eq!(
        (entry.verb, entry.comment.as_str()),
        (Verb::Allow, "partner")
    );
}
