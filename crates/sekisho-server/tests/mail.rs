//! Mail through real sockets: in, submitted, refused.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_directory::{NewPerson, Plan, Roles};
use sekisho_server::config::Service;
use sekisho_store::{AccountKind, Actor, Folder, HoldQuery, RecipientState};
use sekisho_testkit::Wire;
use support::{PASSWORD, Smtp, World};

const GOOD: &str = "From: Kobayashi <kobayashi@good.example.net>\r\nTo: user1@hanko.example.jp\r\n\
                    Subject: =?UTF-8?B?44GU5oyo5ouG?=\r\nMessage-ID: <1@good.example.net>\r\n\
                    Date: Tue, 3 Nov 2026 09:12:00 +0900\r\n\r\nHello.\r\n..dot\r\n";

#[test]
fn a_mail_from_outside_is_delivered_with_its_trace() {
    let world = World::new();
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    let reply = smtp.mail(
        "kobayashi@good.example.net",
        &["user1@hanko.example.jp"],
        GOOD,
    );
    assert!(reply.starts_with("250 2."), "{reply}");

    let mails = world.imap("user1").mails("INBOX");
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(
        mail.header("Return-Path").unwrap(),
        "<kobayashi@good.example.net>"
    );
    let received = mail.header("Received").unwrap();
    assert!(
        received.contains("from mx.good.example.net ([127.0.0.1])"),
        "{received}"
    );
    assert!(
        received.contains("by mail.hanko.example.jp with ESMTP"),
        "{received}"
    );
    assert!(
        received.contains("for <user1@hanko.example.jp>"),
        "{received}"
    );
    let id = reply
        .split_whitespace()
        .find(|word| word.len() >= 13 && received.contains(*word));
    assert!(
        id.is_some(),
        "the id of the reply is in Received: {reply} / {received}"
    );
    let results = mail.header("Authentication-Results").unwrap();
    assert!(results.starts_with("mail.hanko.example.jp;"), "{results}");
    assert!(
        results.contains("spf=pass") && results.contains("dmarc=pass"),
        "{results}"
    );
    let content = String::from_utf8_lossy(&mail.content);
    assert!(content.ends_with("\r\n\r\nHello.\r\n.dot\r\n"), "{content}");
    assert!(world.imap("user2").mails("INBOX").is_empty());
}

#[test]
fn a_forged_mail_is_not_delivered() {
    let world = World::new();
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.forged.example.net", "250");
    let forged = GOOD.replace("good.example.net", "forged.example.net");
    let reply = smtp.mail(
        "kobayashi@forged.example.net",
        &["user1@hanko.example.jp"],
        &forged,
    );
    // Refused or quarantined, as the policy says; never in the mailbox.
    assert!(
        reply.starts_with("550 ") || reply.starts_with("250 "),
        "{reply}"
    );
    assert!(world.imap("user1").everything().is_empty());
}

#[test]
fn results_in_our_name_do_not_pass() {
    let world = World::new();
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    let lies =
        "Authentication-Results: mail.hanko.example.jp; dkim=pass header.d=bank.example.jp\r\n";
    let others = "Authentication-Results: mx.good.example.net; none\r\n";
    let reply = smtp.mail(
        "kobayashi@good.example.net",
        &["user1@hanko.example.jp"],
        &format!("{lies}{others}{GOOD}"),
    );
    assert!(reply.starts_with("250 "), "{reply}");
    let mails = world.imap("user1").mails("INBOX");
    let content = String::from_utf8_lossy(&mails[0].content);
    assert!(!content.contains("bank.example.jp"), "{content}");
    assert!(content.contains("mx.good.example.net; none"), "{content}");
}

#[test]
fn nobody_relays_without_signing_in() {
    let world = World::new();
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    for to in [
        "victim@other.example.org",
        "victim%other.example.org@hanko.example.jp",
        "@hanko.example.jp:victim@other.example.org",
        "\"victim@other.example.org\"@hanko.example.jp",
        "victim!other.example.org@hanko.example.jp",
        "other.example.org!victim",
        "victim@[192.0.2.1]",
        "victim@[127.0.0.1]",
        "victim@hanko.example.jp.other.example.org",
        "victim@hanko.example.jp@other.example.org",
        "user1@ｈanko.example.jp.evil.example",
        "\"user1@hanko.example.jp\"@other.example.org",
    ] {
        smtp.expect("MAIL FROM:<kobayashi@good.example.net>", "250");
        let reply = smtp.say(&format!("RCPT TO:<{to}>"));
        assert!(reply.starts_with('5'), "{to} → {reply}");
        smtp.expect("RSET", "250");
    }
    smtp.expect("MAIL FROM:<>", "250");
    smtp.expect("RCPT TO:<nobody@hanko.example.jp>", "550");
    smtp.expect("RCPT TO:<Postmaster>", "250");
    smtp.expect("RCPT TO:<USER1+tag@HANKO.example.jp>", "250");
}

