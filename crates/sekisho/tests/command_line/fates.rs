//! P4: one search answers where a mail is, and why.

use sekisho_testkit::{Demo, Sender, Sink, accepted_id, wait_for};
use serde_json::Value;

use crate::PROGRAM;

/// Mail to outside leaves at once.
pub(crate) const AT_ONCE: &str =
    "preset = \"standard\"\n[[change]]\nrule = \"delay-outside\"\nmode = \"off\"\n";

const USER: &str = "user1@hanko.example.jp";
const PROGRAM_FILE: &str = "\nMIME-Version: 1.0\nContent-Type: application/pdf; name=\"invoice.pdf.exe\"\n\
    Content-Disposition: attachment; filename=\"invoice.pdf.exe\"\nContent-Transfer-Encoding: base64\n\n\
    TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
const MY_NUMBER: &str = "\nContent-Type: text/plain; charset=utf-8\n\n個人番号: 1234-5678-9018\n";
const PLAIN: &str = "\n\nhello\n";

/// A mail and what the trace must say of it.
struct Fate {
    id: &'static str,
    from: &'static str,
    to: &'static str,
    rest: &'static str,
    /// What is done to it once it is there.
    then: &'static [&'static str],
    state: &'static [&'static str],
    /// In the words of the verdict, or of the state.
    ja: &'static str,
    en: &'static str,
    /// In the far side's (or our own) reply.
    reply: &'static str,
}

const FATES: &[Fate] = &[
    Fate {
        id: "refused-by-policy",
        from: "alert@bank.example.com",
        to: USER,
        rest: PLAIN,
        then: &[],
        state: &["refused"],
        ja: "DMARC",
        en: "DMARC",
        reply: "550",
    },
    Fate {
        id: "inbox",
        from: "news@soto.example.com",
        to: USER,
        rest: PLAIN,
        then: &[],
        state: &["mailbox"],
        ja: "問題は見つかりませんでした",
        en: "Nothing was found",
        reply: "",
    },
    Fate {
        id: "junk",
        from: "sale@shop.example.net",
        to: USER,
        rest: PLAIN,
        then: &[],
        state: &["junked"],
        ja: "規則「許可されていない送信元」",
        en: "rule “Server not allowed to send”",
        reply: "",
    },
    Fate {
        id: "quarantined",
        from: "news@soto.example.com",
        to: USER,
        rest: PROGRAM_FILE,
        then: &[],
        state: &["quarantined"],
        ja: "規則「危険な添付」",
        en: "rule “Dangerous attachment”",
        reply: "",
    },
    Fate {
        id: "released",
        from: "news@soto.example.com",
        to: USER,
        rest: PROGRAM_FILE,
        then: &["quarantine", "release"],
        state: &["mailbox"],
        ja: "規則「危険な添付」",
        en: "rule “Dangerous attachment”",
        reply: "",
    },
    Fate {
        id: "thrown-away",
        from: "news@soto.example.com",
        to: USER,
        rest: PROGRAM_FILE,
        then: &["quarantine", "delete"],
        state: &["discarded"],
        ja: "規則「危険な添付」",
        en: "rule “Dangerous attachment”",
        reply: "",
    },
    Fate {
        id: "held",
        from: USER,
        to: "sakura@partner.example.com",
        rest: MY_NUMBER,
        then: &[],
        state: &["held"],
        ja: "規則「マイナンバーの社外送信」",
        en: "rule “My Number to the outside”",
        reply: "",
    },
    Fate {
        id: "approved",
        from: USER,
        to: "sakura@partner.example.com",
        rest: MY_NUMBER,
        then: &["hold", "release"],
        state: &["sent", "relayed"],
        ja: "管理者",
        en: "an administrator",
        reply: "250",
    },
    Fate {
        id: "sent-back",
        from: USER,
        to: "sakura@partner.example.com",
        rest: MY_NUMBER,
        then: &["hold", "refuse"],
        state: &["returned"],
        ja: "管理者",
        en: "an administrator",
        reply: "",
    },
    Fate {
        id: "cancelled-while-held",
        from: USER,
        to: "sakura@partner.example.com",
        rest: MY_NUMBER,
        then: &["delay", "cancel"],
        state: &["cancelled"],
        ja: "規則「マイナンバーの社外送信」",
        en: "rule “My Number to the outside”",
        reply: "",
    },
    Fate {
        id: "deferred-dead-port",
        from: USER,
        to: "a@dead.example.org",
        rest: PLAIN,
        then: &[],
        state: &["queued"],
        ja: "送信",
        en: "sent",
        reply: "refused",
    },
    Fate {
        id: "deferred-by-the-far-side",
        from: USER,
        to: "a@slow.example.org",
        rest: PLAIN,
        then: &[],
        state: &["queued"],
        ja: "送信",
        en: "sent",
        reply: "451 4.7.1 come back later",
    },
    Fate {
        id: "bounced",
        from: USER,
        to: "a@strict.example.org",
        rest: PLAIN,
        then: &[],
        state: &["bounced"],
        ja: "送信",
        en: "sent",
        reply: "550 5.1.1 no such person here",
    },
    Fate {
        id: "no-such-domain",
        from: USER,
        to: "a@nowhere.example.org",
        rest: PLAIN,
        then: &[],
        state: &["bounced"],
        ja: "送信",
        en: "sent",
        reply: "5.1.2",
    },
    Fate {
        id: "taken-out-of-the-queue",
        from: USER,
        to: "a@slow.example.org",
        rest: PLAIN,
        then: &["queue", "delete"],
        state: &["bounced", "discarded"],
        ja: "送信",
        en: "sent",
        reply: "administrator",
    },
    Fate {
        id: "sent",
        from: USER,
        to: "a@sink.example.org",
        rest: PLAIN,
        then: &[],
        state: &["sent", "relayed"],
        ja: "送信",
        en: "sent",
        reply: "taken as sink-1",
    },
    Fate {
        id: "to-a-colleague",
        from: USER,
        to: "user2@hanko.example.jp",
        rest: PLAIN,
        then: &[],
        state: &["mailbox"],
        ja: "社内",
        en: "inside the organisation",
        reply: "",
    },
];

