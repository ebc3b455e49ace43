//! `kill -9` at any moment: every mail that got its 250 is there after the restart, none twice.
//!
//! `SEKISHO_KILLS` sets how often the server is killed (8 without it); the full form is 200.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use sekisho_testkit::{Demo, Trust, Wire};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sekisho");
/// Connections that send at the same time.
const SENDERS: u64 = 4;
/// A kill comes after so many accepted mails at most.
const ACCEPTED_BEFORE_KILL_MAX: u64 = 40;

/// What became of a mail as its sender knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// The server said 250.
    Accepted,
    /// The connection broke before the answer: it may be there, once.
    Unknown,
}

/// How a mail is addressed, and in how many mailboxes it must then be.
#[derive(Clone, Copy)]
enum Kind {
    One,
    Alias,
    Group,
    Oneself,
    SameMessageId,
    Held,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::One,
        Self::Alias,
        Self::Group,
        Self::Oneself,
        Self::SameMessageId,
        Self::Held,
    ];

    fn copies(self) -> usize {
        match self {
            Self::Group => 2,
            Self::Held => 0,
            _ => 1,
        }
    }

    fn recipient(self) -> &'static str {
        match self {
            Self::One | Self::SameMessageId => "user1@hanko.example.jp",
            Self::Alias => "tantou@hanko.example.jp",
            Self::Group => "everyone@hanko.example.jp",
            Self::Oneself => "user2@hanko.example.jp",
            Self::Held => "sakura@partner.example.com",
        }
    }
}

struct Ledger {
    next: AtomicU64,
    entries: Mutex<HashMap<u64, (Kind, Known)>>,
}

struct Sender {
    smtp: SocketAddr,
    submissions: SocketAddr,
    trust: Trust,
}

impl Sender {
    /// Sends mails until the server goes away or enough is done.
    fn run(&self, ledger: &Ledger, stop: &AtomicBool, accepted: &mpsc::Sender<()>) {
        while !stop.load(Ordering::Relaxed) {
            let number = ledger.next.fetch_add(1, Ordering::Relaxed);
            let kind = Kind::ALL[usize::try_from(number).unwrap() % Kind::ALL.len()];
            match self.send(kind, number) {
                Some(true) => {
                    ledger
                        .entries
                        .lock()
                        .unwrap()
                        .insert(number, (kind, Known::Accepted));
                    let _ = accepted.send(());
                }
                Some(false) => {
                    ledger
                        .entries
                        .lock()
                        .unwrap()
                        .insert(number, (kind, Known::Unknown));
                    return;
                }
                None => return,
            }
        }
    }

    /// Whether it was accepted; `Some(false)` when the answer is missing, `None` when nothing was sent.
    fn send(&self, kind: Kind, number: u64) -> Option<bool> {
        let signs_in = matches!(kind, Kind::Oneself | Kind::Held);
        let (mut wire, from) = if signs_in {
            (
                Wire::try_connect_tls(self.submissions, &self.trust)?,
                "user2@hanko.example.jp",
            )
        } else {
            (Wire::try_connect(self.smtp)?, "load@soto.example.net")
        };
        expect(&mut wire, "220")?;
        say(&mut wire, "EHLO load.soto.example.net", "250")?;
        if signs_in {
            // user2, pass
            say(&mut wire, "AUTH PLAIN AHVzZXIyAHBhc3M=", "235")?;
        }
        say(&mut wire, &format!("MAIL FROM:<{from}>"), "250")?;
        say(&mut wire, &format!("RCPT TO:<{}>", kind.recipient()), "250")?;
        say(&mut wire, "DATA", "354")?;
        wire.send(content(kind, number, from).as_bytes());
        Some(expect(&mut wire, "250").is_some())
    }
}

fn content(kind: Kind, number: u64, from: &str) -> String {
    let message_id = match kind {
        Kind::SameMessageId => "seen-before".to_owned(),
        _ => format!("ledger-{number}"),
    };
    let secret = match kind {
        Kind::Held => "マイナンバー 1234-5678-9018\r\n",
        _ => "",
    };
    format!(
        "From: <{from}>\r\nTo: <{}>\r\nSubject: ledger\r\nX-Ledger: {number}\r\n\
         Date: Tue, 24 Nov 2026 10:00:00 +0900\r\nMessage-ID: <{message_id}@soto.example.net>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         {secret}Mail {number} of the ledger.\r\n.\r\n",
        kind.recipient()
    )
}

fn say(wire: &mut Wire, command: &str, code: &str) -> Option<()> {
    wire.send(format!("{command}\r\n").as_bytes());
    expect(wire, code)
}

fn expect(wire: &mut Wire, code: &str) -> Option<()> {
    loop {
        let line = wire.line()?;
        if !line.starts_with(code) {
            // A server that is being killed may still say 421; all else is a fault.
            assert!(line.starts_with("421"), "wanted {code}, got {line}");
            return None;
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return Some(());
        }
    }
}

fn kills() -> u64 {
    std::env::var("SEKISHO_KILLS")
        .map_or(8, |text| text.parse().expect("SEKISHO_KILLS is a number"))
}