#[test]
fn submission_needs_tls_a_password_and_an_own_address() {
    let world = World::new();
    let mut smtp = Smtp::greeted(Wire::connect(world.address(Service::Submission)));
    let hello = smtp.expect("EHLO client.example.jp", "250");
    assert!(
        hello.contains("STARTTLS") && !hello.contains("AUTH"),
        "{hello}"
    );
    smtp.expect("MAIL FROM:<user1@hanko.example.jp>", "530");
    smtp.expect("STARTTLS", "220");
    smtp.wire.start_tls(&world.trust());
    let hello = smtp.expect("EHLO client.example.jp", "250");
    assert!(
        hello.contains("SCRAM-SHA-256-PLUS") && !hello.contains("STARTTLS"),
        "{hello}"
    );
    smtp.sign_in("user1@hanko.example.jp", "wrong password", "535");
    smtp.sign_in("user1@hanko.example.jp", PASSWORD, "235");
    smtp.expect("MAIL FROM:<user2@hanko.example.jp>", "553");
    smtp.expect("MAIL FROM:<user1+tag@hanko.example.jp>", "250");
}

#[test]
fn a_submitted_mail_is_completed() {
    let world = World::new();
    let content = "From: user1@hanko.example.jp\r\nTo: user2@hanko.example.jp\r\nBcc: secret@hanko.example.jp,\r\n\
                   \tmore@hanko.example.jp\r\nSubject: plan\r\n\r\nBcc: stays in the body\r\n";
    let mut smtp = world.submission("user1@hanko.example.jp");
    let reply = smtp.mail(
        "user1@hanko.example.jp",
        &["user2@hanko.example.jp"],
        content,
    );
    assert!(reply.starts_with("250 "), "{reply}");
    let mails = world.imap("user2").mails("INBOX");
    let mail = &mails[0];
    assert!(mail.header("Bcc").is_none());
    assert!(mail.header("Date").is_some());
    assert!(
        mail.header("Message-ID")
            .unwrap()
            .ends_with("@mail.hanko.example.jp>")
    );
    let received = mail.header("Received").unwrap();
    assert!(received.contains("with ESMTPSA"), "{received}");
    assert!(mail.header("Authentication-Results").is_none());
    let content = String::from_utf8_lossy(&mail.content);
    assert!(
        content.ends_with("\r\n\r\nBcc: stays in the body\r\n"),
        "{content}"
    );
}

#[test]
fn lists_show_the_lines_that_were_completed_and_open_nothing() {
    let world = World::new();
    let content = "From: user1@hanko.example.jp\r\nTo: user2@hanko.example.jp\r\nSubject: plan\r\nX-Other: no\r\n\r\nx\r\n";
    let mut smtp = world.submission("user1@hanko.example.jp");
    let from = "user1@hanko.example.jp";
    let reply = smtp.mail(from, &["user2@hanko.example.jp"], content);
    assert!(reply.starts_with("250 "), "{reply}");
    let mut imap = world.imap("user2");
    let message_id = imap.mails("INBOX")[0].header("Message-ID").unwrap();

    let reader = world.store.reader().unwrap();
    let account = world.account("user2");
    let inbox = reader.mailbox(account, &Folder::Inbox).unwrap().id;
    let row = reader.messages(account, inbox, &[1]).unwrap().remove(0);
    let kept = String::from_utf8(row.view.list_header.unwrap()).unwrap();
    let names: Vec<&str> = kept
        .lines()
        .filter_map(|line| Some(line.split_once(':')?.0))
        .collect();
    assert_eq!(names, ["Date", "Message-ID", "From", "To", "Subject"]);
    assert!(kept.contains(&message_id), "{kept}");
    assert!(
        row.view.envelope.contains(&message_id),
        "{}",
        row.view.envelope
    );
    assert_eq!(format!("<{}>", row.summary.message_id), message_id);

    // With the bytes gone only what was kept can answer.
    for file in std::fs::read_dir(world.store.dir().join("blobs")).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let length = std::fs::metadata(&path).unwrap().len();
            std::fs::write(&path, vec![0; usize::try_from(length).unwrap()]).unwrap();
        }
    }
    let mut ask = |command: &str| {
        let lines = imap.command(command);
        String::from_utf8(lines.join(&b"\n"[..])).unwrap()
    };
    ask("SELECT INBOX");
    let fields =
        ask("FETCH 1 (ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID SUBJECT)])");
    assert!(fields.contains("Subject: plan"), "{fields}");
    let found = ask(&format!(
        "SEARCH HEADER MESSAGE-ID {message_id} SUBJECT plan"
    ));
    assert!(found.contains("* SEARCH 1"), "{found}");
}

