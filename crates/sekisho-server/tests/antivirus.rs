//! Mail and the virus scanner: what it finds, and what happens while it fails in every way.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use sekisho_mime::compose::base64_body;
use sekisho_store::{MailId, QuarantineQuery};
use sekisho_testkit::{ClamdScript, DebianClamd, ScriptedClamd, eicar};
use serde_json::Value;
use support::{Smtp, World};

/// A file with the test signature in the middle: alone, our own reader knows it.
fn infected(number: u32) -> String {
    mail(number, &format!("before {} after", eicar()))
}

fn mail(number: u32, file: &str) -> String {
    let file = base64_body(file.as_bytes());
    format!(
        "From: Kobayashi <kobayashi@good.example.net>\r\nTo: user1@hanko.example.jp\r\n\
         Subject: {number}\r\nMessage-ID: <{number}@good.example.net>\r\n\
         Date: Tue, 3 Nov 2026 09:12:00 +0900\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello.\r\n\
         --b\r\nContent-Type: application/octet-stream; name=a.bin\r\n\
         Content-Disposition: attachment; filename=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         {file}--b--\r\n"
    )
}

fn world(address: &str, when_away: &str, timeout_s: u32) -> World {
    World::with(&format!(
        "[antivirus.clamd]\naddress = \"{address}\"\nwhen_away = \"{when_away}\"\ntimeout_s = {timeout_s}\n"
    ))
}

fn session(world: &World) -> Smtp {
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    smtp
}

fn send(smtp: &mut Smtp, content: &str) -> String {
    smtp.mail(
        "kobayashi@good.example.net",
        &["user1@hanko.example.jp"],
        content,
    )
}

fn subjects(world: &World) -> Vec<String> {
    let mails = world.imap("user1").mails("INBOX");
    let subject = |mail: &sekisho_testkit::SeenMail| mail.header("Subject").unwrap().to_owned();
    mails.iter().map(subject).collect()
}

fn quarantined(world: &World) -> Vec<String> {
    let reader = world.store.reader().unwrap();
    let rows = reader
        .quarantined(world.tenant, &QuarantineQuery::default())
        .unwrap();
    rows.iter()
        .map(|row| row.mail.summary.subject.clone())
        .collect()
}

/// The facts kept with the mail that this reply took.
fn facts(world: &World, reply: &str) -> Value {
    let id: Option<MailId> = reply
        .strip_prefix("250 ")
        .and_then(|rest| rest.split_whitespace().find_map(|word| word.parse().ok()));
    let id = id.unwrap_or_else(|| panic!("not accepted: {reply}"));
    let reader = world.store.reader().unwrap();
    let story = reader.story(world.tenant, id).unwrap();
    serde_json::from_str(&story.facts_json).unwrap()
}

fn finding<'a>(facts: &'a Value, id: &str) -> Option<&'a Value> {
    let findings = facts["findings"].as_array();
    findings?.iter().find(|finding| finding["id"] == id)
}

#[test]
fn what_the_engine_says_is_a_fact() {
    let clamd = ScriptedClamd::start(ClamdScript::Honest);
    let world = world(&clamd.address().to_string(), "wait", 60);
    let mut smtp = session(&world);

    let clean = facts(&world, &send(&mut smtp, &mail(1, "a plain file")));
    let places: Vec<_> = clean["engines"].as_array().unwrap().iter().collect();
    assert_eq!(places.len(), 2, "{clean}");
    assert_eq!(places[0]["engine"], "clamd");
    assert_eq!(places[0]["where"], "part 2");
    assert_eq!(
        (&places[1]["where"], &places[1]["said"]),
        (&"mail".into(), &"clean".into())
    );

    let bad = facts(&world, &send(&mut smtp, &infected(2)));
    let found = finding(&bad, "attach.malware").unwrap();
    assert_eq!(found["value"], "Eicar-Test-Signature");
    assert_eq!(found["where"], "part 2");
    assert_eq!(bad["engines"][0]["signature"], "Eicar-Test-Signature");

    // Each session is closed after one answer: nobody notices.
    clamd.becomes(ClamdScript::Once);
    for number in 3..6 {
        let reply = send(&mut smtp, &mail(number, "a plain file"));
        assert!(reply.starts_with("250 "), "{reply}");
    }
    // Too large for it is no failure, but not clean either.
    clamd.becomes(ClamdScript::TooLarge);
    let large = facts(
        &world,
        &send(&mut smtp, &mail(6, &"large ".repeat(500_000))),
    );
    assert_eq!(large["uninspectable"][0]["reason"], "over_limit");
    assert_eq!(large["engines"][0]["said"], "unread");

    assert_eq!(subjects(&world), ["1", "3", "4", "5", "6"]);
    assert_eq!(quarantined(&world), ["2"]);
}

