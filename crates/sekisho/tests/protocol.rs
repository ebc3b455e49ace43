//! The protocol corpus over real sockets against the product as a person starts it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use sekisho_testkit::{Demo, Wire, corpus, manifest, play};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_sekisho");

/// Which port a case talks to, and whether TLS comes first.
fn connect(demo: &Demo, case: &Value) -> Wire {
    let needs = |what: &str| {
        case["requires"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one == what))
    };
    match case["proto"].as_str() {
        Some("smtp") if needs("TLS") => Wire::connect_tls(demo.port("submissions"), &demo.trust()),
        Some("smtp") => Wire::connect(demo.port("smtp")),
        Some("imap") if needs("plain text port") => Wire::connect(demo.port("imap")),
        Some("imap") => Wire::connect_tls(demo.port("imaps"), &demo.trust()),
        Some("pop3") => Wire::connect_tls(demo.port("pop3s"), &demo.trust()),
        other => panic!("unknown protocol {other:?}"),
    }
}

/// Mails in all folders of the two people whom the cases write to.
fn delivered(demo: &Demo) -> Vec<String> {
    ["user1", "user2"]
        .iter()
        .flat_map(|user| demo.imap(user).everything())
        .map(|(_, mail)| mail.header("subject").unwrap_or_default())
        .collect()
}

fn check(demo: &Demo, case: &Value) -> Result<(), String> {
    let result = &case["result"];
    let counts = result["delivered"].is_u64() || result["max_delivered"].is_u64();
    let before = if counts { delivered(demo).len() } else { 0 };
    let mut wire = connect(demo, case);
    play(case, &mut wire, &demo.trust())?;
    drop(wire);
    if !counts {
        return Ok(());
    }
    let after = delivered(demo);
    if result["smuggled_must_not_exist"] == true
        && after.iter().any(|subject| subject == "smuggled")
    {
        return Err("a smuggled mail was delivered".into());
    }
    let more = (after.len() - before) as u64;
    if result["delivered"]
        .as_u64()
        .is_some_and(|want| want != more)
        || result["max_delivered"]
            .as_u64()
            .is_some_and(|most| more > most)
    {
        return Err(format!("{more} mails were delivered, wanted {result}"));
    }
    Ok(())
}

fn every_case(dir: &Path, file: &str) {
    let demo = Demo::start(PROGRAM, &["--no-samples"]);
    let cases = manifest(dir, file);
    let mut failed = Vec::new();
    for case in &cases {
        if let Err(why) = check(&demo, case) {
            failed.push(format!("{}: {why}", case["id"]));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {} cases of {file} failed:\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n")
    );
}

#[test]
fn smtp_corpus() {
    if let Some(dir) = corpus("protocol") {
        every_case(&dir, "smtp.jsonl");
    }
}

#[test]
fn imap_corpus() {
    if let Some(dir) = corpus("protocol") {
        every_case(&dir, "imap.jsonl");
    }
}

#[test]
fn pop3_corpus() {
    if let Some(dir) = corpus("protocol") {
        every_case(&dir, "pop3.jsonl");
    }
}

#[test]
fn own_cases() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/protocol");
    for file in ["smtp.jsonl", "imap.jsonl", "pop3.jsonl"] {
        every_case(&dir, file);
    }
}