#[test]
fn a_submitted_mail_says_from_whom_it_is() {
    let world = World::new();
    for from in [
        "user2@hanko.example.jp",
        "ceo@other.example.org",
        "user1@hanko.example.jp, user2@hanko.example.jp",
    ] {
        let mut smtp = world.submission("user1");
        let content = format!("From: {from}\r\nSubject: order\r\n\r\nPay.\r\n");
        let reply = smtp.mail(
            "user1@hanko.example.jp",
            &["user2@hanko.example.jp"],
            &content,
        );
        assert!(reply.starts_with("550 5.7.1 "), "{from} → {reply}");
    }
    assert!(world.imap("user2").everything().is_empty());
}

#[test]
fn each_mailbox_gets_a_mail_once() {
    let world = World::new();
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    let to = [
        "user1@hanko.example.jp",
        "user1+a@hanko.example.jp",
        "user2@hanko.example.jp",
        "USER2@hanko.example.jp",
    ];
    let reply = smtp.mail("kobayashi@good.example.net", &to, GOOD);
    assert!(reply.starts_with("250 "), "{reply}");
    assert_eq!(world.imap("user1").mails("INBOX").len(), 1);
    assert_eq!(world.imap("user2").mails("INBOX").len(), 1);
}

#[test]
fn a_folder_keeps_its_special_use_and_an_examined_one_its_flags() {
    let world = World::new();
    let mut wire = Wire::connect_tls(world.address(Service::Imaps), &world.trust());
    wire.line().unwrap();
    let mut say = |command: &str| {
        wire.send(format!("t {command}\r\n").as_bytes());
        let mut answer = String::new();
        while !answer.lines().any(|line| line.starts_with("t ")) {
            answer.push_str(&wire.line().unwrap());
            answer.push('\n');
        }
        answer
    };
    say(&format!("LOGIN user1 {PASSWORD}"));
    for refused in [
        r"CREATE Posted (USE (\Sent))",
        r"CREATE Stars (USE (\Flagged))",
    ] {
        let answer = say(refused);
        assert!(answer.starts_with("t NO [USEATTR]"), "{answer}");
    }
    assert!(say("DELETE Sent").starts_with("t OK"));
    assert!(say(r"CREATE Posted (USE (\Sent))").starts_with("t OK"));
    let list = say(r#"LIST (SPECIAL-USE) "" "*""#);
    assert!(list.contains(r#"\Sent) "/" "Posted""#), "{list}");

    assert!(say("APPEND Posted {5+}\r\na: b\n").contains("APPENDUID"));
    assert!(say("EXAMINE Posted").contains("[READ-ONLY]"));
    for refused in [r"STORE 1 +FLAGS (\Deleted)", "EXPUNGE", "MOVE 1 INBOX"] {
        let answer = say(refused);
        assert!(answer.starts_with("t NO [READ-ONLY]"), "{answer}");
    }
    say("FETCH 1 BODY[]");
    let flags = say("FETCH 1 FLAGS");
    assert!(!flags.contains("Seen"), "{flags}");
    assert!(say("CLOSE").starts_with("t OK"));
    let status = say("STATUS Posted (MESSAGES UNSEEN DELETED)");
    assert!(
        status.contains("(MESSAGES 1 UNSEEN 1 DELETED 0)"),
        "{status}"
    );
}

#[test]
fn idle_tells_of_new_mail() {
    let world = World::new();
    let mut wire = Wire::connect_tls(world.address(Service::Imaps), &world.trust());
    wire.line().unwrap();
    wire.send(format!("a LOGIN user1 \"{PASSWORD}\"\r\nb SELECT INBOX\r\nc IDLE\r\n").as_bytes());
    while !wire.line().unwrap().starts_with('+') {}
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    smtp.mail(
        "kobayashi@good.example.net",
        &["user1@hanko.example.jp"],
        GOOD,
    );
    while wire.line().unwrap() != "* 1 EXISTS" {}
    wire.send(b"DONE\r\n");
    while !wire.line().unwrap().starts_with("c OK") {}
}

#[test]
fn pop3_reads_and_removes() {
    let world = World::new();
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    smtp.mail(
        "kobayashi@good.example.net",
        &["user1@hanko.example.jp"],
        GOOD,
    );
    let mut wire = Wire::connect_tls(world.address(Service::Pop3s), &world.trust());
    let mut say = |line: &str| {
        wire.send(line.as_bytes());
        let answer = wire.line().unwrap();
        assert!(answer.starts_with("+OK"), "{line} → {answer}");
    };
    say("");
    say("USER user1\r\n");
    say(&format!("PASS {PASSWORD}\r\n"));
    say("STAT\r\n");
    say("DELE 1\r\n");
    say("QUIT\r\n");
    assert!(world.imap("user1").mails("INBOX").is_empty());
}

/// What `build` changes in the directory before anything is sent.
fn world_with(build: impl AsyncFnOnce(&World)) -> World {
    let world = World::new();
    world.runtime.block_on(build(&world));
    world
}

fn person(world: &World, address: &str, plan: Plan) -> NewPerson {
    NewPerson {
        tenant: world.tenant,
        kind: AccountKind::Person,
        address: Address::parse(address).unwrap(),
        name: String::new(),
        language: "ja".to_owned(),
        roles: Roles::STAFF,
        manager: None,
        deputy: None,
        plan,
        password: None,
    }
}

const ACTOR: Actor = Actor::System("test");

#[test]
fn a_full_mailbox_is_told_at_rcpt() {
    let world = world_with(async |world| {
        let small = person(world, "small@hanko.example.jp", Plan::Bytes(1_000));
        world
            .directory
            .add_account(small, ACTOR, Timestamp::now())
            .await
            .unwrap();
    });
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    smtp.expect("MAIL FROM:<kobayashi@good.example.net> SIZE=2000", "250");
    smtp.expect("RCPT TO:<small@hanko.example.jp>", "452 4.2.2 ");
    smtp.expect("RCPT TO:<user1@hanko.example.jp>", "250");
}

#[test]
fn a_mail_belongs_to_one_organisation() {
    let world = world_with(async |world| {
        let (directory, now) = (&world.directory, Timestamp::now());
        let other = directory
            .add_organisation("Soto", ACTOR, now)
            .await
            .unwrap();
        let domain = Domain::parse("soto.example.jp").unwrap();
        directory
            .put_domain(other, &domain, None, ACTOR, now)
            .await
            .unwrap();
        let mut someone = person(world, "someone@soto.example.jp", Plan::Gb2);
        someone.tenant = other;
        directory.add_account(someone, ACTOR, now).await.unwrap();
    });
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    smtp.expect("MAIL FROM:<kobayashi@good.example.net>", "250");
    smtp.expect("RCPT TO:<someone@soto.example.jp>", "250");
    smtp.expect("RCPT TO:<user1@hanko.example.jp>", "452 4.5.3 ");
    smtp.expect("RSET", "250");
    smtp.expect("MAIL FROM:<kobayashi@good.example.net>", "250");
    smtp.expect("RCPT TO:<user1@hanko.example.jp>", "250");
}

#[test]
fn a_group_is_opened_and_nobody_gets_the_mail_twice() {
    let world = world_with(async |world| {
        let (directory, now) = (&world.directory, Timestamp::now());
        let address = |text: &str| Address::parse(text).unwrap();
        let all = address("all@hanko.example.jp");
        // A loop: the group is its own member.
        let members = [
            "user1@hanko.example.jp",
            "user2@hanko.example.jp",
            "all@hanko.example.jp",
        ]
        .map(address);
        directory
            .put_group(world.tenant, &all, "all", &members, ACTOR, now)
            .await
            .unwrap();
    });
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    let to = ["user1@hanko.example.jp", "all@hanko.example.jp"];
    let reply = smtp.mail("kobayashi@good.example.net", &to, GOOD);
    assert!(reply.starts_with("250 "), "{reply}");
    for user in ["user1", "user2"] {
        assert_eq!(world.imap(user).mails("INBOX").len(), 1, "{user}");
    }
}

#[test]
fn a_my_number_waits_for_the_manager() {
    let world = World::new();
    let content = "From: user1@hanko.example.jp\r\nTo: partner@good.example.net\r\nSubject: form\r\nMIME-Version: 1.0\r\n\
                   Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
                   個人番号は 1290-2784-2014 です。\r\n";
    let mut smtp = world.submission("user1");
    let reply = smtp.mail(
        "user1@hanko.example.jp",
        &["partner@good.example.net"],
        content,
    );
    assert!(reply.starts_with("250 "), "{reply}");
    let reader = world.store.reader().unwrap();
    let holds = reader
        .holds(world.tenant, &HoldQuery::default(), Timestamp::now())
        .unwrap();
    assert_eq!(holds.len(), 1);
    assert_eq!(holds[0].approver, world.account("manager"));
    assert!(
        !holds[0].reason_json.contains("1290-2784-2014"),
        "secrets are masked"
    );
    assert_eq!(holds[0].recipients[0].state, RecipientState::Held);
    assert!(
        reader.queue(world.tenant, 10).unwrap().is_empty(),
        "nothing leaves"
    );
}
