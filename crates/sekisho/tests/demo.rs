//! What a newcomer sees: each sample of the demo ends where it should, looked at from outside by IMAP.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

use sekisho_testkit::{Demo, SeenMail};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sekisho");

#[test]
fn once_ends_well() {
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM)
        .args(["demo", "--once", "--json", "--dir"])
        .arg(dir.path().join("demo"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said.contains(r#""event":"settled","ok":true"#), "{said}");
}

#[test]
fn samples_lie_where_the_demo_says() {
    let mut demo = Demo::start(PROGRAM, &[]);
    let mut ended = Vec::new();
    while let Some(event) = demo.event_of(&["sample", "settled"]) {
        if event["event"] == "settled" {
            break;
        }
        assert_eq!(event["ended"], event["expected"], "{event}");
        ended.push((
            event["id"].as_str().unwrap().to_owned(),
            event["ended"].as_str().unwrap().to_owned(),
        ));
    }
    assert!(ended.len() >= 8, "{ended:?}");

    let subjects = |user: &str, folder: &str| -> Vec<String> {
        let mails = demo.imap(user).mails(folder);
        mails
            .iter()
            .filter_map(|mail| mail.header("subject"))
            .collect()
    };
    let inbox = subjects("user1", "INBOX");
    assert!(
        inbox.iter().any(|subject| subject.starts_with("Genuine")),
        "{inbox:?}"
    );
    assert!(
        !inbox.iter().any(|subject| subject.starts_with("Forged")),
        "{inbox:?}"
    );
    assert!(
        !inbox.iter().any(|subject| subject.starts_with("Program")),
        "{inbox:?}"
    );
    let junk = subjects("user1", "Junk");
    assert!(
        junk.iter()
            .any(|subject| subject.starts_with("Wrong server")),
        "{junk:?}"
    );
    let colleague = subjects("user2", "INBOX");
    assert!(
        colleague
            .iter()
            .any(|subject| subject.starts_with("Colleague")),
        "{colleague:?}"
    );
    // The manager is asked, in a letter of its own.
    assert_eq!(demo.imap("manager").mails("INBOX").len(), 1);

    for user in ["user1", "manager"] {
        for mail in demo.imap(user).mails("INBOX") {
            if mail.header("auto-submitted").is_some() {
                well_formed(&mail);
            }
        }
    }

    let genuine = demo.imap("user1").mails("INBOX");
    let genuine = genuine
        .iter()
        .find(|mail| {
            mail.header("subject")
                .is_some_and(|subject| subject.starts_with("Genuine"))
        })
        .unwrap();
    let results = genuine.header("authentication-results").unwrap();
    for passed in ["spf=pass", "dkim=pass", "dmarc=pass"] {
        assert!(results.contains(passed), "{results}");
    }
}

/// What we write ourselves: CRLF only, lines of at most 998 octets, a Message-ID and a Date (RFC 5322 §2.1.1, §3.6).
fn well_formed(mail: &SeenMail) {
    let content = &mail.content;
    for (at, byte) in content.iter().enumerate() {
        match byte {
            b'\r' => assert_eq!(content.get(at + 1), Some(&b'\n'), "a bare CR at {at}"),
            b'\n' => assert!(at > 0 && content[at - 1] == b'\r', "a bare LF at {at}"),
            _ => {}
        }
    }
    let longest = content
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::len)
        .max()
        .unwrap();
    assert!(longest <= 999, "a line of {longest} octets");
    let id = mail.header("message-id").unwrap();
    assert!(
        id.starts_with('<') && id.ends_with('>') && id.matches('@').count() == 1,
        "{id}"
    );
    assert!(mail.header("date").is_some());
}
