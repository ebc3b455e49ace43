//! Inputs of other projects: those with DNS beside them are verified, the rest must be survived.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]
#![allow(clippy::disallowed_methods)] // reads its cases

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sekisho_auth::{
    Answers, ArcResult, Authentication, DkimResult, Given, Request, SpfResult, arc, authenticate,
    dmarc,
};
use serde_json::{Value, json};

fn facts(raw: &[u8], answers: &Answers) -> Authentication {
    let request = Request {
        ip: Some("192.0.2.1".parse().unwrap()),
        helo: "client.example.net",
        mail_from: "someone@example.net",
        raw,
        now: Timestamp::from_second(1_433_990_000).unwrap(),
        receiving_host: "mx.uke.example.net",
        given: Given::default(),
    };
    authenticate(&request, answers).unwrap()
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

#[test]
fn everything_is_survived() {
    let Some(dir) = sekisho_testkit::corpus("auth") else {
        return;
    };
    let all = files(&dir);
    assert!(all.len() > 100);
    for path in &all {
        let raw = std::fs::read(path).unwrap();
        let found = facts(&raw, &Answers::closed());
        assert!(found.dkim.len() <= 10);
        found.authentication_results("mx.example");
        let _ = dmarc::DmarcRecord::parse(&String::from_utf8_lossy(&raw));
    }
    println!("survived: {} files", all.len());
}

/// Key records first, an empty line, then the mail.
#[test]
fn mail_auth_signatures() {
    let Some(dir) = sekisho_testkit::corpus("auth") else {
        return;
    };
    let all = files(&dir.join("mail-auth/dkim"));
    assert!(!all.is_empty());
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        let (records, mail) = text.split_once("\n\n").unwrap();
        let zone: BTreeMap<&str, &str> = records
            .lines()
            .filter_map(|line| line.split_once(' '))
            .collect();
        let answers = Answers::from_zone_json(&json!(zone)).unwrap();
        let found = facts(mail.as_bytes(), &answers);
        let results: Vec<_> = found
            .dkim
            .iter()
            .map(|each| (each.result, &each.reason))
            .collect();
        println!("{}: {results:?}", path.display());
        assert!(results.iter().all(|each| each.0 == DkimResult::Pass));
    }
}

/// RFC 8463 appendix A and three mails by Gmail, with the public key beside them.
#[test]
fn mimekit_signatures() {
    let Some(dir) = sekisho_testkit::corpus("auth") else {
        return;
    };
    let dir = dir.join("mimekit-dkim");
    let gmail: String = std::fs::read_to_string(dir.join("gmail.pub"))
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let zone = json!({
        "20120113._domainkey.gmail.com": format!("k=rsa; p={gmail}"),
        "brisbane._domainkey.football.example.com":
            "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "test._domainkey.football.example.com": "TIMEOUT",
    });
    let answers = Answers::from_zone_json(&zone).unwrap();
    for (file, want) in [
        ("gmail.msg", &[DkimResult::Pass][..]),
        ("multipart-no-end-boundary.msg", &[DkimResult::Pass]),
        ("related.msg", &[DkimResult::Pass]),
        (
            "rfc8463-example.msg",
            &[DkimResult::Pass, DkimResult::Temperror],
        ),
    ] {
        let raw = std::fs::read(dir.join(file)).unwrap();
        let found = facts(&raw, &answers);
        let results: Vec<_> = found.dkim.iter().map(|each| each.result).collect();
        assert_eq!(results, want, "{file}: {found:?}");
    }
}

/// Cases where that suite departs from RFC 7208: address, HELO, what it wants, and why not.
const DEPARTURES: [(&str, &str, &str, &str); 5] = [
    (
        "10.0.0.1",
        "test.org",
        "fail",
        "`ip:` is an error, wherever it stands (§4.6)",
    ),
    (
        "172.168.0.1",
        "ok.test.org",
        "softfail",
        "ten look-ups find nothing, two may (§4.6.4)",
    ),
    (
        "10.0.0.8",
        "mx.test.org",
        "pass",
        "eleven exchangers are an error at once (§4.6.4)",
    ),
    (
        "167.1.2.3",
        "ip6.test.org",
        "pass",
        "`exists` asks for A only (§5.7)",
    ),
    (
        "10.1.2.3",
        "test.org",
        "pass",
        "an IPv4 client is in no `ip6` network (§5.6)",
    ),
];

/// The YAML-like files of mail-auth: records, then cases that each end with `expect`.
#[derive(Default)]
struct SpfFile {
    zone: BTreeMap<String, Vec<Value>>,
    helo: String,
    sender: String,
    ip: String,
    cases: usize,
    departures: usize,
    failures: Vec<String>,
}

impl SpfFile {
    fn add(&mut self, name: &str, records: Vec<Value>) {
        self.zone
            .entry(name.trim_end_matches('.').to_owned())
            .or_default()
            .extend(records);
    }

