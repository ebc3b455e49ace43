//! The cases of `cases/*.jsonl`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

use std::path::Path;

use jiff::Timestamp;
use sekisho_auth::{
    Answers, Authentication, Query, ROUNDS_MAX, Reply, Request, Wanted, authenticate,
};
use serde_json::Value;

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_default()
}

fn mail(case: &Value) -> String {
    match case["mail"].as_array() {
        Some(lines) => {
            let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
            lines.join("\r\n")
        }
        None => format!(
            "From: {}\r\nTo: you@uke.example.net\r\n\r\nHi.\r\n",
            text(case, "from")
        ),
    }
}

fn run(case: &Value, answers: &Answers) -> Result<Authentication, Wanted> {
    let raw = mail(case);
    let request = Request {
        ip: case["ip"].as_str().map(|ip| ip.parse().unwrap()),
        helo: text(case, "helo"),
        mail_from: text(case, "mail_from"),
        raw: raw.as_bytes(),
        now: Timestamp::from_second(1_795_600_000).unwrap(),
        receiving_host: "mx.uke.example.net",
        given: match &case["given"] {
            Value::Null => sekisho_auth::Given::default(),
            given => serde_json::from_value(given.clone()).unwrap(),
        },
    };
    authenticate(&request, answers)
}

/// Knows nothing at first and looks up what is wanted, as a server does.
fn in_rounds(case: &Value, zone: &Answers) -> Authentication {
    let mut known = Answers::new();
    for _ in 1..=ROUNDS_MAX {
        match run(case, &known) {
            Ok(found) => return found,
            Err(Wanted(queries)) => {
                assert!(!queries.is_empty() && queries.len() < 100);
                for query in queries {
                    let reply = zone.reply(&query).unwrap().clone();
                    assert_eq!(known.reply(&query), None, "asked twice: {query:?}");
                    known.insert(query, reply);
                }
            }
        }
    }
    panic!("no end in {ROUNDS_MAX} rounds: {case}");
}

#[test]
fn cases() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut count = 0;
    for file in ["spf.jsonl", "dmarc.jsonl"] {
        for case in sekisho_testkit::manifest(&dir, file) {
            count += 1;
            let name = text(&case, "name");
            let zone = Answers::from_zone_json(&case["zone"]).unwrap();
            let found = run(&case, &zone).unwrap();
            let shown = serde_json::to_value(&found).unwrap();
            for (key, want) in case["expect"].as_object().unwrap() {
                assert_eq!(&shown[key], want, "{name}: {key}\n{shown:#}");
            }
            let again = in_rounds(&case, &zone);
            assert_eq!(again, found, "{name}: asked in rounds");
            let read: Authentication = serde_json::from_value(shown).unwrap();
            assert_eq!(read, found, "{name}: read back");
        }
    }
    assert!(count > 0, "no cases");
}

/// A first round asks for everything that is known to be needed.
#[test]
fn the_first_round_asks_for_all_standards_at_once() {
    let case = serde_json::json!({
        "ip": "192.0.2.1", "helo": "mx.a.example", "mail_from": "x@a.example",
        "mail": [
            "DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=k; h=from; bh=YQ==; b=YQ==",
            "From: x@s.a.example", "", ""
        ],
    });
    let Err(Wanted(queries)) = run(&case, &Answers::new()) else {
        panic!("nothing wanted");
    };
    let names: Vec<&str> = queries.iter().map(|query| query.name.as_str()).collect();
    let want = [
        "_dmarc.a.example",
        "_dmarc.example",
        "_dmarc.s.a.example",
        "a.example",
        "k._domainkey.a.example",
        "mx.a.example",
    ];
    assert_eq!(names, want);
}

#[test]
fn a_query_has_one_form() {
    let mut answers = Answers::new();
    let kind = sekisho_auth::Kind::Txt;
    answers.insert(Query::new("A.Example.", kind), Reply::NoData);
    assert_eq!(
        answers.reply(&Query::new("a.example", kind)),
        Some(&Reply::NoData)
    );
    assert_eq!(
        Answers::closed().reply(&Query::new("x", kind)),
        Some(&Reply::NoSuchName)
    );
}