fn send(demo: &Demo, fate: &Fate) -> String {
    let mail = format!(
        "From: {}\nTo: {}\nSubject: 件名 {}\nMessage-ID: <{}@fates.example>{}",
        fate.from, fate.to, fate.id, fate.id, fate.rest
    );
    if fate.from == USER {
        demo.submit("user1", &[fate.to], &mail)
    } else {
        Sender::server(demo.port("smtp")).send(fate.from, &[fate.to], &mail)
    }
}

fn search(demo: &Demo, arguments: &[&str]) -> Value {
    let all = [&["trace", "--json", "--limit", "100"], arguments].concat();
    demo.command(&all).json()
}

/// The mail of a fate among those that a search found.
fn its_mail<'a>(fate: &Fate, found: &'a Value) -> Option<&'a Value> {
    let subject = format!("件名 {}", fate.id);
    let mut mails = found.as_array().unwrap().iter();
    mails.find(|mail| mail["subject"] == subject.as_str())
}

fn is_told(fate: &Fate, mail: &Value, by: &str) {
    let what = format!("{} by {by}", fate.id);
    let recipient = &mail["recipients"][0];
    let state = recipient["state"].as_str().unwrap();
    assert!(fate.state.contains(&state), "{what}: {mail:#}");
    for (language, words) in [("ja", fate.ja), ("en", fate.en)] {
        let said = [
            recipient["words"][language].to_string(),
            mail["verdict"]["disposition"]["why"][language].to_string(),
            mail["steps"].to_string(),
        ];
        assert!(
            said.iter().any(|text| text.contains(words)),
            "{what}: no {words}: {mail:#}"
        );
        assert!(!said[0].contains("command-state"), "{what}: {mail:#}");
    }
    let replies = [recipient["reply"].to_string(), mail["steps"].to_string()];
    let said = replies.iter().any(|reply| reply.contains(fate.reply));
    assert!(said, "{what}: no {}: {mail:#}", fate.reply);
}

