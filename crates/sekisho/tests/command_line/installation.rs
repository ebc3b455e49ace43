//! A new installation: `init`, `check`, `dns`, and the directory without a running server.

use std::path::PathBuf;

use sekisho_testkit::{Said, run};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::PROGRAM;

pub(crate) const DOMAIN: &str = "kaisha.example.jp";

/// An installation that `sekisho init` made, on loopback ports.
pub(crate) struct Installation {
    pub(crate) dir: TempDir,
    pub(crate) config: PathBuf,
    pub(crate) made: Value,
}

impl Installation {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("sekisho");
        let made = init(&home.display().to_string(), &["--json"]).well().json();
        let config = home.join("sekisho.toml");
        Self { dir, config, made }
    }

    /// Changes the text of the configuration.
    pub(crate) fn edit(&self, change: impl FnOnce(String) -> String) {
        let text = std::fs::read_to_string(&self.config).unwrap();
        std::fs::write(&self.config, change(text)).unwrap();
    }

    /// Other ports, and certificates of our own: nothing here asks the network.
    pub(crate) fn on_loopback(&self, open: &[(&str, u16)]) {
        self.edit(|text| {
            let keep: Vec<_> = text
                .split("\n[")
                .filter(|section| !section.starts_with("listeners.") && !section.starts_with("tls"))
                .collect();
            let mut text = keep.join("\n[") + "\n[tls]\nself_made_ca = true\n";
            // Metrics have a port of their own even where none is written.
            let metrics = ("metrics", 0);
            let written = open.iter().any(|(service, _)| *service == metrics.0);
            for (service, port) in open.iter().chain((!written).then_some(&metrics)) {
                text += &format!("[listeners.{service}]\naddress = \"127.0.0.1:{port}\"\n");
            }
            text
        });
    }

    pub(crate) fn run_in(&self, locale: &str, input: &str, arguments: &[&str]) -> Said {
        run(PROGRAM, &self.config, locale, input, arguments)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_in("C", "", arguments)
    }
}

fn init(dir: &str, more: &[&str]) -> Said {
    let arguments = [
        &[
            "init",
            dir,
            "--domain",
            DOMAIN,
            "--hostname",
            "mail.kaisha.example.jp",
        ],
        more,
    ]
    .concat();
    run(PROGRAM, "unused.toml".as_ref(), "C", "", &arguments)
}

