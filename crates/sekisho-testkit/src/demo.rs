//! The product as a person starts it: `sekisho demo --json`, and a look into its mailboxes.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::Browser;
use crate::command::{Said, run};
use crate::imap::Imap;
use crate::ports::free_port;
use crate::sender::Sender;
use crate::wire::Trust;

/// A running demo. Ended when dropped.
pub struct Demo {
    program: String,
    child: Child,
    dir: Option<TempDir>,
    events: BufReader<std::process::ChildStdout>,
    ready: Value,
}

impl Demo {
    /// Starts `program demo --json --password pass` with more arguments, and waits for `ready`.
    ///
    /// # Panics
    /// When the demo ends before it is ready.
    pub fn start(program: &str, arguments: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a directory for the demo");
        Self::start_in(program, dir, arguments)
    }

    /// As `start`, in a directory that may hold the store of an earlier run.
    ///
    /// # Panics
    /// When the demo ends before it is ready.
    pub fn start_in(program: &str, dir: TempDir, arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(["demo", "--json", "--password", "pass", "--dir"])
            .arg(dir.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let out = child.stdout.take().expect("stdout is piped");
        let mut events = BufReader::new(out);
        let ready = next_event(&mut events, "ready").expect("the demo ended before it was ready");
        Self {
            program: program.to_owned(),
            child,
            dir: Some(dir),
            events,
            ready,
        }
    }

    /// Starts `program serve` in a directory that a demo has left, on other free ports, with the text of its
    /// configuration changed by `edit`: for what a demo does not let one set.
    ///
    /// # Panics
    /// When the server ends before it is ready.
    pub fn serve_in(program: &str, dir: TempDir, edit: impl FnOnce(String) -> String) -> Self {
        let config = dir.path().join("sekisho.toml");
        let text = std::fs::read_to_string(&config).expect("a demo was here");
        let (text, ports) = on_free_ports(&edit(text));
        std::fs::write(&config, text).expect("the configuration can be written");
        let mut child = Command::new(program)
            .arg("--config")
            .arg(&config)
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let log = BufReader::new(child.stderr.take().expect("stderr is piped"));
        await_ready(log);
        let out = child.stdout.take().expect("stdout is piped");
        let ca = dir.path().join("data/tls/ca.pem");
        Self {
            program: program.to_owned(),
            child,
            dir: Some(dir),
            events: BufReader::new(out),
            ready: json!({ "ports": ports, "tls_ca": ca }),
        }
    }

    /// Changes the text of the configuration and has the server read it again (only after [`Demo::serve_in`]).
    /// It does so after this has returned.
    ///
    /// # Panics
    /// When the file cannot be changed or the server is gone.
    pub fn reconfigure(&self, edit: impl FnOnce(String) -> String) {
        let config = self.dir().join("sekisho.toml");
        let text = std::fs::read_to_string(&config).expect("the configuration can be read");
        // Whole or not at all: the server may read at any time.
        let fresh = config.with_extension("new");
        std::fs::write(&fresh, edit(text)).expect("the configuration can be written");
        std::fs::rename(fresh, config).expect("the configuration can be replaced");
        let told = Command::new("kill")
            .args(["-HUP", &self.pid().to_string()])
            .status();
        assert!(
            told.is_ok_and(|status| status.success()),
            "the server is gone"
        );
    }

    /// The address of a port named as in the `ready` event (`smtp`, `submissions`, `imaps` …).
    ///
    /// # Panics
    /// When the demo names no such port.
    pub fn port(&self, name: &str) -> SocketAddr {
        let port = self.ready["ports"][name].as_u64();
        let port = port.unwrap_or_else(|| panic!("no port `{name}` in {}", self.ready));
        SocketAddr::from(([127, 0, 0, 1], u16::try_from(port).expect("a port")))
    }

    /// The `ready` event.
    pub fn ready(&self) -> &Value {
        &self.ready
    }

    /// The process, for signals and for what the system tells of it.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where the demo keeps its store.
    pub fn dir(&self) -> &Path {
        self.dir.as_ref().expect("the directory is there").path()
    }

    /// The file with the demo's own CA.
    pub fn ca_file(&self) -> PathBuf {
        PathBuf::from(
            self.ready["tls_ca"]
                .as_str()
                .expect("the demo names its CA"),
        )
    }

    /// What a client of the demo trusts.
    pub fn trust(&self) -> Trust {
        Trust::file(&self.ca_file(), "localhost")
    }

    /// The next event of a kind; earlier ones of other kinds are passed over.
    pub fn event(&mut self, kind: &str) -> Option<Value> {
        next_event(&mut self.events, kind)
    }

    /// The next event of one of several kinds.
    pub fn event_of(&mut self, kinds: &[&str]) -> Option<Value> {
        next_event_of(&mut self.events, kinds)
    }

    /// Kills at once, as a power cut would, and gives the directory back.
    ///
    /// # Panics
    /// When the process cannot be waited for.
    pub fn kill(mut self) -> TempDir {
        self.end();
        self.dir.take().expect("the directory is given back once")
    }

    fn end(&mut self) {
        // An error here means that the child has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Runs a command of the command line against the demo, with English words.
    pub fn command(&self, arguments: &[&str]) -> Said {
        self.command_in("C", arguments)
    }

    /// The same in another locale.
    pub fn command_in(&self, locale: &str, arguments: &[&str]) -> Said {
        let config = self.dir().join("sekisho.toml");
        run(&self.program, &config, locale, "", arguments)
    }

    /// A browser at the console, not signed in.
    pub fn browser(&self) -> Browser {
        Browser::at(self.port("console"))
    }

    /// Hands a mail in as one of the people, and gives the reply.
    pub fn submit(&self, user: &str, to: &[&str], mail: &str) -> String {
        let address = format!("{user}@hanko.example.jp");
        Sender::person(self.port("submissions"), &self.trust(), user, "pass")
            .send(&address, to, mail)
    }

    /// An IMAP connection over TLS, signed in.
    pub fn imap(&self, user: &str) -> Imap {
        Imap::sign_in(self.port("imaps"), &self.trust(), user, "pass")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.end();
    }
}

fn next_event(events: &mut impl BufRead, kind: &str) -> Option<Value> {
    next_event_of(events, &[kind])
}

fn next_event_of(events: &mut impl BufRead, kinds: &[&str]) -> Option<Value> {
    loop {
        let mut line = String::new();
        if events.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let event: Value = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("an event is one JSON object a line: {error}: {line}"));
        if kinds.iter().any(|kind| event["event"] == *kind) {
            return Some(event);
        }
    }
}

/// Each listener on a port that is free now; the ports by the names of the `ready` event.
fn on_free_ports(text: &str) -> (String, serde_json::Map<String, Value>) {
    let (mut ports, mut service) = (serde_json::Map::new(), None);
    let mut lines = Vec::new();
    for line in text.lines() {
        let section = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        if let Some(section) = section {
            service = section.strip_prefix("listeners.").map(str::to_owned);
        }
        match &service {
            Some(service) if line.starts_with("address") => {
                let port = free_port();
                lines.push(format!("address = \"127.0.0.1:{port}\""));
                let name = service.strip_suffix("_plain").unwrap_or(service);
                ports.insert(name.to_owned(), json!(port));
            }
            _ => lines.push(line.to_owned()),
        }
    }
    (lines.join("\n") + "\n", ports)
}

/// Reads the log up to READY, and the rest of it in the background, so that the server never waits for a reader.
fn await_ready(mut log: BufReader<std::process::ChildStderr>) {
    let mut seen = String::new();
    while !seen.contains("READY") {
        let read = log.read_line(&mut seen).unwrap_or(0);
        assert_ne!(read, 0, "the server ended before it was ready: {seen}");
    }
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
}
