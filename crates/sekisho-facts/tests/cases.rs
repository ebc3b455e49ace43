//! Our own mails: what is found where, the parts, what could not be read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

use std::path::Path;

use sekisho_facts::{Answer, BatchRequest, InspectRequest, Settings, inspect};
use serde_json::Value;

fn answer(dir: &Path, case: &Value) -> Answer {
    let raw = std::fs::read(dir.join("mail.eml")).unwrap();
    let batch: BatchRequest = serde_json::from_value(case["request"].clone()).unwrap();
    let mut request = InspectRequest::mail(&raw);
    request.direction = batch.direction;
    request.mail_from = batch.mail_from.as_deref();
    request.rcpt_to = batch.rcpt_to.clone();
    request.ip = batch.ip;
    request.helo = batch.helo.as_deref();
    request.trusted_hops.clone_from(&batch.trusted_hops);
    request.text = batch.text.unwrap_or_default();
    request.dns = Some(&case["zone"]).filter(|zone| !zone.is_null());
    inspect(&request, &Settings::standard().unwrap()).unwrap()
}

fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().unwrap();
    list.iter()
        .map(|one| one.as_str().unwrap().to_owned())
        .collect()
}

fn check(name: &str, dir: &Path) {
    let text = std::fs::read_to_string(dir.join("case.json")).unwrap();
    let case: Value = serde_json::from_str(&text).unwrap();
    let want = &case["want"];
    let answer = answer(dir, &case);
    let json = serde_json::to_value(&answer).unwrap();

    let found: Vec<_> = answer
        .findings
        .iter()
        .map(|finding| format!("{} {} {}", finding.id, finding.value, finding.place))
        .collect();
    for wanted in strings(&want["found"]) {
        assert!(
            found.iter().any(|one| one.starts_with(&wanted)),
            "{name}: {wanted} in {found:?}"
        );
    }
    if let Some(least) = want["confidence_min"].as_f64() {
        let sure = answer
            .findings
            .iter()
            .filter(|finding| finding.area() == "dlp");
        assert!(
            sure.clone().count() > 0 && sure.clone().all(|one| one.confidence >= least),
            "{name}"
        );
    }
    let parts: Vec<_> = answer
        .parts
        .iter()
        .map(|part| {
            let member = part
                .member
                .as_ref()
                .map(|member| format!("{member} "))
                .unwrap_or_default();
            format!(
                "{} {member}{} {} {}",
                part.path, part.kind, part.state, part.verdict
            )
        })
        .collect();
    assert_eq!(parts, strings(&want["parts"]), "{name}");
    let stopped: Vec<_> = answer
        .uninspectable
        .iter()
        .map(|one| format!("{}: {}", one.place, one.reason))
        .collect();
    assert_eq!(stopped, strings(&want["uninspectable"]), "{name}");
    for (key, place) in [
        ("subject", "/mail/subject"),
        ("from", "/mail/from"),
        ("checked", "/checked"),
    ] {
        if !want[key].is_null() {
            assert_eq!(json.pointer(place), Some(&want[key]), "{name}");
        }
    }
    for (place, wanted) in [("auth", &want["auth"]), ("mail", &want["mail"])] {
        for (key, value) in wanted.as_object().into_iter().flatten() {
            assert_eq!(&json[place][key], value, "{name}: {key}");
        }
    }
    for (key, count) in want["headers"].as_object().into_iter().flatten() {
        assert_eq!(&json["mail"]["headers"][key], count, "{name}: {key}");
    }
    if let Some(text) = want["text"].as_str() {
        assert!(
            json["mail"]["text"].as_str().unwrap().contains(text),
            "{name}"
        );
    }
}

#[test]
fn mails() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut count = 0;
    for entry in std::fs::read_dir(cases).unwrap() {
        let dir = entry.unwrap().path();
        check(&dir.file_name().unwrap().to_string_lossy(), &dir);
        count += 1;
    }
    assert!(count > 0, "no cases");
}

/// The keys of INTERFACES.md, whatever the request.
#[test]
fn every_key_is_there() {
    let settings = Settings::standard().unwrap();
    for request in [
        InspectRequest::mail(b"\r\n"),
        InspectRequest::attachment(b"x", Some("a.txt")),
    ] {
        let answer = serde_json::to_value(inspect(&request, &settings).unwrap()).unwrap();
        for key in [
            "id",
            "mail",
            "auth",
            "spam",
            "phish",
            "parts",
            "findings",
            "ambiguous",
            "uninspectable",
            "password_candidates",
            "disposition",
            "took_ms",
            "checked",
        ] {
            assert!(answer.get(key).is_some(), "{key}");
        }
        for (place, keys) in [
            ("mail", &["subject", "from", "headers"][..]),
            (
                "auth",
                &[
                    "spf",
                    "dkim",
                    "dmarc",
                    "dmarc_policy",
                    "dmarc_disposition",
                    "arc",
                    "from_domain",
                ],
            ),
            ("spam", &["score", "verdict", "bayes", "reasons"]),
            ("phish", &["verdict", "reasons"]),
            ("disposition", &["action", "rule", "edits", "why"]),
        ] {
            for key in keys {
                assert!(answer[place].get(key).is_some(), "{place}.{key}");
            }
        }
    }
}

/// Facts are stored: no number may stand in them whole unless it is asked for.
#[test]
fn values_are_masked_everywhere() {
    let raw =
        b"Subject: 4111-1111-1111-1111\r\n\r\nMy Number 1290-2784-2014, TEL 090-1234-5678\r\n";
    let answer = inspect(&InspectRequest::mail(raw), &Settings::standard().unwrap()).unwrap();
    let findings = serde_json::to_string(&(answer.findings, answer.disposition)).unwrap();
    for whole in [
        "129027842014",
        "4111111111111111",
        "09012345678",
        "1290-2784",
    ] {
        assert!(!findings.contains(whole), "{whole} in {findings}");
    }
    assert!(findings.contains("********2014"));
}
