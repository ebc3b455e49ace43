//! Rules on a whole server: a mail is submitted, and what the next server and the mailboxes here get is compared
//! byte for byte, but for the Received line on top.
//!
//! `cases/rules/NAME.json`: `policy`, `to`, `mail`, and `sink` (who got what outside), `inboxes` (who got what
//! here; of our own letters the subjects), `reply` where the mail is refused. `UPDATE_EXPECT=1` writes the outcome.
//! Each is tried again with its rules excepted: then the mail goes to everybody as it came.
//!
//! `cases/rules/conditions.jsonl`: whether a condition holds for `cases/rules/mail.eml`, as a condition and as an
//! exception.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sekisho_command::{Caller, Command, Desk, NextHop, Request, RouteTls};
use sekisho_policy::Policy;
use sekisho_testkit::Imap;
use serde_json::{Value, json};

use crate::sink::{Script, Sink};
use crate::support::{Smtp, World};

struct Office {
    world: World,
    sink: Sink,
    desk: Desk,
    /// Signed in once: that costs as much as a hundred mails.
    smtp: Smtp,
    imap: BTreeMap<&'static str, Imap>,
    /// Mails at the sink and in each inbox that earlier cases left.
    seen: usize,
    read: BTreeMap<&'static str, usize>,
}

const USERS: [&str; 4] = ["admin", "manager", "user1", "user2"];

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/rules")
}

impl Office {
    fn new() -> Self {
        let world = World::new();
        let sink = world.runtime.block_on(Sink::open(Script::default()));
        let desk = Desk {
            store: world.store.clone(),
            directory: world.directory.clone(),
            pages: Arc::from("https://mail.hanko.example.jp"),
            hostname: Arc::from("mail.hanko.example.jp"),
        };
        let office = Self {
            smtp: world.submission("user1"),
            imap: USERS
                .into_iter()
                .map(|user| (user, world.imap(user)))
                .collect(),
            world,
            sink,
            desk,
            seen: 0,
            read: USERS.into_iter().map(|user| (user, 0)).collect(),
        };
        office.run(Command::RouteSet {
            destination: "*".to_owned(),
            next_hop: NextHop {
                host: "127.0.0.1".to_owned(),
                port: office.sink.address.port(),
                tls: RouteTls::Never,
                user: None,
                password: None,
            },
        });
        office.run(Command::GroupSet {
            address: "sales@hanko.example.jp".to_owned(),
            name: "Sales".to_owned(),
            members: vec!["user1@hanko.example.jp".to_owned()],
        });
        office.run(Command::AliasAdd {
            alias: "taro@hanko.example.jp".to_owned(),
            address: "user1@hanko.example.jp".to_owned(),
        });
        for (user, department) in [("user1", "営業部"), ("user2", "経理部")] {
            let change = json!({
                "command": "user-set", "address": format!("{user}@hanko.example.jp"), "roles": [],
                "attributes": [format!("department={department}"), "office=東京"],
            });
            office.run(serde_json::from_value(change).unwrap());
        }
        office
    }

    fn run(&self, command: Command) -> Value {
        let caller = Caller::Console {
            user: "test".to_owned(),
        };
        let request = Request {
            organisation: None,
            command,
        };
        let answer = self.desk.run(&caller, request);
        self.world.runtime.block_on(answer).unwrap()
    }

