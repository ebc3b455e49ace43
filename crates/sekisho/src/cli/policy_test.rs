//! `sekisho policy test`: the organisation's own example mails, judged and compared.

use std::net::IpAddr;
use std::path::Path;

use jiff::Timestamp;
use sekisho_command::Command;
use sekisho_facts::{Answer, InspectRequest, Settings, inspect};
use sekisho_policy::{Direction, Policy};
use sekisho_words::say;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Common, policy};
use crate::cli::running::answer_of;
use crate::output::{self, Failure};

/// One example: a mail and what is expected of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    /// The mail, beside this file; without it the file's own name with `.eml`.
    mail: Option<String>,
    direction: Option<Direction>,
    /// Reverse-path.
    from: Option<String>,
    #[serde(default)]
    to: Vec<String>,
    ip: Option<IpAddr>,
    signed_in: Option<String>,
    /// The organisation's domains.
    #[serde(default)]
    domains: Vec<String>,
    /// When it arrives.
    at: Option<Timestamp>,
    expect: Expectation,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    /// `hold`, `deliver`, …
    action: Option<String>,
    /// The rule that decides; `""`: none.
    rule: Option<String>,
    /// Rules that match.
    #[serde(default)]
    matches: Vec<String>,
    /// Rules that do not.
    #[serde(default)]
    misses: Vec<String>,
    /// Changes, by their name: `banner`.
    edits: Option<Vec<String>>,
    /// Findings, by their id.
    #[serde(default)]
    findings: Vec<String>,
}

pub(super) fn run(common: &Common, dir: &Path, file: Option<&Path>) -> Result<(), Failure> {
    let policy = match file {
        Some(file) => policy::read(file)?.1,
        None => in_force(common)?,
    };
    let mut settings =
        Settings::standard().map_err(|error| Failure::of_system("detectors", &error))?;
    settings.policy = policy;
    let mut results = Vec::new();
    let mut failed = 0_i64;
    for path in examples(dir)? {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let differs = judge(&path, dir, &settings)?;
        failed += i64::from(!differs.is_empty());
        results.push(json!({
            "example": name,
            "ok": differs.is_empty(),
            "differs": differs.join("; "),
        }));
    }
    if results.is_empty() {
        let place = dir.display().to_string();
        let words = say("cli-policy-no-examples", &[("dir", (&place).into())]);
        return Err(Failure::new(words, 3));
    }
    let count = i64::try_from(results.len()).unwrap_or(i64::MAX);
    output::answer(
        &Value::Array(results),
        common.json,
        &["example", "ok", "differs"],
    )?;
    if failed == 0 {
        return Ok(());
    }
    let args = [("failed", failed.into()), ("count", count.into())];
    Err(Failure::new(say("cli-policy-examples-failed", &args), 1))
}

fn in_force(common: &Common) -> Result<Policy, Failure> {
    let value = answer_of(common, Command::PolicyShow { rule: None })?;
    let text = value["text"].as_str().unwrap_or("preset = \"standard\"\n");
    Policy::parse(text).map_err(|error| Failure::of_system("policy", &error))
}

/// The `.toml` files of a folder by name.
fn examples(dir: &Path) -> Result<Vec<std::path::PathBuf>, Failure> {
    let unread = |error| Failure::of_system(&dir.display().to_string(), &error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.extension().is_some_and(|end| end == "toml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// What is other than expected.
fn judge(path: &Path, dir: &Path, settings: &Settings) -> Result<Vec<String>, Failure> {
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::of_system(&place, &error))?;
    let example: Example =
        toml::from_str(&text).map_err(|error| Failure::of_system(&place, &error))?;
    let mail = match &example.mail {
        Some(name) => dir.join(name),
        None => path.with_extension("eml"),
    };
    let raw = std::fs::read(&mail)
        .map_err(|error| Failure::of_system(&mail.display().to_string(), &error))?;
    let mut request = InspectRequest::mail(&raw);
    request.direction = example.direction;
    request.mail_from = example.from.as_deref();
    request.rcpt_to.clone_from(&example.to);
    request.ip = example.ip;
    request.auth_user = example.signed_in.as_deref();
    request
        .organisation
        .internal_domains
        .clone_from(&example.domains);
    request.now = example.at.unwrap_or_else(Timestamp::now);
    let answer = inspect(&request, settings).map_err(|error| Failure::of_system(&place, &error))?;
    Ok(compare(&example.expect, &answer))
}

fn compare(expect: &Expectation, answer: &Answer) -> Vec<String> {
    let mut differs = Vec::new();
    let disposition = &answer.disposition;
    let mut same = |what: &str, want: Option<&str>, got: &str| {
        if let Some(want) = want.filter(|want| *want != got) {
            differs.push(format!("{what}: {want} ≠ {got}"));
        }
    };
    same(
        "action",
        expect.action.as_deref(),
        disposition.action.word(),
    );
    same("rule", expect.rule.as_deref(), &disposition.rule);
    let edits: Vec<String> = disposition
        .edits
        .iter()
        .filter_map(|edit| {
            serde_json::to_value(edit).ok()?["edit"]
                .as_str()
                .map(str::to_owned)
        })
        .collect();
    let wanted = expect.edits.as_ref().map(|edits| edits.join(", "));
    same("edits", wanted.as_deref(), &edits.join(", "));
    let matched = |name: &String| answer.matched.iter().any(|matched| matched.rule == *name);
    let found = |id: &String| answer.findings.iter().any(|finding| finding.id == *id);
    let missing = expect.matches.iter().filter(|name| !matched(name));
    differs.extend(missing.map(|name| format!("matches: −{name}")));
    let extra = expect.misses.iter().filter(|name| matched(name));
    differs.extend(extra.map(|name| format!("misses: +{name}")));
    let missing = expect.findings.iter().filter(|id| !found(id));
    differs.extend(missing.map(|id| format!("findings: −{id}")));
    differs
}