#[test]
fn mail_waits_at_the_sender_while_the_engine_fails() {
    let clamd = ScriptedClamd::start(ClamdScript::Honest);
    let world = world(&clamd.address().to_string(), "wait", 2);
    let mut smtp = session(&world);
    let failing = [
        ClamdScript::Dead,
        ClamdScript::Silent,
        ClamdScript::Garbage,
        ClamdScript::OtherNumber,
        ClamdScript::Partial,
    ];
    for script in failing {
        clamd.becomes(script);
        let reply = send(&mut smtp, &infected(1));
        assert!(reply.starts_with("451 4.3.0 "), "{script:?}: {reply}");
        let running = world.running.as_ref().unwrap();
        let why = running.pipeline().antivirus().unwrap().failure();
        assert!(why.is_some(), "{script:?}");
    }
    assert!(world.imap("user1").everything().is_empty());
    assert!(quarantined(&world).is_empty());

    clamd.becomes(ClamdScript::Honest);
    assert!(send(&mut smtp, &mail(2, "a plain file")).starts_with("250 "));
    assert!(send(&mut smtp, &infected(3)).starts_with("250 "));
    assert_eq!(subjects(&world), ["2"]);
    assert_eq!(quarantined(&world), ["3"]);
}

#[test]
fn unscanned_mail_is_marked_or_quarantined() {
    let clamd = ScriptedClamd::start(ClamdScript::Dead);
    let address = clamd.address().to_string();
    let delivering = world(&address, "deliver", 60);
    let reply = send(&mut session(&delivering), &mail(1, "a plain file"));
    assert!(finding(&facts(&delivering, &reply), "attach.unscanned").is_some());
    let mails = delivering.imap("user1").mails("INBOX");
    let mark = mails[0].header("X-Sekisho-Antivirus").unwrap();
    assert_eq!(mark, "not scanned");

    let keeping = world(&address, "quarantine", 60);
    let reply = send(&mut session(&keeping), &mail(1, "a plain file"));
    assert!(reply.starts_with("250 "), "{reply}");
    assert!(keeping.imap("user1").everything().is_empty());
    assert_eq!(quarantined(&keeping), ["1"]);
}

#[test]
fn debians_clamd_is_killed_and_restarted() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut clamd) = DebianClamd::start(folder.path()) else {
        return;
    };
    let world = world(clamd.socket().to_str().unwrap(), "wait", 60);
    let mut smtp = session(&world);
    let bad = facts(&world, &send(&mut smtp, &infected(1)));
    let found = finding(&bad, "attach.malware").unwrap();
    assert!(
        found["value"].as_str().unwrap().contains("Sekisho.Test"),
        "{bad}"
    );
    assert!(send(&mut smtp, &mail(2, "a plain file")).starts_with("250 "));

    clamd.kill();
    for number in 3..6 {
        let reply = send(&mut smtp, &mail(number, "a plain file"));
        assert!(reply.starts_with("451 "), "{reply}");
    }
    clamd.restart();
    // What the senders kept comes again.
    for number in 3..6 {
        let reply = send(&mut smtp, &mail(number, "a plain file"));
        assert!(reply.starts_with("250 "), "{reply}");
    }
    assert!(send(&mut smtp, &infected(6)).starts_with("250 "));
    assert_eq!(subjects(&world), ["2", "3", "4", "5"]);
    let mut kept = quarantined(&world);
    kept.sort();
    assert_eq!(kept, ["1", "6"]);
}