#[test]
fn init_makes_an_installation_once() {
    let installation = Installation::new();
    let made = &installation.made;
    assert_eq!(made["administrator"], "admin@kaisha.example.jp");
    assert!(made["password"].as_str().unwrap().len() >= 12, "{made}");
    let records: Vec<_> = made["dns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["type"].as_str().unwrap())
        .collect();
    assert!(records.contains(&"MX"), "{records:?}");
    assert!(
        records.iter().filter(|kind| **kind == "TXT").count() >= 4,
        "{records:?}"
    );

    let home = installation.config.parent().unwrap().display().to_string();
    let again = init(&home, &[]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("is there already"), "{again:?}");

    let users = installation.run(&["user", "list", "--json"]).well().json();
    assert_eq!(users[0]["roles"], json!(["staff", "admin"]));
    // Mail and keys are nobody else's to read.
    use std::os::unix::fs::PermissionsExt;
    let data = installation.config.parent().unwrap().join("data");
    let mode = std::fs::metadata(data).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[test]
fn init_says_what_it_cannot_use() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("new").display().to_string();
    for (domain, host) in [("a b", "mail.example.jp"), ("example.jp", "[192.0.2.1]")] {
        let arguments = ["init", &place, "--domain", domain, "--hostname", host];
        let said = run(
            PROGRAM,
            "unused.toml".as_ref(),
            "ja_JP.UTF-8",
            "",
            &arguments,
        );
        assert_eq!(said.code, 2, "{said:?}");
        assert!(
            said.err.contains("mail.example.jp のような名前"),
            "{said:?}"
        );
        assert!(!dir.path().join("new").exists(), "nothing is made");
    }
}

const BROKEN: &str = r#"version = "1"
hostname = "mail"
data_dir = "/var/lib/sekisho"
colour = "blue"
[tls]
self_made_ca = "yes"
[listeners.smtp]
address = "0.0.0.0:2525x"
[listeners.imap]
addres = "127.0.0.1:1143"
[log]
level = 3
"#;

#[test]
fn check_tells_all_mistakes_at_once() {
    let installation = Installation::new();
    installation.edit(|_| BROKEN.to_owned());
    for (locale, words) in [
        ("C", "write it as \"0.0.0.0:2525\""),
        ("ja_JP.UTF-8", "\"0.0.0.0:2525\" のように書いてください"),
    ] {
        let said = installation.run_in(locale, "", &["check"]);
        assert_eq!(said.code, 1, "{said:?}");
        for line in [2, 4, 6, 8, 10, 12] {
            let place = format!("sekisho.toml:{line}: ");
            assert!(said.out.contains(&place), "no {place} in {said:?}");
        }
        assert!(said.out.contains(words), "{said:?}");
    }
    let said = installation.run(&["check", "--json"]);
    assert_eq!(said.code, 1);
    let answer = said.json();
    assert_eq!(answer["ok"], false);
    assert!(
        answer["problems"].as_array().unwrap().len() >= 7,
        "{answer}"
    );
    assert!(
        answer["problems"][0]["ja"]
            .as_str()
            .unwrap()
            .contains("書いてください")
    );
    // Other commands do not start on it, and say the same.
    let said = installation.run(&["user", "list"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("sekisho.toml:12: log.level"), "{said:?}");
}

#[test]
fn check_looks_at_the_environment() {
    let installation = Installation::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    installation.on_loopback(&[("smtp", port)]);
    let said = installation.run(&["check"]);
    assert_eq!(said.code, 1);
    assert!(
        said.out
            .contains(&format!("smtp: 127.0.0.1:{port} cannot be opened")),
        "{said:?}"
    );
    drop(taken);
    let said = installation.run(&["check"]).well();
    assert_eq!(said.out, "No problem was found.\n");
    let answer = installation.run(&["check", "--json"]).well().json();
    assert_eq!(answer, json!({ "ok": true, "problems": [] }));

    installation.edit(|text| {
        text.replace("self_made_ca = true", "")
            + "\n[[tls.certificate]]\nchain = \"none.pem\"\nkey = \"none.pem\"\n"
    });
    let said = installation.run(&["check"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("none.pem"), "{said:?}");

    let said = run(
        PROGRAM,
        "/nonexistent/sekisho.toml".as_ref(),
        "C",
        "",
        &["check"],
    );
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("make one with `sekisho init`"),
        "{said:?}"
    );
}

#[test]
fn the_sample_is_a_configuration() {
    let installation = Installation::new();
    let sample = installation.run(&["check", "--sample"]).well().out;
    assert!(sample.contains("[listeners.submissions]"), "{sample}");
    installation.edit(|_| sample);
    let said = installation.run(&["check"]);
    assert!(!said.out.contains("sekisho.toml:"), "{said:?}");
}

#[test]
fn dns_shows_what_is_wanted_beside_what_is_found() {
    let installation = Installation::new();
    installation.on_loopback(&[("smtp", 0)]);
    let zone = installation.dir.path().join("zone.json");
    std::fs::write(&zone, "{}").unwrap();
    installation.edit(|text| {
        let line = format!(
            "[dns]\nfixture_zone_for_demo_and_tests = {:?}",
            zone.display().to_string()
        );
        text.replace("[dns]", &line)
    });
    let wanted = installation.run(&["dns", "show", "--json"]).well().json();
    assert_eq!(wanted, installation.made["dns"]);
    let text = installation.run(&["dns", "show", DOMAIN]).well().out;
    assert!(text.starts_with("name "), "{text}");

    let said = installation.run(&["dns", "check"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("missing"), "{said:?}");
    assert!(said.err.contains("Publish the values"), "{said:?}");

    let mut records = serde_json::Map::new();
    for record in wanted.as_array().unwrap() {
        let (kind, value) = (record["type"].as_str().unwrap(), &record["value"]);
        let entry = match kind {
            "TXT" => json!({ "TXT": value }),
            "MX" => json!({ "MX": [10, "mail.kaisha.example.jp"] }),
            _ => continue,
        };
        let name = record["name"].as_str().unwrap().to_owned();
        let entries = records.entry(name).or_insert_with(|| json!([]));
        entries.as_array_mut().unwrap().push(entry);
    }
    std::fs::write(&zone, Value::Object(records).to_string()).unwrap();
    let checked = installation.run(&["dns", "check", "--json"]).well().json();
    for row in checked.as_array().unwrap() {
        let good = row["state"] == "ok" || row["required"] == false;
        assert!(good, "{row}");
    }
    assert_eq!(
        installation.run(&["dns", "check", "other.example.jp"]).code,
        3
    );
}

#[test]
fn the_directory_is_kept_without_a_server() {
    let installation = Installation::new();
    let well = |arguments: &[&str]| installation.run(arguments).well();
    let manager = format!("sato@{DOMAIN}");
    let user = format!("suzuki@{DOMAIN}");
    well(&[
        "user", "add", &manager, "--name", "佐藤", "--role", "manager",
    ]);
    let add = [
        "user",
        "add",
        &user,
        "--manager",
        &manager,
        "--quota",
        "2GB",
        "--password-stdin",
    ];
    installation.run_in("C", "a long password\n", &add).well();
    well(&[
        "user",
        "set",
        &user,
        "--name",
        "鈴木",
        "--language",
        "en",
        "--deputy",
        &manager,
    ]);
    let shown = well(&["user", "show", &user, "--json"]).json();
    assert_eq!(shown["name"], "鈴木");
    assert_eq!(shown["manager"], manager.as_str());
    assert_eq!(shown["quota_bytes"], 2_000_000_000_u64);
    assert_eq!(shown["used_bytes"], 0);

    well(&["domain", "add", "second.example.jp"]);
    well(&["alias", "add", "info@second.example.jp", &user]);
    let aliases = well(&["alias", "list", "--json"]).json();
    assert_eq!(aliases[0]["address"], user.as_str());
    let sales = "sales@second.example.jp";
    well(&[
        "group", "set", sales, "--name", "営業", "--member", &user, "--member", &manager,
    ]);
    let groups = well(&["group", "list", "--json"]).json();
    assert_eq!(groups[0]["members"].as_array().unwrap().len(), 2);
    let used = installation.run(&["domain", "remove", "second.example.jp"]);
    assert_eq!(used.code, 1);
    assert!(used.err.contains("still has 2 address(es)"), "{used:?}");

    well(&["group", "remove", sales]);
    well(&["alias", "remove", "info@second.example.jp"]);
    well(&["domain", "remove", "second.example.jp"]);
    let domains = well(&["domain", "list", "--json"]).json();
    assert_eq!(domains, json!([{ "domain": DOMAIN, "catch_all": null }]));
    well(&["user", "remove", &user]);
    assert_eq!(installation.run(&["user", "show", &user]).code, 3);

    let table = well(&["user", "list"]).out;
    let mut lines = table.lines();
    assert!(lines.next().unwrap().starts_with("address"), "{table}");
    assert!(lines.next().unwrap().starts_with("admin@"), "{table}");

    let audit = well(&["audit", "search", "--json"]).json();
    assert!(audit.as_array().unwrap().len() >= 10, "{audit}");
    let checked = well(&["audit", "verify", "--json"]).json();
    assert_eq!(checked["result"], "whole");
}

#[test]
fn passwords_are_read_and_never_empty() {
    let installation = Installation::new();
    let change = ["user", "password", "admin@kaisha.example.jp"];
    let said = installation.run_in("ja_JP.UTF-8", "\n", &change);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("パスワードが空です"), "{said:?}");
    let said = installation.run_in("C", "short\n", &change);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("at least"), "{said:?}");
    installation
        .run_in("C", "a long password\n", &change)
        .well();
}