    /// Puts rules into force.
    fn rule_by(&self, text: &str) {
        let want = Policy::parse(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        self.run(Command::PolicySet {
            text: text.to_owned(),
        });
        let running = self.world.running.as_ref().unwrap();
        let until = Instant::now() + Duration::from_secs(30);
        while *running.pipeline().policy(self.world.tenant) != want {
            assert!(
                Instant::now() < until,
                "the policy does not come into force"
            );
            std::thread::yield_now();
        }
    }

    fn send(&mut self, to: &[&str], mail: &str) -> String {
        self.smtp.mail("user1@hanko.example.jp", to, mail)
    }

    /// Waits until nothing is on its way.
    fn settle(&self) {
        let until = Instant::now() + Duration::from_secs(30);
        let reader = self.world.store.reader().unwrap();
        while !reader.queue(self.world.tenant, 10).unwrap().is_empty() {
            assert!(Instant::now() < until, "the queue does not empty");
            std::thread::yield_now();
        }
    }

    /// What came out since it was asked last: outside, and here.
    fn outcome(&mut self) -> (Value, Value) {
        (self.sent(), self.delivered())
    }

    fn sent(&mut self) -> Value {
        self.settle();
        let mut sent: Vec<(Vec<String>, String)> = self
            .sink
            .mails()
            .into_iter()
            .skip(self.seen)
            .map(|mail| {
                let mut to: Vec<String> = mail.to.iter().map(|line| bare(line)).collect();
                to.sort();
                (to, without_received(&mail.content))
            })
            .collect();
        self.seen += sent.len();
        sent.sort();
        let sent = sent.into_iter();
        sent.map(|(to, content)| json!({ "to": to, "content": lines(&content) }))
            .collect()
    }

    fn delivered(&mut self) -> Value {
        let mut inboxes = BTreeMap::new();
        for user in USERS {
            let all = self.imap.get_mut(user).unwrap().mails("INBOX");
            let known = self.read.insert(user, all.len()).unwrap_or_default();
            let new: Vec<Value> = all
                .into_iter()
                .skip(known)
                .map(|mail| {
                    let content = String::from_utf8_lossy(&mail.content).into_owned();
                    if content.contains("Auto-Submitted: auto-generated") {
                        let message = sekisho_mime::Message::parse(&mail.content);
                        json!({ "letter": message.subject() })
                    } else {
                        json!(lines(&without_received(&content)))
                    }
                })
                .collect();
            if !new.is_empty() {
                inboxes.insert(user, new);
            }
        }
        json!(inboxes)
    }
}

fn bare(line: &str) -> String {
    let inner = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or(line, |(inner, _)| inner).to_owned()
}

/// The content without what is written on top at arrival: Return-Path and one Received.
fn without_received(content: &str) -> String {
    let mut rest = content;
    for name in ["Return-Path:", "Received:"] {
        if rest.starts_with(name) {
            let end = rest
                .match_indices("\r\n")
                .find(|(at, _)| !rest[at + 2..].starts_with([' ', '\t']))
                .map_or(rest.len(), |(at, _)| at + 2);
            rest = &rest[end..];
        }
    }
    rest.to_owned()
}

/// Readable in the case files; a line that does not end in CRLF would show.
fn lines(content: &str) -> Vec<&str> {
    content
        .strip_suffix("\r\n")
        .unwrap_or(content)
        .split("\r\n")
        .collect()
}

fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().unwrap().iter();
    list.map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn actions() {
    let mut office = Office::new();
    let mut count = 0;
    for entry in fs::read_dir(cases()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut case: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let policy = texts(&case["policy"]).join("\n");
        let mail = texts(&case["mail"]).join("\r\n") + "\r\n";
        let to = texts(&case["to"]);
        let to: Vec<&str> = to.iter().map(String::as_str).collect();

        office.rule_by(&policy);
        let reply = office.send(&to, &mail);
        let want = case["reply"].as_str().unwrap_or("250 ");
        assert!(reply.starts_with(want), "{name}: {reply}");
        let (sink, inboxes) = office.outcome();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            case["sink"] = sink.clone();
            case["inboxes"] = inboxes.clone();
            fs::write(&path, serde_json::to_string_pretty(&case).unwrap() + "\n").unwrap();
        }
        assert_eq!(pretty(&sink), pretty(&case["sink"]), "{name}: outside");
        assert_eq!(pretty(&inboxes), pretty(&case["inboxes"]), "{name}: here");

        // Excepted, the rule does nothing.
        let excepted = policy.replace("\nthen = ", "\nunless = { always = true }\nthen = ");
        office.rule_by(&excepted);
        assert!(
            office.send(&to, &mail).starts_with("250 "),
            "{name}: excepted"
        );
        let (sink, inboxes) = office.outcome();
        let mut got: Vec<String> = Vec::new();
        for mail_got in sink.as_array().unwrap() {
            assert_eq!(
                mail_got["content"],
                json!(lines(&mail)),
                "{name}: excepted, and changed"
            );
            got.extend(texts(&mail_got["to"]));
        }
        for (user, mails) in inboxes.as_object().unwrap() {
            assert_eq!(
                *mails,
                json!([lines(&mail)]),
                "{name}: excepted, and changed"
            );
            got.push(format!("{user}@hanko.example.jp"));
        }
        got.sort();
        let mut wanted: Vec<String> = to.iter().map(|to| (*to).to_owned()).collect();
        wanted.sort();
        assert_eq!(got, wanted, "{name}: excepted");
        count += 1;
    }
    assert!(count >= 20, "{count} cases found");
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

#[test]
fn conditions() {
    let mut office = Office::new();
    let mail = fs::read_to_string(cases().join("mail.eml")).unwrap();
    let to = [
        "tanaka@soto.example.net",
        "ichiro@gmail.com",
        "user2@hanko.example.jp",
    ];
    let (mut count, mut failures) = (0, Vec::new());
    for line in fs::read_to_string(cases().join("conditions.jsonl"))
        .unwrap()
        .lines()
    {
        let case: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        let (when, holds) = (
            case["when"].as_str().unwrap(),
            case["holds"].as_bool().unwrap(),
        );
        let lists = case["lists"].as_str().unwrap_or_default();
        for exception in [false, true] {
            let asked = if exception {
                format!("when = {{ always = true }}\nunless = {when}")
            } else {
                format!("when = {when}")
            };
            office.rule_by(&format!(
                "{lists}\n[[rule]]\nname = \"asked\"\n{asked}\nthen = {{ edits = [{{ add_header = \"X-Hit\", value = \"yes\" }}] }}\n"
            ));
            assert!(office.send(&to, &mail).starts_with("250 "), "{line}");
            let sink = office.sent();
            let hit = pretty(&sink).contains("X-Hit: yes");
            if hit != (holds != exception) {
                failures.push(format!("exception: {exception}, hit: {hit}, {line}"));
            }
            count += 1;
        }
    }
    assert!(count >= 100, "{count} cases found");
    assert!(
        failures.is_empty(),
        "{} of {count}:\n{}",
        failures.len(),
        failures.join("\n")
    );
    let uses = office
        .world
        .store
        .reader()
        .unwrap()
        .rule_uses(office.world.tenant)
        .unwrap();
    let asked = uses.iter().find(|row| row.rule == "asked").unwrap();
    assert!(asked.hits > 0, "the use of rules is counted");
}

/// What a trial says of past mail is what enforcing does with the same mails afterwards.
#[test]
fn a_trial_counts_what_enforcing_does() {
    let mut office = Office::new();
    office.rule_by("");
    let mail = |subject: &str, text: &str| {
        format!(
            "From: user1@hanko.example.jp\r\nTo: a@far.example.net\r\nSubject: {subject}\r\nDate: Tue, 03 Nov 2026 09:12:00 +0900\r\n\
             Message-ID: <{subject}@hanko.example.jp>\r\n\r\n{text}\r\n"
        )
    };
    let mails: Vec<(Vec<&str>, String)> = (0..20)
        .map(|number| {
            let to = match number % 3 {
                0 => vec!["tanaka@soto.example.net"],
                1 => vec!["ichiro@gmail.com", "user2@hanko.example.jp"],
                _ => vec!["user2@hanko.example.jp"],
            };
            let subject = if number % 2 == 0 { "plan" } else { "note" };
            let text = if number % 5 == 0 {
                "1290-2784-2014 My Number"
            } else {
                "words"
            };
            (to, mail(&format!("{subject}{number}"), text))
        })
        .collect();
    let draft = r#"
[[rule]]
name = "plans"
when = { subject = "plan", recipients = { side = "external" } }
then = { action = "hold", approver = "manager" }

[[rule]]
name = "numbers"
when = { finding = "dlp.my_number" }
unless = { recipients = { side = "internal", every = true } }
then = "quarantine"

[[rule]]
name = "free-mail"
when = { recipients = { personal = true } }
then = { action = "delay", seconds = 3600 }
mode = "watch"
"#;
    for (to, mail) in &mails {
        assert!(office.send(to, mail).starts_with("250 "));
    }
    office.settle();
    let tried = office.run(Command::PolicyTry(sekisho_command::Trial {
        rule: None,
        text: Some(draft.to_owned()),
        since: jiff::Timestamp::UNIX_EPOCH,
        samples: 2,
    }));
    assert_eq!(tried["mails"], 20, "{tried}");

    office.rule_by(draft);
    let before = office
        .world
        .store
        .reader()
        .unwrap()
        .rule_uses(office.world.tenant)
        .unwrap();
    assert!(before.is_empty(), "{before:?}");
    let mut actions: BTreeMap<String, u64> = BTreeMap::new();
    for (to, mail) in &mails {
        let reply = office.send(to, mail);
        let id = reply.split_whitespace().last().unwrap_or_default();
        let reader = office.world.store.reader().unwrap();
        let story = id
            .parse()
            .ok()
            .and_then(|id| reader.story(office.world.tenant, id).ok())
            .unwrap_or_else(|| panic!("no mail in {reply}"));
        let verdict: Value = serde_json::from_str(&story.verdict_json).unwrap();
        let action = verdict["disposition"]["action"].as_str().unwrap();
        *actions.entry(action.to_owned()).or_default() += 1;
    }
    assert_eq!(tried["actions"], json!(actions), "{tried}");
    let stopped = actions.iter().filter(|(action, _)| *action != "deliver");
    assert_eq!(
        tried["stopped"],
        stopped.map(|(_, count)| count).sum::<u64>()
    );

    // And as often as each rule is then counted.
    let until = Instant::now() + Duration::from_secs(30);
    let counted = |office: &Office| {
        let listed = office.run(Command::PolicyList);
        let rules = listed.as_array().unwrap().clone();
        rules
            .iter()
            .map(|rule| {
                (
                    rule["rule"].as_str().unwrap().to_owned(),
                    rule["hits"].as_u64().unwrap(),
                )
            })
            .collect::<BTreeMap<_, _>>()
    };
    let want: BTreeMap<String, u64> = tried["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| {
            (
                rule["rule"].as_str().unwrap().to_owned(),
                rule["matched"].as_u64().unwrap(),
            )
        })
        .collect();
    assert!(
        want.len() == 3 && want.values().all(|count| *count > 0),
        "{want:?}"
    );
    while counted(&office) != want {
        assert!(
            Instant::now() < until,
            "{:?} and not {want:?}",
            counted(&office)
        );
        std::thread::yield_now();
    }
    let samples = tried["rules"][0]["samples"].as_array().unwrap();
    assert_eq!(samples.len(), 2, "{samples:?}");
}

