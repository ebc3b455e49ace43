//! Whole mails of the corpora through `inspect`: what must be found is found, what must not is not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout
)]

use std::path::Path;

use sekisho_facts::{Answer, Given, InspectRequest, Settings, inspect};
use sekisho_policy::Direction;
use serde_json::Value;

/// One line of the table.
struct Table {
    name: &'static str,
    passed: usize,
    total: usize,
    failed: Vec<String>,
}

impl Table {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            passed: 0,
            total: 0,
            failed: Vec::new(),
        }
    }

    fn count(&mut self, id: &str, problems: Vec<String>) {
        self.total += 1;
        if problems.is_empty() {
            self.passed += 1;
        } else {
            self.failed.push(format!("{id}: {}", problems.join("; ")));
        }
    }

    /// Prints, and holds the rate reached.
    fn holds(&self, at_least: usize) {
        println!("{}: {}/{}", self.name, self.passed, self.total);
        for failed in &self.failed {
            println!("  {failed}");
        }
        assert!(
            self.passed >= at_least,
            "{}: {} passed, {at_least} did before",
            self.name,
            self.passed
        );
    }
}

fn normal(value: &str) -> String {
    sekisho_dlp::fold(value).as_str().to_owned()
}

fn is_found(answer: &Answer, wanted: &Value) -> bool {
    let (kind, value) = match wanted.as_str() {
        Some(kind) => (kind, "*"),
        None => (
            wanted["type"].as_str().unwrap(),
            wanted["value"].as_str().unwrap(),
        ),
    };
    answer.findings.iter().any(|finding| {
        finding.id == format!("dlp.{kind}")
            && (value == "*" || normal(&finding.value) == normal(value))
    })
}

fn problems(answer: &Answer, row: &Value) -> Vec<String> {
    let each = |key: &str| row[key].as_array().cloned().unwrap_or_default();
    let missed = each("must")
        .into_iter()
        .filter(|wanted| !is_found(answer, wanted));
    let wrong = each("must_not")
        .into_iter()
        .filter(|unwanted| is_found(answer, unwanted));
    missed
        .map(|wanted| format!("missed {wanted}"))
        .chain(wrong.map(|unwanted| format!("wrongly {unwanted}")))
        .collect()
}

fn answer(raw: &[u8], row: &Value, keywords: Option<&str>, settings: &Settings) -> Answer {
    let mut request = InspectRequest::mail(raw);
    let direction = row["direction"].as_str().unwrap_or("outbound");
    request.direction = Some(serde_json::from_value::<Direction>(direction.into()).unwrap());
    request.mail_from = Some("sasaki@hanko.example.jp");
    request.rcpt_to = match &row["rcpt_to"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(all) => all
            .iter()
            .map(|one| one.as_str().unwrap().to_owned())
            .collect(),
        _ => vec!["partner@soto.example.com".to_owned()],
    };
    request.keywords = keywords;
    request.reveal = true;
    inspect(&request, settings).unwrap()
}

fn read(dir: &Path, row: &Value) -> Vec<u8> {
    std::fs::read(dir.join(row["file"].as_str().unwrap())).unwrap()
}

#[test]
fn dlp_mails() {
    let Some(dir) = sekisho_testkit::corpus("dlp") else {
        return;
    };
    let settings = Settings::standard().unwrap();
    let mut table = Table::new("dlp/mails");
    for row in sekisho_testkit::manifest(&dir, "manifest.jsonl") {
        if row["where"].is_null() || !row["file"].as_str().unwrap().starts_with("mails/") {
            continue;
        }
        let answer = answer(&read(&dir, &row), &row, None, &settings);
        table.count(row["file"].as_str().unwrap(), problems(&answer, &row));
    }
    table.holds(134);
}

#[test]
fn writings() {
    let Some(dir) = sekisho_testkit::corpus("writings") else {
        return;
    };
    let keywords = std::fs::read_to_string(dir.join("keywords.txt")).unwrap();
    let settings = Settings::standard().unwrap();
    let mut table = Table::new("writings");
    for row in sekisho_testkit::manifest(&dir, "manifest.jsonl") {
        let answer = answer(&read(&dir, &row), &row, Some(&keywords), &settings);
        table.count(row["file"].as_str().unwrap(), problems(&answer, &row));
    }
    table.holds(501);
}