/// Small, and its seed is printed: a run can be repeated as far as timing allows.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, max: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        1 + (self.0 >> 33) % max
    }
}

fn command(demo: &Demo, arguments: &[&str]) -> String {
    let config = demo.dir().join("sekisho.toml");
    let output = std::process::Command::new(PROGRAM)
        .arg("--config")
        .arg(config)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Sends until the dice say so, then kills.
fn one_round(demo: Demo, ledger: &Arc<Ledger>, kill_after: u64) -> tempfile::TempDir {
    let stop = Arc::new(AtomicBool::new(false));
    let (accepted, count) = mpsc::channel();
    let senders: Vec<_> = (0..SENDERS)
        .map(|_| {
            let (ledger, stop, accepted) =
                (Arc::clone(ledger), Arc::clone(&stop), accepted.clone());
            let sender = Sender {
                smtp: demo.port("smtp"),
                submissions: demo.port("submissions"),
                trust: demo.trust(),
            };
            std::thread::spawn(move || sender.run(&ledger, &stop, &accepted))
        })
        .collect();
    drop(accepted);
    for _ in 0..kill_after {
        count
            .recv()
            .expect("the senders go on while the server runs");
    }
    let dir = demo.kill();
    stop.store(true, Ordering::Relaxed);
    for sender in senders {
        sender.join().expect("a sender met a fault");
    }
    dir
}

#[test]
fn no_accepted_mail_is_lost_or_doubled() {
    let seed = std::process::id().into();
    let mut dice = Dice(seed);
    let ledger = Arc::new(Ledger {
        next: AtomicU64::new(0),
        entries: Mutex::default(),
    });
    let mut demo = Demo::start(PROGRAM, &["--no-samples"]);
    command(
        &demo,
        &[
            "alias",
            "add",
            "tantou@hanko.example.jp",
            "user1@hanko.example.jp",
        ],
    );
    command(
        &demo,
        &[
            "group",
            "set",
            "everyone@hanko.example.jp",
            "--member",
            "user1@hanko.example.jp",
            "--member",
            "user2@hanko.example.jp",
        ],
    );
    for _ in 0..kills() {
        let dir = one_round(demo, &ledger, dice.up_to(ACCEPTED_BEFORE_KILL_MAX));
        demo = Demo::start_in(PROGRAM, dir, &["--no-samples"]);
    }

    let found = in_mailboxes(&demo);
    let held = held(&demo);
    let entries = ledger.entries.lock().unwrap();
    let (mut lost, mut doubled, mut accepted) = (Vec::new(), Vec::new(), 0);
    for (number, (kind, known)) in entries.iter() {
        let copies = found.get(number).copied().unwrap_or(0);
        let (have, want) = match kind {
            Kind::Held => (held.get(number).copied().unwrap_or(0), 1),
            _ => (copies, kind.copies()),
        };
        accepted += u64::from(*known == Known::Accepted);
        // Of a mail whose answer is missing, all copies are there or none.
        let nothing_is_right = *known == Known::Unknown && have == 0;
        if have < want && !nothing_is_right {
            lost.push(*number);
        }
        if have > want {
            doubled.push(*number);
        }
    }
    println!(
        "{} kills, seed {seed}: {accepted} accepted, {} lost, {} doubled",
        kills(),
        lost.len(),
        doubled.len()
    );
    assert!(
        accepted >= kills(),
        "the kills came too early to prove anything"
    );
    assert!(
        lost.is_empty() && doubled.is_empty(),
        "seed {seed}: lost {lost:?}, doubled {doubled:?}"
    );
    let verified = command(&demo, &["audit", "verify", "--json"]);
    assert!(verified.contains("\"whole\""), "{verified}");
}

/// How many copies of each numbered mail lie in the mailboxes.
fn in_mailboxes(demo: &Demo) -> HashMap<u64, usize> {
    let mut found = HashMap::new();
    for user in ["user1", "user2"] {
        for (_, mail) in demo.imap(user).everything() {
            if let Some(number) = mail.header("x-ledger").and_then(|text| text.parse().ok()) {
                *found.entry(number).or_default() += 1;
            }
        }
    }
    found
}

/// How often each numbered mail is held.
fn held(demo: &Demo) -> HashMap<u64, usize> {
    let mut found = HashMap::new();
    let list: serde_json::Value = serde_json::from_str(&command(
        demo,
        &[
            "trace",
            "--json",
            "--to",
            "sakura@partner.example.com",
            "--limit",
            "100000",
        ],
    ))
    .unwrap();
    for mail in list.as_array().unwrap() {
        let state = mail["recipients"][0]["state"].as_str();
        let number = mail["message_id"].as_str().and_then(|id| {
            id.trim_start_matches('<')
                .strip_prefix("ledger-")?
                .split('@')
                .next()?
                .parse()
                .ok()
        });
        if let (Some("held"), Some(number)) = (state, number) {
            *found.entry(number).or_default() += 1;
        }
    }
    found
}
