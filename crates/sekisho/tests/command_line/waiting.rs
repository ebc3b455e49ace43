//! Mail that waits, in an administrator's hands: what the commands do shows in the mailboxes.

use sekisho_mime::Message;
use sekisho_testkit::{Demo, Sender, Sink, accepted_id, wait_for};
use serde_json::Value;

use crate::PROGRAM;

const PARTNER: &str = "sakura@partner.example.com";

fn demo() -> Demo {
    Demo::start(PROGRAM, &["--no-samples"])
}

fn json(demo: &Demo, arguments: &[&str]) -> Value {
    demo.command(&[arguments, &["--json"]].concat())
        .well()
        .json()
}

fn held(demo: &Demo, subject: &str) -> String {
    let mail = format!(
        "From: user1@hanko.example.jp\nTo: {PARTNER}\nSubject: {subject}\n\
         Content-Type: text/plain; charset=utf-8\n\n個人番号: 1234-5678-9018\n"
    );
    accepted_id(&demo.submit("user1", &[PARTNER], &mail))
}

/// A mail with a program in it, from outside. Gives its id.
fn quarantined(demo: &Demo, subject: &str) -> String {
    let mail = format!(
        "From: news@soto.example.com\nTo: user1@hanko.example.jp\nSubject: {subject}\nMIME-Version: 1.0\n\
         Content-Type: application/pdf; name=\"invoice.pdf.exe\"\n\
         Content-Disposition: attachment; filename=\"invoice.pdf.exe\"\nContent-Transfer-Encoding: base64\n\n\
         TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
    );
    let to = ["user1@hanko.example.jp"];
    accepted_id(&Sender::server(demo.port("smtp")).send("news@soto.example.com", &to, &mail))
}

fn texts(demo: &Demo, user: &str) -> Vec<(String, String)> {
    let mails = demo.imap(user).mails("INBOX");
    let read = mails.iter().map(|mail| {
        let message = Message::parse(&mail.content);
        let text = message.parts().find_map(|part| part.text());
        (
            message.subject().unwrap_or_default(),
            text.unwrap_or_default(),
        )
    });
    read.collect()
}