#[test]
fn shapes() {
    let Some(dir) = sekisho_testkit::corpus("shapes") else {
        return;
    };
    let keywords = std::fs::read_to_string(dir.join("keywords.txt")).unwrap();
    let settings = Settings::standard().unwrap();
    let mut table = Table::new("shapes");
    for row in sekisho_testkit::manifest(&dir, "manifest.jsonl") {
        let answer = answer(&read(&dir, &row), &row, Some(&keywords), &settings);
        let also = |word: &str| {
            row["also_ok"]
                .as_array()
                .unwrap()
                .iter()
                .any(|ok| ok == word)
        };
        let stopped = !answer.uninspectable.is_empty();
        let mut problems = problems(&answer, &row);
        match row["expect"].as_str().unwrap() {
            "uninspectable" if !stopped => problems.push("not uninspectable".to_owned()),
            "clean" if stopped => {
                problems.push(format!("uninspectable {:?}", answer.uninspectable));
            }
            "found" if also("ambiguous") && answer.ambiguous => problems.clear(),
            "found" if also("uninspectable") && stopped => problems.clear(),
            _ => {}
        }
        table.count(row["file"].as_str().unwrap(), problems);
    }
    table.holds(247);
}

#[test]
fn generated_dkim_and_dmarc() {
    let Some(dir) = sekisho_testkit::corpus("auth") else {
        return;
    };
    let zone = std::fs::read_to_string(dir.join("gen-dkim-dmarc/zone.json")).unwrap();
    let zone: Value = serde_json::from_str(&zone).unwrap();
    let settings = Settings::standard().unwrap();
    let mut table = Table::new("auth/gen-dkim-dmarc");
    for row in sekisho_testkit::manifest(&dir, "manifest.jsonl") {
        if !row["file"].as_str().unwrap().starts_with("gen-dkim-dmarc/") || row["expect"].is_null()
        {
            continue;
        }
        let expect = &row["expect"];
        let raw = read(&dir, &row);
        let mut request = InspectRequest::mail(&raw);
        request.direction = Some(Direction::Inbound);
        let mail_from = expect["mail_from_domain"]
            .as_str()
            .filter(|domain| !domain.is_empty());
        let mail_from = mail_from.map(|domain| format!("a@{domain}"));
        request.mail_from = mail_from.as_deref();
        request.rcpt_to = vec!["uke@uke.example.net".to_owned()];
        request.dns = Some(&zone);
        request.given = Given {
            spf: serde_json::from_value(expect["spf_result"].clone()).ok(),
            dmarc: None,
        };
        request.now = "2026-11-24T00:00:00Z".parse().unwrap();
        let answer = inspect(&request, &settings).unwrap();
        table.count(
            row["file"].as_str().unwrap(),
            auth_problems(&answer, expect),
        );
    }
    table.holds(44);
}

fn auth_problems(answer: &Answer, expect: &Value) -> Vec<String> {
    let word = |value: &dyn erased::Word| value.word();
    let dkim: Vec<String> = answer
        .auth
        .dkim
        .iter()
        .map(|one| word(&one.result))
        .collect();
    let allowed = |key: &str, found: &str| {
        let wanted = expect[key].as_str().unwrap_or_default();
        wanted.is_empty() || wanted.split("_or_").any(|one| one == found)
    };
    let mut problems = Vec::new();
    let none = vec!["none".to_owned()];
    let dkim = if dkim.is_empty() { none } else { dkim };
    if !dkim.iter().any(|found| allowed("dkim", found)) {
        problems.push(format!("dkim {dkim:?} for {}", expect["dkim"]));
    }
    let dmarc = word(&answer.auth.dmarc);
    if !allowed("dmarc", &dmarc) {
        problems.push(format!("dmarc {dmarc} for {}", expect["dmarc"]));
    }
    let applied = word(&answer.auth.dmarc_disposition);
    if !allowed("dmarc_policy_applied", &applied) {
        problems.push(format!(
            "applied {applied} for {}",
            expect["dmarc_policy_applied"]
        ));
    }
    problems
}

/// Results as the words that they are written with.
mod erased {
    pub(super) trait Word {
        fn word(&self) -> String;
    }

    impl<T: serde::Serialize> Word for T {
        fn word(&self) -> String {
            serde_json::to_value(self)
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        }
    }
}
