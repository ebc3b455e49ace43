//! P4: one search answers where a mail is, and why, within five seconds. `SEKISHO_TRACED` sets how many mails of others
//! are in the store (1,000 without it); the full form is 20,000.

mod door;
mod filler;
mod table;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sekisho_testkit::{Demo, Sender, Sink, accepted_id, wait_for};
use serde_json::Value;

use crate::PROGRAM;
use table::{FATES, Fate, POLICY, USER};

/// Mail to outside leaves at once.
pub(crate) const AT_ONCE: &str =
    "preset = \"standard\"\n[[change]]\nrule = \"delay-outside\"\nmode = \"off\"\n";

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
    in_time(&format!("{arguments:?}"), || demo.command(&all)).json()
}

/// P4: an answer within five seconds.
fn in_time<T>(what: &str, ask: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let answer = ask();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(5), "{what} took {took:?}");
    LONGEST_MS.fetch_max(u64::try_from(took.as_millis()).unwrap(), Ordering::Relaxed);
    answer
}

/// How many mails of others are in the store: the full form has 20,000.
fn mails_of_others() -> i64 {
    std::env::var("SEKISHO_TRACED").map_or(1_000, |text| {
        text.parse().expect("SEKISHO_TRACED is a number")
    })
}

/// The longest that a search took.
static LONGEST_MS: AtomicU64 = AtomicU64::new(0);

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
    let dir = Demo::start(PROGRAM, &["--no-samples"]).kill();
    filler::fill(dir.path(), mails_of_others());
    let demo = Demo::start_in(PROGRAM, dir, &["--no-samples"]);
    let policy = demo.dir().join("fates.toml");
    std::fs::write(&policy, POLICY).unwrap();
    let policy = policy.display().to_string();
    for set in [
        &["policy", "set", &policy][..],
        &["alias", "add", "tantou@hanko.example.jp", USER],
        &[
            "group",
            "set",
            "everyone@hanko.example.jp",
            "--member",
            USER,
        ],
    ] {
        demo.command(set).well();
    }
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
        if let [area, verb, more @ ..] = fate.then {
            let id = accepted_id(&reply);
            let command = [&[area, verb, id.as_str()][..], more].concat();
            // What is being sent at this moment cannot be taken out: it is asked again, as a person would.
            wait_for(fate.id, || {
                let said = demo.command(&command);
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
            let asked = ["trace", "--subject", &subject];
            let text = in_time(fate.id, || demo.command_in(locale, &asked))
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
    door::each_refusal_is_found(&demo);
    println!(
        "{} fates, {} at the door, {} mails of others: the longest search took {} ms",
        FATES.len(),
        door::REFUSALS.len(),
        mails_of_others(),
        LONGEST_MS.load(Ordering::Relaxed)
    );
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
