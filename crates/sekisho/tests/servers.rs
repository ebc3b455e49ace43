//! Postfix and Exim exchange mail with the product both ways, over TLS with the certificate checked.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sekisho_testkit::{Demo, free_port, installed, skipped};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sekisho");
/// The longest wait for a mail to arrive on the other side.
const ARRIVES_S: u64 = 60;

/// A mail server of another make, in a directory of its own. Ended when dropped.
struct Peer {
    script: PathBuf,
    dir: PathBuf,
    port: u16,
    domain: &'static str,
}

impl Peer {
    fn start(name: &str, dir: &Path, domain: &'static str, demo: &Demo) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../peers")
            .join(name);
        // Free now; the peer opens it a moment later.
        let port = free_port();
        let dir = dir.join(name);
        let output = Command::new(&script)
            .arg("start")
            .arg(&dir)
            .args([
                &port.to_string(),
                domain,
                &format!("localhost:{}", demo.port("smtp").port()),
            ])
            .arg(readable(&demo.ca_file(), &dir))
            .stdout(Stdio::null())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self {
            script,
            dir,
            port,
            domain,
        }
    }

    /// The mails that it delivered.
    fn mails(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.dir.join("mail/all/new")) else {
            return Vec::new();
        };
        entries
            .map(|entry| {
                String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap()).into_owned()
            })
            .collect()
    }

    fn log(&self) -> String {
        let files = ["log", "log/mainlog"].map(|name| self.dir.join(name));
        files
            .iter()
            .filter_map(|path| std::fs::read_to_string(path).ok())
            .collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = Command::new(&self.script)
            .arg("stop")
            .arg(&self.dir)
            .status();
    }
}

/// Root is needed to start them, as on a real host.
fn can_run(program: &str) -> bool {
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    });
    if !root {
        skipped(&format!("{program} needs root"));
    }
    root
}

