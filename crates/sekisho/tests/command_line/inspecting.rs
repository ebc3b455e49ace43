//! `sekisho inspect --network`: DNS is asked for real, and only when that is wished.

use std::path::Path;

use sekisho_testkit::{NameServer, Said, run};
use serde_json::{Value, json};

use crate::PROGRAM;

const MAIL: &str = "From: Kobayashi <kobayashi@good.example.net>\nTo: user1@hanko.example.jp\n\
    Subject: hello\nMessage-ID: <1@good.example.net>\nDate: Tue, 3 Nov 2026 09:12:00 +0900\n\nHello.\n";

fn zone() -> NameServer {
    NameServer::answering(json!({
        "good.example.net": [{ "TXT": "v=spf1 mx -all" }, { "MX": [10, "mx.good.example.net"] }],
        "mx.good.example.net": [{ "A": "192.0.2.7" }],
        "_dmarc.good.example.net": [{ "TXT": "v=DMARC1; p=reject" }],
        "silent.example.net": ["TIMEOUT"],
    }))
}

struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mail = MAIL.replace('\n', "\r\n");
        std::fs::write(dir.path().join("mail.eml"), mail).unwrap();
        Self { dir }
    }

    fn at(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    fn inspect(&self, config: &Path, input: &str, more: &[&str]) -> Said {
        let from = [
            "inspect",
            "--json",
            "--mail-from",
            "kobayashi@good.example.net",
            "--rcpt-to",
            "user1@hanko.example.jp",
            "--helo",
            "mx.good.example.net",
            "--direction",
            "inbound",
        ];
        run(PROGRAM, config, "C", input, &[&from[..], more].concat())
    }

    fn auth(&self, more: &[&str]) -> Value {
        let none = self.dir.path().join("no-configuration.toml");
        let mail = self.at("mail.eml");
        let said = self.inspect(&none, "", &[more, &[&mail]].concat());
        said.well().json()["auth"].clone()
    }
}

#[test]
fn dns_is_asked_when_it_is_wished_and_no_zone_is_given() {
    let (place, server) = (Place::new(), zone());
    let address = server.address();
    let network = ["--network", "--dns-server", &address];
    let good = place.auth(&[&network[..], &["--ip", "192.0.2.7"]].concat());
    assert_eq!(
        (&good["spf"], &good["dmarc"]),
        (&json!("pass"), &json!("pass")),
        "{good}"
    );
    let other = place.auth(&[&network[..], &["--ip", "192.0.2.8"]].concat());
    assert_eq!(
        (&other["spf"], &other["dmarc"]),
        (&json!("fail"), &json!("fail")),
        "{other}"
    );
    assert_eq!(other["dmarc_policy"], "reject", "{other}");

    let asked = server.asked();
    assert!(asked >= 6, "{asked} questions");
    let unasked = place.auth(&["--ip", "192.0.2.7"]);
    assert_eq!(unasked["spf"], "temperror", "{unasked}");
    std::fs::write(place.at("zone.json"), "{}").unwrap();
    let zone = place.at("zone.json");
    let closed = place.auth(&[&network[..], &["--ip", "192.0.2.7", "--dns", &zone]].concat());
    assert_eq!(
        closed["spf"], "none",
        "the zone is the whole world: {closed}"
    );
    assert_eq!(server.asked(), asked, "nothing more was asked");
}

#[test]
fn a_batch_asks_for_each_line_and_a_silent_server_stops_none() {
    let (place, server) = (Place::new(), zone());
    let line = |id: u32, from: &str| {
        let file = place.at("mail.eml");
        json!({ "id": id, "file": file, "mail_from": from, "ip": "192.0.2.7" }).to_string()
    };
    let from = [
        "a@good.example.net",
        "a@silent.example.net",
        "a@gone.example.net",
        "a@good.example.net",
    ];
    let lines: Vec<_> = (0..).zip(from).map(|(id, from)| line(id, from)).collect();
    // By the configuration, with a time limit that suits a test.
    let config = place.dir.path().join("sekisho.toml");
    let text = format!(
        "version = \"1\"\nhostname = \"mail.hanko.example.jp\"\ndata_dir = \"data\"\n\
         [dns]\nservers = [\"{}\"]\ntimeout_ms = 300\n[listeners.smtp]\naddress = \"127.0.0.1:0\"\n",
        server.address()
    );
    std::fs::write(&config, text).unwrap();
    let said = place
        .inspect(&config, &lines.join("\n"), &["--network", "--batch"])
        .well();
    let answers: Vec<Value> = said
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let spf: Vec<_> = answers
        .iter()
        .map(|answer| &answer["auth"]["spf"])
        .collect();
    assert_eq!(spf, ["pass", "temperror", "none", "pass"], "{answers:#?}");
}

#[test]
fn what_is_no_name_server_is_told() {
    let place = Place::new();
    let mail = place.at("mail.eml");
    let none = place.dir.path().join("no-configuration.toml");
    let said = place.inspect(
        &none,
        "",
        &["--network", "--dns-server", "dns.example", &mail],
    );
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("192.0.2.53:5353"), "{said:?}");
    let said = place.inspect(&none, "", &["--dns-server", "192.0.2.53", &mail]);
    assert_eq!(said.code, 2, "only with --network: {said:?}");
}
