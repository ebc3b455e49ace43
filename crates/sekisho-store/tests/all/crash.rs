//! Kill -9 at random moments under load: what was told 250 is there, once; nothing else is half there.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::kit::*;
use sekisho_store::*;

const DIR: &str = "SEKISHO_STORE_CRASH_DIR";
const KILLS: &str = "SEKISHO_STORE_KILLS";
const SUBMITTERS: usize = 8;

/// The child: submits until it is killed, and prints an id only after its `Durable`.
#[test]
#[ignore = "the child of `acknowledged_mail_survives_kills`"]
fn child() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let store = Store::open(options(dir.as_ref())).unwrap();
    let user = store.reader().unwrap().directory().unwrap().accounts[0].id;
    let out = std::sync::Mutex::new(std::io::stdout());
    std::thread::scope(|scope| {
        for worker in 0..SUBMITTERS {
            let (store, out) = (&store, &out);
            scope.spawn(move || submit(store, user, worker, out));
        }
        scope.spawn(|| run_queue(&store, &out));
    });
}

fn tell(out: &std::sync::Mutex<std::io::Stdout>, line: &str) {
    let mut out = out.lock().unwrap();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

fn submit(store: &Store, user: AccountId, worker: usize, out: &std::sync::Mutex<std::io::Stdout>) {
    let to = Onward::Mailbox {
        account: user,
        folder: Folder::Inbox,
    };
    for n in 0.. {
        let fates = match (n + worker) % 5 {
            0 | 1 => vec![Fate::Onward(to.clone())],
            2 => vec![Fate::Onward(out_to(n)), Fate::Onward(to.clone())],
            3 => vec![Fate::Delay {
                until: at(n as i64 % 7),
                then: to.clone(),
            }],
            _ => vec![Fate::Quarantine(to.clone()), Fate::Onward(out_to(n))],
        };
        let mut mail = new_mail(store, at(n as i64), fates);
        if n % 29 == 7 {
            let mut writer = store.spool().unwrap();
            writer.write(&body(mail.id)).unwrap();
            writer.write(&vec![b'z'; 1 << 20]).unwrap();
            mail.content.body = Body::Spool(writer.finish());
        }
        if n % 3 == 0 {
            mail = told(store, mail, user);
        }
        let durable = store.accept(mail).wait().unwrap();
        tell(out, &format!("accepted {}", durable.mail()));
    }
}

fn out_to(n: usize) -> Onward {
    out(if n.is_multiple_of(2) {
        "a.example"
    } else {
        "b.example"
    })
}

/// Moves what waits, so that kills meet changes of state as well.
fn run_queue(store: &Store, out: &std::sync::Mutex<std::io::Stdout>) {
    loop {
        store.release_delayed(at(3), 5).wait().unwrap();
        let claim = Claim {
            max: 4,
            ..claim(1_000_000)
        };
        for entry in store.claim(claim).wait().unwrap() {
            let attempt = Attempt::Sent {
                reply: "250 ok".into(),
                relayed: false,
            };
            let report = AttemptReport {
                id: entry.id,
                lease: entry.lease,
                remote: "mx".into(),
                attempt,
            };
            let report = QueueReport {
                reports: vec![report],
                tenant: ORG,
                now: at(9),
                notices: vec![],
            };
            store.report(report).wait().unwrap();
            tell(out, &format!("sent {} {}", entry.id.mail, entry.id.nr));
        }
    }
}

/// What the children were told.
#[derive(Default)]
struct Ledger {
    accepted: HashSet<MailId>,
    sent: HashSet<(MailId, u32)>,
}

impl Ledger {
    fn note(&mut self, line: &str) {
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("accepted"), Some(id), None) => {
                assert!(
                    self.accepted.insert(id.parse().unwrap()),
                    "{id} accepted twice"
                );
            }
            (Some("sent"), Some(id), Some(nr)) => {
                let recipient = (id.parse().unwrap(), nr.parse().unwrap());
                assert!(self.sent.insert(recipient), "{recipient:?} sent twice");
            }
            _ => {} // the test harness's own lines, or a line cut by the kill
        }
    }
}

/// Runs a child until it has told `lines`, then kills it.
fn run_and_kill(dir: &std::path::Path, lines: usize, ledger: &mut Ledger) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--ignored", "--nocapture"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    let mut told = 0;
    while out.read_line(&mut line).unwrap() > 0 {
        // A line without its end was cut by the kill.
        if line.ends_with('\n') {
            ledger.note(line.trim_end());
        }
        line.clear();
        told += 1;
        if told == lines {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(
        told >= lines,
        "the child ended by itself after {told} lines"
    );
}

fn check(dir: &std::path::Path, ledger: &Ledger) {
    let store = Store::open(options(dir)).unwrap();
    check_invariants(&store);
    let reader = store.reader().unwrap();
    let user = reader.directory().unwrap().accounts[0].id;
    let inbox = reader.mailbox(user, &Folder::Inbox).unwrap().id;
    let mut copies: HashMap<MailId, u32> = HashMap::new();
    for entry in reader.snapshot(user, inbox).unwrap().messages {
        let mail = entry.mail.unwrap();
        *copies.entry(mail).or_default() += 1;
        let content = reader.content(entry.content).unwrap();
        assert!(content.starts_with(&stored(mail)), "the bytes of {mail}");
    }
    assert!(
        copies.values().all(|count| *count == 1),
        "doubled in a mailbox"
    );
    for id in &ledger.accepted {
        let story = reader
            .story(ORG, *id)
            .unwrap_or_else(|error| panic!("{id} lost: {error}"));
        for recipient in &story.mail.recipients {
            let there = match recipient.state {
                RecipientState::Mailbox => copies.contains_key(id),
                state if state.is_open() => reader.mail_content(ORG, *id).is_ok(),
                state => state == RecipientState::Sent,
            };
            assert!(there, "{id}: {:?}", recipient.state);
            if ledger.sent.contains(&(*id, recipient.id.nr)) {
                assert_eq!(recipient.state, RecipientState::Sent);
            }
        }
    }
}

#[test]
fn acknowledged_mail_survives_kills() {
    let kills: u64 = std::env::var(KILLS)
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(20);
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(options(dir.path())).unwrap();
    populate(&store);
    drop(store);
    let mut ledger = Ledger::default();
    let mut random = std::process::id() as u64 | 1;
    for kill in 0..kills {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        run_and_kill(dir.path(), 1 + (random >> 33) as usize % 150, &mut ledger);
        // The whole ledger against the whole store grows with each kill: now and then, and at the end.
        if kill % 10 == 9 || kill + 1 == kills {
            check(dir.path(), &ledger);
        }
        assert!(ledger.accepted.len() as u64 >= kill / 2);
    }
    println!(
        "{kills} kills, {} accepted, {} sent, 0 lost, 0 doubled",
        ledger.accepted.len(),
        ledger.sent.len()
    );
}
