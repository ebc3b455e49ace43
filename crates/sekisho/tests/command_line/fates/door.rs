//! A mail that never came in has an answer too: by its sender and by its recipient. Of its content nothing is known.

use sekisho_testkit::{Demo, Sender, run, wait_for};
use serde_json::Value;

use super::search;
use crate::PROGRAM;

/// What was refused at the door, and what the trace must say of it.
pub(super) struct Refusal {
    from: &'static str,
    to: &'static str,
    /// Lines above the mail, so many times.
    received: usize,
    reply: &'static str,
    ja: &'static str,
    en: &'static str,
}

pub(super) const REFUSALS: &[Refusal] = &[
    Refusal {
        from: "a@nobody-here.example.net",
        to: "nobody@hanko.example.jp",
        received: 0,
        reply: "550 5.1.1",
        ja: "受信を拒否しました",
        en: "was refused",
    },
    Refusal {
        from: "a@relay.example.net",
        to: "victim@other.example.org",
        received: 0,
        reply: "550 5.7.1",
        ja: "受信を拒否しました",
        en: "was refused",
    },
    Refusal {
        from: "a@full.example.net",
        to: "full@hanko.example.jp",
        received: 0,
        reply: "452 4.2.2",
        ja: "受信を拒否しました",
        en: "was refused",
    },
    Refusal {
        from: "a@circle.example.net",
        to: "user1@hanko.example.jp",
        received: 101,
        reply: "554 5.4.6",
        ja: "メールの終わりで受信を拒否しました",
        en: "Refused at the end of the mail",
    },
];

pub(super) fn each_refusal_is_found(demo: &Demo) {
    let config = demo.dir().join("sekisho.toml");
    let add = [
        "user",
        "add",
        "full@hanko.example.jp",
        "--quota",
        "1B",
        "--password-stdin",
    ];
    run(PROGRAM, &config, "C", "a-long-password\n", &add).well();
    let mut sender = Sender::server(demo.port("smtp"));
    // A mailbox takes the mail that fills it.
    sender.send(
        "a@filler.example.net",
        &["full@hanko.example.jp"],
        "Subject: first\n\nhello\n",
    );
    for refusal in REFUSALS {
        wait_for(refusal.reply, || {
            let head =
                "Received: from a by b; Tue, 3 Nov 2026 09:12:00 +0900\n".repeat(refusal.received);
            let mail = format!("{head}Subject: never\n\nhello\n");
            let said = sender.send(refusal.from, &[refusal.to], &mail);
            // What a mailbox holds is known to the door for two seconds.
            said.starts_with(refusal.reply).then_some(())
        });
        for by in [["--from", refusal.from], ["--to", refusal.to]] {
            let told = wait_for("the note of the refusal", || told(demo, &by, refusal));
            for words in [refusal.ja, refusal.en] {
                assert!(told.contains(words), "no {words} in {told}");
            }
        }
    }
}

fn told(demo: &Demo, by: &[&str], refusal: &Refusal) -> Option<String> {
    let found: Value = search(demo, by);
    let mails = found.as_array()?;
    let refused = mails.iter().find(|mail| {
        let recipient = &mail["recipients"][0];
        let reply = recipient["reply"].as_str().unwrap_or_default();
        recipient["state"] == "refused" && reply.starts_with(refusal.reply)
    });
    refused.map(Value::to_string)
}