#[test]
fn one_search_answers_where_a_mail_is_and_why() {
    let demo = Demo::start(PROGRAM, &["--no-samples"]);
    let policy = demo.dir().join("at-once.toml");
    std::fs::write(&policy, AT_ONCE).unwrap();
    demo.command(&["policy", "set", policy.to_str().unwrap()])
        .well();
    let route = |domain: &str, port: &str| {
        let set = [
            "route",
            "set",
            domain,
            "--host",
            "127.0.0.1",
            "--port",
            port,
            "--tls",
            "never",
        ];
        demo.command(&set).well();
    };
    let (slow, strict) = (
        Sink::answering("451 4.7.1 come back later"),
        Sink::answering("550 5.1.1 no such person here"),
    );
    let taking = Sink::answering("250 2.1.5 fine");
    route("slow.example.org", &slow.port());
    route("strict.example.org", &strict.port());
    route("sink.example.org", &taking.port());
    route("dead.example.org", "1");

    for fate in FATES {
        let reply = send(&demo, fate);
        if let [area, verb] = fate.then {
            let id = accepted_id(&reply);
            // What is being sent at this moment cannot be taken out: it is asked again, as a person would.
            wait_for(fate.id, || {
                let said = demo.command(&[area, verb, &id]);
                assert!([0, 1].contains(&said.code), "{}: {said:?}", fate.id);
                (said.code == 0).then_some(())
            });
        }
    }
    for fate in FATES {
        let message_id = format!("<{}@fates.example>", fate.id);
        // What has to go over a socket first has no event that a command could wait for.
        wait_for(fate.id, || {
            let found = search(&demo, &["--message-id", &message_id]);
            let mail = its_mail(fate, &found)?;
            let recipient = &mail["recipients"][0];
            let there = fate.state.contains(&recipient["state"].as_str()?);
            let said = mail.to_string().contains(fate.reply);
            (there && said).then_some(())
        });
        let subject = format!("件名 {}", fate.id);
        for by in [
            ["--from", fate.from],
            ["--to", fate.to],
            ["--subject", &subject],
            ["--message-id", &message_id],
        ] {
            let found = search(&demo, &by);
            let mail = its_mail(fate, &found);
            let mail = mail.unwrap_or_else(|| panic!("{} not found by {by:?}: {found:#}", fate.id));
            is_told(fate, mail, by[0]);
        }
        for (locale, words) in [("ja_JP.UTF-8", fate.ja), ("C", fate.en)] {
            let text = demo
                .command_in(locale, &["trace", "--subject", &subject])
                .well()
                .out;
            assert!(text.contains(words), "{}: no {words} in {text}", fate.id);
            assert!(
                text.contains(fate.reply),
                "{}: no {} in {text}",
                fate.id,
                fate.reply
            );
        }
    }
}

#[test]
fn a_delayed_mail_says_so_and_then_that_it_was_cancelled() {
    let demo = Demo::start(PROGRAM, &["--no-samples"]);
    let to = "suzuki@kyaku.example.org";
    let mail = format!("From: {USER}\nTo: {to}\nSubject: Later\n\nhello\n");
    let id = accepted_id(&demo.submit("user1", &[to], &mail));
    let says = |locale: &str, words: &str| {
        let text = demo.command_in(locale, &["trace", "--to", to]).well().out;
        assert!(text.contains(words), "no {words} in {text}");
    };
    says("C", "waits for its time");
    says("C", "It is sent in 5 min");
    says("ja_JP.UTF-8", "5 分後に送信します");
    demo.command(&["delay", "cancel", &id]).well();
    says("C", "was cancelled by its sender");
    says("ja_JP.UTF-8", "取り消し");
}

/// A mail that never came in has an answer too: by its recipient and by its sender. A guesser of addresses does
/// not fill the trace.
#[test]
fn a_recipient_refused_at_the_door_is_told() {
    let demo = Demo::start(PROGRAM, &["--no-samples"]);
    let mut sender = Sender::server(demo.port("smtp"));
    let refused = "nobody@hanko.example.jp";
    let said = sender.send(
        "a@soto.example.net",
        &[refused],
        "Subject: never\n\nhello\n",
    );
    assert!(said.starts_with("550 5.1.1"), "{said}");
    for search in [["--to", refused], ["--from", "a@soto.example.net"]] {
        let mail = wait_for("the note of the refusal", || {
            let said = demo.command(&[&["trace", "--json"], &search[..]].concat());
            let found: Value = serde_json::from_str(&said.out).unwrap_or_default();
            found.get(0).cloned()
        });
        assert_eq!(mail["recipients"][0]["state"], "refused", "{mail:#}");
        let told = mail.to_string();
        assert!(told.contains("550 5.1.1"), "{mail:#}");
        assert!(
            told.contains("受信を拒否しました") && told.contains("was refused"),
            "{mail:#}"
        );
    }
}