/// What was before: contacts, look-alikes of listed domains, and answers to forged mail.
#[test]
fn history_is_a_fact() {
    let mut office = Office::new();
    let mail = |to: &str, more: &str| {
        format!(
            "From: user1@hanko.example.jp\r\nTo: {to}\r\nSubject: x\r\n{more}Message-ID: <{to}>\r\n\r\nx\r\n"
        )
    };
    let tag = "then = { edits = [{ add_header = \"X-Hit\", value = \"yes\" }] }\n";
    let hit = |office: &mut Office, to: &str, more: &str| {
        assert!(
            office.send(&[to], &mail(to, more)).starts_with("250 "),
            "{to}"
        );
        pretty(&office.sent()).contains("X-Hit: yes")
    };
    office.rule_by(&format!(
        "[[rule]]\nname = \"first\"\nwhen = {{ recipients = {{ first_contact = true }} }}\n{tag}"
    ));
    assert!(hit(&mut office, "tanaka@soto.example.net", ""));
    assert!(
        !hit(&mut office, "tanaka@soto.example.net", ""),
        "written to before"
    );
    assert!(
        hit(&mut office, "suzuki@soto.example.net", ""),
        "somebody else there"
    );

    office.rule_by(&format!(
        "[[list]]\nname = \"partners\"\naddresses = [\"@mitsukoshi-shoji.example\"]\n\
         [[rule]]\nname = \"alike\"\nwhen = {{ recipients = {{ lookalike = true }} }}\n{tag}"
    ));
    assert!(
        !hit(&mut office, "a@mitsukoshi-shoji.example", ""),
        "the partner itself"
    );
    assert!(
        hit(&mut office, "a@mitsukoshi-shojl.example", ""),
        "one letter other"
    );

    // From outside in our name: it waits in quarantine. The answer is told by its rule.
    office.rule_by(&format!(
        "preset = \"standard\"\n[[change]]\nrule = \"delay-outside\"\nmode = \"off\"\n\
         [[rule]]\nname = \"answers\"\nwhen = {{ answers_suspect = true }}\n{tag}"
    ));
    let mut door = office.world.smtp();
    door.expect("EHLO mx.far.example.net", "250");
    let forged = "From: admin@hanko.example.jp\r\nTo: user1@hanko.example.jp\r\nSubject: pay\r\nMessage-ID: <forged@far>\r\n\r\npay\r\n";
    let reply = door.mail("a@far.example.net", &["user1@hanko.example.jp"], forged);
    assert!(reply.starts_with("250 "), "{reply}");
    assert!(!hit(
        &mut office,
        "a@soto.example.net",
        "In-Reply-To: <other@far>\r\n"
    ));
    assert!(hit(
        &mut office,
        "a@soto.example.net",
        "In-Reply-To: <forged@far>\r\n"
    ));
}