    fn record(&mut self, kind: &str, value: &str) {
        let (name, rest) = value.split_once(' ').unwrap();
        let items = || rest.split(',').map(str::trim);
        match kind {
            "a" => self.add(name, items().map(|ip| json!({ "A": ip })).collect()),
            "aaaa" => self.add(name, items().map(|ip| json!({ "AAAA": ip })).collect()),
            "mx" => {
                for (at, ip) in items().enumerate() {
                    let host = format!("mx{at}-{name}");
                    let kind = if ip.contains(':') { "AAAA" } else { "A" };
                    self.add(name, vec![json!({ "MX": [at, host] })]);
                    self.add(&host, vec![json!({ kind: ip })]);
                }
            }
            "ptr" => {
                let ip: std::net::Ipv4Addr = name.parse().unwrap();
                let [a, b, c, d] = ip.octets();
                let name = format!("{d}.{c}.{b}.{a}.in-addr.arpa");
                self.add(&name, items().map(|host| json!({ "PTR": host })).collect());
            }
            _ => {
                let records = self.zone.entry(name.to_owned()).or_default();
                records.retain(|record| record.get("TXT").is_none());
                records.push(json!({ "TXT": rest }));
            }
        }
    }

    fn expect(&mut self, want: &str) {
        self.cases += 1;
        for name in ["_dns_error.org", "_dns_error.test.org"] {
            self.zone.insert(name.into(), vec![json!("TIMEOUT")]);
        }
        let answers = Answers::from_zone_json(&json!(self.zone)).unwrap();
        let request = Request {
            ip: Some(self.ip.parse::<IpAddr>().unwrap()),
            helo: &self.helo,
            mail_from: &self.sender,
            raw: b"",
            now: Timestamp::UNIX_EPOCH,
            receiving_host: "",
            given: Given::default(),
        };
        let found = authenticate(&request, &answers).unwrap();
        // A HELO name that fails settles it (RFC 7208 §2.3).
        let result = match found.spf_helo {
            SpfResult::Fail => SpfResult::Fail,
            _ => found.spf,
        };
        let words = found.spf_explanation.unwrap_or_default();
        let (want, said) = want.split_once(' ').unwrap_or((want, ""));
        let is_departure = DEPARTURES
            .iter()
            .any(|known| (known.0, known.1, known.2) == (self.ip.as_str(), &*self.helo, want));
        let is_as_wanted = result.as_str() == want && (said.is_empty() || words == said);
        self.departures += usize::from(!is_as_wanted && is_departure);
        if !is_as_wanted && !is_departure {
            let reason = found.spf_reason.unwrap_or_default();
            self.failures.push(format!(
                "{} {} {}: {} {words:?} ({reason}), wanted {want} {said:?}",
                self.ip,
                self.helo,
                self.sender,
                result.as_str()
            ));
        }
    }

    fn line(&mut self, line: &str) {
        let Some((key, value)) = line.split_once(':') else {
            return;
        };
        let (key, value) = (key.trim_start_matches([' ', '-']), value.trim());
        match key {
            "domain" => (self.helo, self.sender) = (value.to_owned(), String::new()),
            "sender" => value.clone_into(&mut self.sender),
            "ip" => value.clone_into(&mut self.ip),
            "expect" => self.expect(value),
            "a" | "aaaa" | "mx" | "ptr" | "spf" | "exp" => self.record(key, value),
            "records" => self.zone.clear(),
            _ => {}
        }
    }
}

#[test]
fn mail_auth_spf() {
    let Some(dir) = sekisho_testkit::corpus("auth") else {
        return;
    };
    let (mut cases, mut failures, mut departures) = (0, 0, 0);
    for path in files(&dir.join("mail-auth/spf")) {
        let mut file = SpfFile::default();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            if !line.starts_with('#') {
                file.line(line);
            }
        }
        for failure in &file.failures {
            println!("{}: {failure}", path.display());
        }
        cases += file.cases;
        failures += file.failures.len();
        departures += file.departures;
    }
    println!("mail-auth spf: {failures} of {cases} fail, {departures} depart from the RFC");
    assert!(cases > 60);
    assert_eq!(failures, 0);
    assert!(departures <= DEPARTURES.len());
}

/// What is not a chain yet can be sealed, and the seal then verifies.
#[test]
fn foreign_mail_can_be_sealed() {
    let Some(dir) = sekisho_testkit::corpus("auth") else {
        return;
    };
    let key = sekisho_auth::SigningKey::generate(
        sekisho_auth::Algorithm::Ed25519Sha256,
        &mut getrandom::SysRng,
    )
    .unwrap();
    let zone = json!({ "s._domainkey.list.example": key.dns_txt() });
    let answers = Answers::from_zone_json(&zone).unwrap();
    let mut sealed_files = 0;
    for path in files(&dir.join("rspamd")) {
        let mut raw = std::fs::read(&path).unwrap();
        if facts(&raw, &answers).arc != ArcResult::None {
            continue;
        }
        sealed_files += 1;
        for _ in 0..3 {
            let found = facts(&raw, &answers);
            let seal = arc::Seal {
                domain: "list.example",
                selector: "s",
                results: &found.authentication_results("mx.list.example"),
                chain: found.arc,
                headers: &[],
                now: Timestamp::UNIX_EPOCH,
            };
            let mut sealed = arc::seal(&raw, &key, &seal).unwrap().unwrap().into_bytes();
            sealed.append(&mut raw);
            raw = sealed;
        }
        let found = facts(&raw, &answers);
        assert_eq!(
            found.arc.as_str(),
            "pass",
            "{}: {:?}",
            path.display(),
            found.arc_reason
        );
        assert_eq!(found.arc_sealers.len(), 3);
    }
    assert!(sealed_files > 10);
}