fn command(demo: &Demo, arguments: &[&str]) {
    let output = Command::new(PROGRAM)
        .arg("--config")
        .arg(demo.dir().join("sekisho.toml"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Waits until `there` says so. The two servers tell nobody when they have delivered, so it is asked again.
fn wait_for(what: &str, log: impl Fn() -> String, mut there: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(ARRIVES_S);
    let (_never, tick) = std::sync::mpsc::channel::<()>();
    while !there() {
        assert!(
            Instant::now() < deadline,
            "{what} did not arrive within {ARRIVES_S} s\n{}",
            log()
        );
        let _ = tick.recv_timeout(Duration::from_millis(100));
    }
}

/// Mail to outside leaves at once: what is tested here is the way, not the wait.
const AT_ONCE: &str =
    "preset = \"standard\"\n[[change]]\nrule = \"delay-outside\"\nmode = \"off\"\n";

fn exchange(peer: &Peer, demo: &Demo, send: impl Fn(&str)) {
    let policy = demo.dir().join("at-once.toml");
    std::fs::write(&policy, AT_ONCE).unwrap();
    command(demo, &["policy", "set", policy.to_str().unwrap()]);
    let port = peer.port.to_string();
    command(
        demo,
        &[
            "route",
            "set",
            peer.domain,
            "--host",
            "127.0.0.1",
            "--port",
            &port,
        ],
    );

    // From there to here.
    send("From there 件名");
    wait_for(
        "the mail from there",
        || peer.log(),
        || {
            demo.imap("user1").everything().iter().any(|(_, mail)| {
                let received = mail.header("received").unwrap_or_default();
                received.contains("ESMTPS") && mail.header("x-from").as_deref() == Some(peer.domain)
            })
        },
    );

    // From here to there.
    let trust = demo.trust();
    let mut wire = sekisho_testkit::Wire::connect_tls(demo.port("submissions"), &trust);
    let say = |wire: &mut sekisho_testkit::Wire, line: &str, code: &str| {
        if !line.is_empty() {
            wire.send(format!("{line}\r\n").as_bytes());
        }
        loop {
            let reply = wire.line().unwrap();
            assert!(reply.starts_with(code), "{line}: {reply}");
            if reply.as_bytes().get(3) != Some(&b'-') {
                return;
            }
        }
    };
    say(&mut wire, "", "220");
    say(&mut wire, "EHLO client.hanko.example.jp", "250");
    say(&mut wire, "AUTH PLAIN AHVzZXIxAHBhc3M=", "235");
    say(&mut wire, "MAIL FROM:<user1@hanko.example.jp>", "250");
    say(
        &mut wire,
        &format!("RCPT TO:<someone@{}>", peer.domain),
        "250",
    );
    say(&mut wire, "DATA", "354");
    say(
        &mut wire,
        "From: <user1@hanko.example.jp>\r\nTo: <someone@there>\r\nSubject: From here\r\n\r\n..dot\r\nbody\r\n.",
        "250",
    );
    wait_for(
        "the mail to there",
        || peer.log(),
        || {
            peer.mails()
                .iter()
                .any(|mail| mail.contains("Subject: From here"))
        },
    );
    let mail = peer
        .mails()
        .into_iter()
        .find(|mail| mail.contains("Subject: From here"))
        .unwrap();
    assert!(
        mail.contains("\n.dot"),
        "dots are stuffed and taken out again: {mail}"
    );
    assert!(mail.to_ascii_lowercase().contains("message-id:"), "{mail}");
    assert!(
        mail.contains("TLSv1.3") || mail.contains("TLS1.3"),
        "it came over TLS: {mail}"
    );
    assert_eq!(peer.mails().len(), 1, "once");
}

#[test]
fn postfix_both_ways() {
    if !installed("postfix") || !can_run("postfix") {
        return;
    }
    let demo = Demo::start(PROGRAM, &["--no-samples"]);
    let dir = tempfile::tempdir_in("/tmp").unwrap();
    open_to_all(dir.path());
    let peer = Peer::start("postfix", dir.path(), "pf.example.net", &demo);
    exchange(&peer, &demo, |subject| {
        let output = Command::new("swaks")
            .args(["--server", &format!("127.0.0.1:{}", peer.port)])
            .args([
                "--from",
                "a@pf.example.net",
                "--to",
                "user1@hanko.example.jp",
            ])
            .args([
                "--header",
                &format!("Subject: {subject}"),
                "--header",
                "X-From: pf.example.net",
            ])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    });
}

#[test]
fn exim_both_ways() {
    let home = std::env::var("HOME").unwrap_or_default();
    let exim = Path::new(&home).join(".cache/sekisho/exim/usr/sbin/exim4");
    if !exim.is_file() {
        return skipped("Exim is not unpacked");
    }
    if !can_run("Exim") {
        return;
    }
    let demo = Demo::start(PROGRAM, &["--no-samples"]);
    let dir = tempfile::tempdir_in("/tmp").unwrap();
    open_to_all(dir.path());
    let peer = Peer::start("exim", dir.path(), "exim.example.net", &demo);
    exchange(&peer, &demo, |subject| {
        let mut child = Command::new(&peer.script)
            .arg("send")
            .arg(&peer.dir)
            .args(["a@exim.example.net", "user1@hanko.example.jp"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mail = format!(
            "From: a@exim.example.net\nTo: user1@hanko.example.jp\nSubject: {subject}\nX-From: exim.example.net\n\nhello\n"
        );
        child
            .stdin
            .take()
            .unwrap()
            .write_all(mail.as_bytes())
            .unwrap();
        assert!(child.wait().unwrap().success());
    });
}

/// A copy beside the peer: it may not reach into the demo's directory.
fn readable(ca_file: &Path, dir: &Path) -> PathBuf {
    let copy = dir.with_extension("ca.pem");
    std::fs::copy(ca_file, &copy).unwrap();
    copy
}

/// The peers run as users of their own.
fn open_to_all(dir: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)).unwrap();
}
