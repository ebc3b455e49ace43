//! Lists, public lists, greylisting, rates and trusted hops through real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use sekisho_command::{Caller, Command, Desk, ListDraft, Request};
use sekisho_store::{AuditQuery, TraceQuery};
use sekisho_testkit::wait_for;
use serde_json::Value;
use support::{Smtp, World};

const TO: &str = "user1@hanko.example.jp";

fn mail(from: &str, received: &str) -> String {
    format!(
        "{received}From: <{from}>\r\nTo: {TO}\r\nSubject: x\r\nMessage-ID: <1@x.example>\r\n\
         Date: Tue, 3 Nov 2026 09:12:00 +0900\r\n\r\nHello.\r\n"
    )
}

fn run(world: &World, command: Command) -> Value {
    let desk = Desk {
        store: world.store.clone(),
        directory: world.directory.clone(),
        pages: "https://mail.hanko.example.jp".into(),
        hostname: "mail.hanko.example.jp".into(),
    };
    let caller = Caller::Console {
        user: "root".into(),
    };
    let request = Request {
        organisation: None,
        command,
    };
    world.runtime.block_on(desk.run(&caller, request)).unwrap()
}

fn list(world: &World, verb: &str, what: &str, action: Option<&str>, authenticated: Option<&str>) {
    let draft = ListDraft {
        verb: verb.to_owned(),
        what: what.to_owned(),
        action: action.map(str::to_owned),
        authenticated: authenticated.map(str::to_owned),
        ..ListDraft::default()
    };
    run(world, Command::ListAdd(draft));
}

fn door(world: &World, text: &str) {
    run(
        world,
        Command::DoorSet {
            text: text.to_owned(),
        },
    );
}

/// The reply to RCPT of a mail that is not sent.
fn rcpt(world: &World, from: &str, to: &str) -> String {
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    smtp.expect(&format!("MAIL FROM:<{from}>"), "250");
    smtp.say(&format!("RCPT TO:<{to}>"))
}

fn send(world: &World, from: &str, content: &str) -> String {
    let mut smtp: Smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    smtp.mail(from, &[TO], content)
}

/// A change counts a moment after its command has been answered.
fn until(what: &str, mut reply: impl FnMut() -> String, wanted: &str) -> String {
    wait_for(what, || {
        Some(reply()).filter(|reply| reply.starts_with(wanted))
    })
}

#[test]
fn a_blocked_client_is_refused_with_words_and_an_allowed_sender_is_not() {
    let world = World::new();
    let good = "kobayashi@good.example.net";
    assert!(rcpt(&world, good, TO).starts_with("250"));
    list(&world, "block", "127.0.0.0/8", None, None);
    let refused = until("blocked", || rcpt(&world, good, TO), "550 5.7.1");
    assert!(refused.contains("postmaster@hanko.example.jp"), "{refused}");
    // The trace knows for whom it was.
    let query = TraceQuery {
        to: Some(TO.to_owned()),
        ..TraceQuery::default()
    };
    wait_for("trace", || {
        let found = world
            .store
            .reader()
            .unwrap()
            .trace(world.tenant, &query)
            .unwrap();
        (!found.is_empty()).then_some(())
    });
    // One sender is more exact than a network.
    list(&world, "allow", good, None, None);
    until("allowed", || rcpt(&world, good, TO), "250");
    assert!(rcpt(&world, "other@good.example.net", TO).starts_with("550"));
    run(
        &world,
        Command::ListRemove {
            entry: "127.0.0.0/8".into(),
        },
    );
    until(
        "removed",
        || rcpt(&world, "other@good.example.net", TO),
        "250",
    );
}

#[test]
fn a_sender_goes_to_junk_or_is_refused_by_what_from_says() {
    let world = World::new();
    list(
        &world,
        "block",
        "domain:good.example.net",
        Some("junk"),
        None,
    );
    let content = mail("kobayashi@good.example.net", "");
    wait_for("junk", || {
        assert!(send(&world, "kobayashi@good.example.net", &content).starts_with("250"));
        (!world.imap("user1").mails("Junk").is_empty()).then_some(())
    });
    list(
        &world,
        "block",
        "sender:kobayashi@good.example.net",
        None,
        None,
    );
    // The envelope names somebody else; only From is listed.
    let reply = || send(&world, "bounce@good.example.net", &content);
    until("refused", reply, "550");
}

