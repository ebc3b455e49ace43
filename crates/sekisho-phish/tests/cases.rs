//! Hosts and mails as data: what each is taken for, and why.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use sekisho_mime::Message;
use sekisho_phish::{Assessment, Knowledge, Mail, Person, Proof, Verdict, assess};
use serde_json::Value;

fn rows(text: &'static str) -> Vec<Value> {
    let rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    assert!(!rows.is_empty());
    rows
}

fn organisation() -> Knowledge {
    let mut knowledge = Knowledge::of(&["hanko.example.jp".parse().unwrap()]);
    knowledge.add_partner(&"torihiki-sangyo.co.jp".parse().unwrap());
    knowledge.add_personal(&"tanaka.ichiro@kojin.example".parse().unwrap());
    knowledge.add_person(Person {
        name: "田中 一郎".to_owned(),
        name_en: Some("Ichiro Tanaka".to_owned()),
        address: "tanaka@hanko.example.jp".parse().ok(),
        title: Some("代表取締役社長".to_owned()),
    });
    knowledge
}

#[test]
fn lookalikes() {
    let knowledge = organisation();
    for row in rows(include_str!("../cases/lookalikes.jsonl")) {
        let host = row["host"].as_str().unwrap();
        let found = knowledge.lookalike(host);
        let target = found.as_ref().map(|found| found.target.as_str());
        assert_eq!(target, row["target"].as_str(), "{host}: {found:?}");
        let technique = found.map(|found| found.technique.as_str());
        assert_eq!(technique, row["technique"].as_str(), "{host}");
    }
}

fn mail(row: &Value) -> Vec<u8> {
    let text = |key: &str| row[key].as_str();
    let mut raw = format!(
        "From: {}\r\nTo: user1@hanko.example.jp\r\nSubject: {}\r\nMIME-Version: 1.0\r\n",
        text("from").unwrap_or("news@sender.example"),
        text("subject").unwrap_or("notice"),
    );
    if let Some(reply) = text("reply_to") {
        raw.push_str(&format!("Reply-To: {reply}\r\n"));
    }
    let (kind, body) = [
        ("html", "text/html"),
        ("ics", "text/calendar"),
        ("text", "text/plain"),
    ]
    .into_iter()
    .find_map(|(key, kind)| Some((kind, text(key)?)))
    .unwrap_or(("text/plain", "よろしくお願いします。"));
    raw.push_str(&format!(
        "Content-Type: {kind}; charset=utf-8\r\n\r\n{body}\r\n"
    ));
    raw.into_bytes()
}

fn assessed(raw: &[u8], proof: Proof) -> Assessment {
    let message = Message::parse(raw);
    let mail = Mail {
        proof,
        ..Mail::of(&message)
    };
    assess(&mail, &organisation())
}

#[test]
fn mails() {
    for row in rows(include_str!("../cases/mails.jsonl")) {
        let name = row["name"].as_str().unwrap();
        let proof = match row["proof"].as_str() {
            Some("pass") => Proof::Proved,
            Some("fail") => Proof::Refuted,
            _ => Proof::Unknown,
        };
        let found = assessed(&mail(&row), proof);
        let ids: Vec<&str> = found.signs.iter().map(|sign| sign.id).collect();
        assert_eq!(
            found.verdict.as_str(),
            row["verdict"].as_str().unwrap(),
            "{name}: {ids:?}"
        );
        for wanted in row["signs"].as_array().into_iter().flatten() {
            assert!(
                ids.contains(&wanted.as_str().unwrap()),
                "{name}: {wanted} in {ids:?}"
            );
        }
        if row["signs"].is_null() {
            assert!(found.score < 0.3, "{name}: {ids:?}");
        }
        for sign in &found.signs {
            assert_ne!(
                sign.why.ja,
                sign.id.replace(['.', '_'], "-"),
                "{name}: no words"
            );
            assert!(
                !sign.why.ja.contains("{$") && !sign.why.en.contains("{$"),
                "{name}: {:?}",
                sign.why
            );
        }
    }
}

/// Mail of our own is looked at for its links only.
#[test]
fn mail_of_our_own() {
    let raw = b"From: \"Tanaka\" <tanaka@hanko.example.jp>\r\nReply-To: x@gmail.com\r\n\r\nhttps://smbc-co-jp.top/\r\n";
    let message = Message::parse(raw);
    let mail = Mail {
        from_outside: false,
        ..Mail::of(&message)
    };
    let found = assess(&mail, &organisation());
    let ids: Vec<&str> = found.signs.iter().map(|sign| sign.id).collect();
    assert_eq!(ids, ["phish.link_lookalike"]);
}

/// Whatever the bytes, an answer comes, and soon.
#[test]
fn hostile_input() {
    let deep = "<a href='https://a.example/'>".repeat(20_000);
    let dots = format!("<a href='https://{}example/'>x</a>", "a.".repeat(5_000));
    let words = format!("From: {} <a@b.example>\r\n\r\n", "田中 一郎 ".repeat(5_000));
    let unclosed = format!("<a href=\"https://{}", "x".repeat(100_000));
    let dashes = format!("https://{}.com/", "paypal-login-".repeat(400));
    for body in [deep, dots, words, unclosed, dashes] {
        let html = format!("Content-Type: text/html\r\n\r\n{body}");
        assessed(html.as_bytes(), Proof::Unknown);
        assessed(body.as_bytes(), Proof::Unknown);
    }
    assert_eq!(assessed(b"", Proof::Unknown).verdict, Verdict::None);
}

/// A picture alone is a mail: a code in it leads where its text says.
#[test]
fn codes_in_pictures() {
    let pictures: [(&str, &[u8], bool); 4] = [
        ("image/png", include_bytes!("../cases/qr/plain.png"), true),
        ("image/jpeg", include_bytes!("../cases/qr/plain.jpg"), true),
        (
            "image/png",
            include_bytes!("../cases/qr/turned-transparent.png"),
            true,
        ),
        ("image/png", include_bytes!("../cases/qr/none.png"), false),
    ];
    for (kind, bytes, has_code) in pictures {
        let mut raw = format!(
            "From: a@sender.example\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        )
        .into_bytes();
        raw.extend_from_slice(bytes);
        let found = assessed(&raw, Proof::Unknown);
        let ids: Vec<&str> = found.signs.iter().map(|sign| sign.id).collect();
        let wanted: &[&str] = match has_code {
            true => &["phish.link_lookalike", "phish.link_code"],
            false => &[],
        };
        assert_eq!(ids, wanted, "{kind}");
        // Cut short anywhere: no picture, no panic.
        for end in (raw.len() - bytes.len()..raw.len()).step_by(97) {
            assessed(&raw[..end], Proof::Unknown);
        }
    }
}
