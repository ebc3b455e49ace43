//! The first line is a zone (`name=text|text`), the rest a mail from that world.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho_auth::{Answers, Given, ROUNDS_MAX, Request, Wanted, authenticate};

fuzz_target!(|data: &[u8]| {
    let split = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (zone, raw) = data.split_at(split);
    let zone = String::from_utf8_lossy(zone);
    let mut names = serde_json_zone(&zone);
    names.insert(
        "a.example".to_owned(),
        "v=spf1 include:b.example ?all".into(),
    );
    let Ok(mut answers) = Answers::from_zone_json(&serde_json::Value::Object(names)) else {
        return;
    };
    let request = Request {
        ip: "192.0.2.7".parse().ok(),
        helo: "mx.a.example",
        mail_from: "x@a.example",
        raw,
        now: jiff::Timestamp::UNIX_EPOCH,
        receiving_host: "mx.b.example",
        given: Given::default(),
    };
    for _ in 0..=ROUNDS_MAX {
        match authenticate(&request, &answers) {
            Ok(_) => return,
            Err(Wanted(queries)) => {
                for query in queries {
                    answers.insert(query, sekisho_auth::Reply::NoSuchName);
                }
            }
        }
    }
    panic!("more rounds than promised");
});

fn serde_json_zone(text: &str) -> serde_json::Map<String, serde_json::Value> {
    let entries = text.split('|').filter_map(|entry| entry.split_once('='));
    entries
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}
