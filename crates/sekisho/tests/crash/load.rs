//! Connections that send mails of every kind until the server goes away.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use sekisho_testkit::{Demo, Trust, Wire};
use tempfile::TempDir;

use crate::ledger::{Event, Kind, Ledger};

/// Connections that send at the same time.
const SENDERS: usize = 4;
const PROGRAM_FILE: &str =
    "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Senders at work.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    events: mpsc::Receiver<Event>,
    senders: Vec<JoinHandle<()>>,
}

impl Load {
    pub(crate) fn on(demo: &Demo, ledger: &Ledger) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (tell, events) = mpsc::channel();
        let senders = (0..SENDERS)
            .map(|_| {
                let sender = Sender {
                    smtp: demo.port("smtp"),
                    submissions: demo.port("submissions"),
                    trust: demo.trust(),
                    ledger: ledger.clone(),
                };
                let (stop, tell) = (Arc::clone(&stop), tell.clone());
                std::thread::spawn(move || sender.run(&stop, &tell))
            })
            .collect();
        Self {
            stop,
            events,
            senders,
        }
    }

    /// Until this has happened so often.
    pub(crate) fn wait_for(&self, wanted: Event, times: usize) {
        let mut seen = 0;
        while seen < times {
            let event = self.events.recv();
            seen += usize::from(event.expect("the senders go on while the server runs") == wanted);
        }
    }

    /// Kills the server in the middle of it.
    pub(crate) fn end(self, demo: Demo) -> TempDir {
        let dir = demo.kill();
        self.stop.store(true, Ordering::Relaxed);
        for sender in self.senders {
            sender.join().expect("a sender met a fault");
        }
        dir
    }
}

struct Sender {
    smtp: SocketAddr,
    submissions: SocketAddr,
    trust: Trust,
    ledger: Ledger,
}

/// Why a mail came to no answer at its end.
enum Broken {
    /// 4xx on the way.
    Refused(String),
    /// The server went away.
    Gone,
}

impl Sender {
    /// Sends mails until the server goes away or enough is done.
    fn run(&self, stop: &AtomicBool, tell: &mpsc::Sender<Event>) {
        while !stop.load(Ordering::Relaxed) {
            let (number, kind) = self.ledger.next();
            let mut is_sent = false;
            let event = match self.send(kind, number, &mut is_sent) {
                Ok(()) => Event::Accepted,
                Err(Broken::Refused(line)) if line.contains(" 4.2.2") => Event::OverQuota,
                Err(Broken::Refused(_)) => Event::DiskFull,
                Err(Broken::Gone) if is_sent => Event::Unknown,
                Err(Broken::Gone) => return,
            };
            self.ledger.note(number, kind, event);
            if event == Event::Unknown {
                return;
            }
            let _ = tell.send(event);
        }
    }

    fn send(&self, kind: Kind, number: u64, is_sent: &mut bool) -> Result<(), Broken> {
        let (wire, from) = if kind.is_submitted() {
            (
                Wire::try_connect_tls(self.submissions, &self.trust),
                "user2@hanko.example.jp",
            )
        } else {
            (Wire::try_connect(self.smtp), "load@soto.example.net")
        };
        let mut wire = wire.ok_or(Broken::Gone)?;
        expect(&mut wire, "220")?;
        say(&mut wire, "EHLO load.soto.example.net", "250")?;
        if kind.is_submitted() {
            // user2, pass
            say(&mut wire, "AUTH PLAIN AHVzZXIyAHBhc3M=", "235")?;
        }
        say(&mut wire, &format!("MAIL FROM:<{from}>"), "250")?;
        say(&mut wire, &format!("RCPT TO:<{}>", kind.recipient()), "250")?;
        say(&mut wire, "DATA", "354")?;
        *is_sent = true;
        wire.send(content(kind, number, from).as_bytes());
        expect(&mut wire, "250")
    }
}

fn content(kind: Kind, number: u64, from: &str) -> String {
    let message_id = match kind {
        Kind::SameMessageId => "seen-before".to_owned(),
        _ => format!("ledger-{number}"),
    };
    let body = match kind {
        Kind::Held => "マイナンバー 1234-5678-9018",
        Kind::BrokenRule => "Whoever approves this is nobody here.",
        Kind::Quarantined => PROGRAM_FILE,
        _ => "A mail of the ledger.",
    };
    let form = match kind {
        Kind::Quarantined => {
            "application/pdf; name=\"invoice.pdf.exe\"\r\n\
             Content-Disposition: attachment; filename=\"invoice.pdf.exe\"\r\n\
             Content-Transfer-Encoding: base64"
        }
        _ => "text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit",
    };
    format!(
        "From: <{from}>\r\nTo: <{}>\r\nSubject: ledger {number}\r\nX-Ledger: {number}\r\n\
         X-Kind: {kind:?}\r\nDate: Tue, 24 Nov 2026 10:00:00 +0900\r\n\
         Message-ID: <{message_id}@soto.example.net>\r\nMIME-Version: 1.0\r\nContent-Type: {form}\r\n\r\n\
         {body}\r\n.\r\n",
        kind.recipient()
    )
}

fn say(wire: &mut Wire, command: &str, code: &str) -> Result<(), Broken> {
    wire.send(format!("{command}\r\n").as_bytes());
    expect(wire, code)
}

fn expect(wire: &mut Wire, code: &str) -> Result<(), Broken> {
    loop {
        let line = wire.line().ok_or(Broken::Gone)?;
        if !line.starts_with(code) {
            // A server that is being killed may still say 421.
            if line.starts_with("421") || line.is_empty() {
                return Err(Broken::Gone);
            }
            assert!(line.starts_with('4'), "wanted {code}, got {line}");
            return Err(Broken::Refused(line));
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(());
        }
    }
}
