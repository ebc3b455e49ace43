//! `sekisho serve`: READY, commands beside it, SIGHUP, SIGTERM.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};

use sekisho_testkit::{Browser, Imap, Trust, free_ports};

use crate::PROGRAM;
use crate::installation::Installation;

struct Serving {
    child: Child,
    log: BufReader<ChildStderr>,
}

impl Serving {
    fn start(installation: &Installation) -> Self {
        let mut child = Command::new(PROGRAM)
            .arg("--config")
            .arg(&installation.config)
            .arg("serve")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut serving = Self { child, log };
        serving.says("READY");
        serving
    }

    /// Reads the log up to a line with this text.
    fn says(&mut self, text: &str) -> String {
        let mut seen = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(
                self.log.read_line(&mut line).unwrap(),
                0,
                "no {text} in {seen}"
            );
            seen += &line;
            if line.contains(text) {
                return seen;
            }
        }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // An error here means that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serve_obeys_signals() {
    let installation = Installation::new();
    let [smtp, imaps, metrics] = free_ports();
    installation.on_loopback(&[("smtp", smtp), ("imaps", imaps), ("metrics", metrics)]);
    let mut serving = Serving::start(&installation);

    // Commands go to the server that runs; a second server does not start on its store.
    let user = "yamada@kaisha.example.jp";
    let add = ["user", "add", user, "--password-stdin"];
    installation.run_in("C", "a-long-password\n", &add).well();
    let ca = installation
        .config
        .parent()
        .unwrap()
        .join("data/tls/ca.pem");
    let trust = Trust::file(&ca, "mail.kaisha.example.jp");
    let address = format!("127.0.0.1:{imaps}").parse().unwrap();
    let mut imap = Imap::sign_in(address, &trust, user, "a-long-password");
    assert!(imap.folders().contains(&"INBOX".to_owned()));
    let second = installation.run(&["serve"]);
    assert_eq!(second.code, 1, "{second:?}");
    installation.run(&["check"]).well();

    // A configuration that is wrong changes nothing.
    let good = std::fs::read_to_string(&installation.config).unwrap();
    installation.edit(|text| text + "\n[nonsense]\na = 1\n");
    serving.signal("-HUP");
    let seen = serving.says("no such setting");
    assert!(seen.contains("the new configuration is not used"), "{seen}");
    assert!(imap.folders().len() > 1, "it goes on");
    std::fs::write(&installation.config, &good).unwrap();
    serving.signal("-HUP");
    serving.says("read again");

    drop(imap);
    serving.signal("-TERM");
    serving.says("draining");
    assert_eq!(serving.child.wait().unwrap().code(), Some(0));

    // The store is free again, and whole.
    let checked = installation
        .run(&["audit", "verify", "--json"])
        .well()
        .json();
    assert_eq!(checked["result"], "whole");
}

#[test]
fn the_console_over_tls_keeps_its_cookie_to_itself() {
    let installation = Installation::new();
    let [console] = free_ports();
    installation.on_loopback(&[("console", console)]);
    let _serving = Serving::start(&installation);
    let ca = installation
        .config
        .parent()
        .unwrap()
        .join("data/tls/ca.pem");
    let trust = Trust::file(&ca, "mail.kaisha.example.jp");
    let address = format!("127.0.0.1:{console}").parse().unwrap();
    let mut browser = Browser::at(address).over_tls(trust);
    let password = installation.made["password"].as_str().unwrap();
    let fields = [("user", "admin@kaisha.example.jp"), ("password", password)];
    let page = browser.post("/sign-in", &fields);
    assert_eq!(page.status, 303, "{}", page.text);
    let cookie = page.header("set-cookie").unwrap();
    // RFC 6265bis §4.1.3.2: neither a subdomain nor a connection without TLS can set or read it.
    assert!(cookie.starts_with("__Host-sekisho="), "{cookie}");
    assert!(cookie.contains("; Secure"), "{cookie}");
    assert!(page.header("strict-transport-security").is_some());
    assert_eq!(browser.get("/").status, 200);
}