fn state(demo: &Demo, mail: &str) -> String {
    let found = json(demo, &["trace", "--id", mail]);
    found[0]["recipients"][0]["state"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn holds_are_shown_released_and_refused() {
    let demo = demo();
    let (one, two) = (held(&demo, "First"), held(&demo, "Second"));
    let list = json(&demo, &["hold", "list"]);
    assert_eq!(list.as_array().unwrap().len(), 2, "{list}");
    assert_eq!(list[0]["approver"], "manager@hanko.example.jp");
    let text = demo.command(&["hold", "list"]).well().out;
    assert!(text.contains(&one) && text.contains("First"), "{text}");
    let shown = json(&demo, &["hold", "show", &one]);
    assert_eq!(
        shown["reasons"]["findings"][0]["id"], "dlp.my_number",
        "{shown}"
    );
    let text = demo
        .command_in("ja_JP.UTF-8", &["hold", "show", &one])
        .well()
        .out;
    assert!(
        text.contains("マイナンバー") && !text.contains("{\""),
        "{text}"
    );

    demo.command(&["hold", "release", &one, "--comment", "よい \u{7}x"])
        .well();
    demo.command(&["hold", "refuse", &two, "--comment", "宛先違い"])
        .well();
    assert_eq!(state(&demo, &two), "returned");
    wait_for("the first to leave", || {
        ["sent", "relayed"]
            .contains(&state(&demo, &one).as_str())
            .then_some(())
    });
    let told = texts(&demo, "user1");
    let find = |word: &str| told.iter().find(|(subject, _)| subject.starts_with(word));
    let (_, released) = find("【承認】").unwrap_or_else(|| panic!("{told:?}"));
    assert!(released.contains("よい  x"), "{released}");
    let (_, refused) = find("【差戻し】").unwrap_or_else(|| panic!("{told:?}"));
    assert!(refused.contains("宛先違い"), "{refused}");

    let again = demo.command(&["hold", "refuse", &one]);
    assert_eq!(again.code, 1);
    assert!(
        again.err.contains("decided already, by an administrator"),
        "{again:?}"
    );
    let audit = json(
        &demo,
        &["audit", "search", "--action", "hold.", "--subject", &two],
    );
    assert!(audit.to_string().contains("console:"), "{audit}");
    assert_eq!(json(&demo, &["hold", "list"]), Value::Array(vec![]));
}

#[test]
fn a_delay_is_cancelled() {
    let demo = demo();
    let to = "suzuki@kyaku.example.org";
    let mail = format!("From: user1@hanko.example.jp\nTo: {to}\nSubject: Delayed\n\nhello\n");
    let id = accepted_id(&demo.submit("user1", &[to], &mail));
    let list = json(&demo, &["delay", "list"]);
    assert_eq!(list[0]["mail"], id.as_str(), "{list}");
    let done = json(&demo, &["delay", "cancel", &id]);
    assert_eq!(done["stopped"], 1, "{done}");
    assert_eq!(state(&demo, &id), "cancelled");
    let again = demo.command(&["delay", "cancel", &id]);
    assert_eq!(again.code, 1);
    assert!(
        again.err.contains("No recipient is left to stop"),
        "{again:?}"
    );
}

#[test]
fn a_quarantined_mail_is_released_or_deleted() {
    let demo = demo();
    let (one, two) = (quarantined(&demo, "Wanted"), quarantined(&demo, "Unwanted"));
    assert_eq!(demo.imap("user1").mails("INBOX").len(), 0);
    let list = json(&demo, &["quarantine", "list"]);
    assert_eq!(list.as_array().unwrap().len(), 2, "{list}");
    let text = demo
        .command_in("ja_JP.UTF-8", &["quarantine", "show", &one])
        .well()
        .out;
    assert!(
        text.contains("隔離") && text.contains("invoice.pdf.exe"),
        "{text}"
    );
    assert_eq!(
        json(&demo, &["quarantine", "show", &one])["id"],
        one.as_str()
    );

    demo.command(&["quarantine", "release", &one]).well();
    demo.command(&["quarantine", "delete", &two]).well();
    let subjects: Vec<_> = texts(&demo, "user1")
        .into_iter()
        .map(|(subject, _)| subject)
        .collect();
    assert_eq!(subjects, ["Wanted"]);
    assert_eq!(state(&demo, &one), "mailbox");
    assert_eq!(state(&demo, &two), "discarded");
    let again = demo.command(&["quarantine", "release", &two]);
    assert_eq!(again.code, 3);
    assert!(again.err.contains("is not quarantined"), "{again:?}");
}

#[test]
fn the_queue_is_retried_and_emptied() {
    let demo = demo();
    let policy = demo.dir().join("at-once.toml");
    std::fs::write(&policy, crate::fates::AT_ONCE).unwrap();
    let rules = json(&demo, &["policy", "set", policy.to_str().unwrap()]);
    assert!(rules["rules"].as_u64().unwrap() > 5, "{rules}");
    assert_eq!(
        demo.command(&["policy", "show"]).well().out,
        crate::fates::AT_ONCE
    );
    std::fs::write(&policy, "preset = \"standard\"\n[[rule]]\nname = 3\n").unwrap();
    let wrong = demo.command(&["policy", "set", policy.to_str().unwrap()]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert_eq!(
        demo.command(&["policy", "show"]).well().out,
        crate::fates::AT_ONCE
    );
    let rules = demo
        .command_in("ja_JP.UTF-8", &["policy", "explain"])
        .well()
        .out;
    assert!(
        rules.contains("マイナンバー") || rules.contains("送信メール"),
        "{rules}"
    );

    let sink = Sink::answering("451 4.7.1 come back later");
    let set = [
        "route",
        "set",
        "slow.example.org",
        "--host",
        "127.0.0.1",
        "--tls",
        "never",
    ];
    demo.command(&[&set[..], &["--port", &sink.port()]].concat())
        .well();
    let routes = json(&demo, &["route", "list"]);
    assert!(routes.to_string().contains("slow.example.org"), "{routes}");
    let to = "someone@slow.example.org";
    let mail = format!("From: user1@hanko.example.jp\nTo: {to}\nSubject: Slow\n\nhello\n");
    let id = accepted_id(&demo.submit("user1", &[to], &mail));
    let attempts = || {
        let list = json(&demo, &["queue", "list"]);
        list[0]["attempts"].as_u64().unwrap_or(0)
    };
    wait_for("the first attempt", || (attempts() >= 1).then_some(()));
    let list = demo.command(&["queue", "list"]).well().out;
    assert!(list.contains("come back later"), "{list}");
    for retry in [
        &["queue", "retry", &id][..],
        &["queue", "retry", "--destination", "slow.example.org"],
        &["queue", "retry"],
    ] {
        let before = attempts();
        assert_eq!(json(&demo, retry)["due"], 1, "{retry:?}");
        wait_for("another attempt", || (attempts() > before).then_some(()));
    }
    wait_for("a moment between two attempts", || {
        (demo.command(&["queue", "delete", &id]).code == 0).then_some(())
    });
    let again = demo.command(&["queue", "delete", &id]);
    assert_eq!(again.code, 3);
    assert!(again.err.contains("does not wait to be sent"), "{again:?}");
    assert_eq!(demo.command(&["queue", "retry", &id]).code, 3);
    assert_eq!(json(&demo, &["queue", "list"]), Value::Array(vec![]));
    let told = texts(&demo, "user1");
    assert!(
        told.iter().any(|(_, text)| text.contains(to)),
        "a bounce: {told:?}"
    );
    demo.command(&["route", "remove", "slow.example.org"])
        .well();
}