#[test]
fn allowing_does_not_make_a_forged_sender_true() {
    let world = World::new();
    let forged = mail("boss@forged.example.org", "");
    let reply = || send(&world, "list@good.example.net", &forged);
    assert!(reply().starts_with("550"), "DMARC says reject");
    list(&world, "allow", "forged.example.org", None, None);
    // Counts once this does.
    list(&world, "block", "marker@good.example.net", None, None);
    until(
        "in force",
        || rcpt(&world, "marker@good.example.net", TO),
        "550",
    );
    assert!(reply().starts_with("550"), "still DMARC's");
    list(
        &world,
        "allow",
        "sender:boss@forged.example.org",
        None,
        Some("good.example.net"),
    );
    until("bound to a domain that authenticated", reply, "250");
    assert_eq!(world.imap("user1").mails("INBOX").len(), 1);
}

#[test]
fn a_public_list_is_asked_for_the_client_behind_a_trusted_hop() {
    let world = World::new();
    let lists = "trusted_hops = [\"127.0.0.0/8\"]\n[[list]]\nname = \"invented\"\nzone = \"bl.example\"\n\
                 about = \"client\"\nweight = 9.0\n";
    door(&world, lists);
    let received = "Received: from mx.hop.example.net (mx.hop.example.net [198.51.100.99])\r\n\tby gw.example.jp (Postfix) \
                    with ESMTPS id 1; Tue, 3 Nov 2026 09:12:00 +0900\r\n";
    let content = mail("a@hop.example.net", received);
    let facts = wait_for("the settings count", || {
        // Without trusted hops SPF fails, and the domain says reject.
        let reply = send(&world, "a@hop.example.net", &content);
        let id = reply
            .strip_prefix("250 ")?
            .split_whitespace()
            .find_map(|word| word.parse().ok())?;
        let story = world
            .store
            .reader()
            .unwrap()
            .story(world.tenant, id)
            .unwrap();
        Some(serde_json::from_str::<Value>(&story.facts_json).unwrap())
    });
    assert_eq!(facts["envelope"]["client_ip"], "198.51.100.99");
    assert_eq!(facts["authentication"]["spf"], "pass");
    let ids: Vec<&str> = facts["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["id"].as_str().unwrap())
        .collect();
    assert!(ids.contains(&"spam.dnsbl"), "{ids:?}");
    // A list alone condemns nobody, whatever it weighs (P17).
    assert!(!world.imap("user1").mails("INBOX").is_empty());
}

#[test]
fn a_faulty_list_is_switched_off_and_told() {
    let world = World::new();
    for (name, zone, fault) in [
        ("everything", "all.example", "lists-everything"),
        ("sold", "sold.example", "not-a-list"),
        ("refusing", "refusing.example", "refused"),
        ("empty", "empty.example", "lists-nothing"),
    ] {
        door(
            &world,
            &format!(
                "[[list]]\nname = \"{name}\"\nzone = \"{zone}\"\nabout = \"client\"\nweight = 2.0\n"
            ),
        );
        let told = wait_for("told", || {
            let query = AuditQuery {
                action: Some("dns-list.off".into()),
                subject: Some(name.into()),
                ..AuditQuery::default()
            };
            world
                .store
                .reader()
                .unwrap()
                .audit(world.tenant, &query)
                .unwrap()
                .pop()
        });
        assert!(told.detail_json.contains(fault), "{}", told.detail_json);
    }
}

#[test]
fn greylisting_lets_in_who_comes_again() {
    let world = World::new();
    let from = "kobayashi@good.example.net";
    door(&world, "[greylist]\nwhen = \"always\"\nwait_s = 0\n");
    let reply = wait_for("greylisting counts", || {
        // Each try has a sender of its own, so that none of them comes again.
        let name = format!(
            "n{}@good.example.net",
            jiff::Timestamp::now().as_nanosecond()
        );
        Some(rcpt(&world, &name, TO)).filter(|reply| !reply.starts_with("250"))
    });
    assert!(reply.starts_with("450 4.7.1"), "{reply}");
    assert!(rcpt(&world, from, TO).starts_with("450"));
    assert!(rcpt(&world, from, TO).starts_with("250"));
    list(&world, "allow", "good.example.net", None, None);
    until(
        "known good senders pass",
        || rcpt(&world, "new@good.example.net", TO),
        "250",
    );
}

#[test]
fn a_source_has_a_rate() {
    let world = World::new();
    door(&world, "mails_per_source_max = 3\n");
    wait_for("the rate counts", || {
        let mut smtp = world.smtp();
        smtp.expect("EHLO mx.good.example.net", "250");
        let reply = smtp.say("MAIL FROM:<a@good.example.net>");
        reply.starts_with("450 4.7.1").then_some(())
    });
    // Who signs in is counted elsewhere.
    world
        .submission("user1")
        .expect("MAIL FROM:<user1@hanko.example.jp>", "250");
}
