//! `sekisho policy`.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::Timestamp;
use sekisho_command::{Command, Trial, visible};
use sekisho_policy::{Policy, PolicyError};
use sekisho_words::{Words, say};
use serde_json::Value;

use super::running::{answer_of, ask};
use super::{Common, policy_test, when};
use crate::output::{self, Failure};

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Puts a policy (TOML) into force at once; one that does not compile leaves the old one on.
    Set {
        /// The file.
        file: PathBuf,
    },
    /// Shows the policy's text.
    Show,
    /// Lists the rules in the order in which they are asked, with how often each matched.
    List,
    /// Says what each rule does, in words; or one rule, or those of a file.
    Explain {
        /// A rule's name.
        rule: Option<String>,
        /// A file instead of the policy in force.
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Names rules that never hold, are never reached, or fight. Exit code 1 when there are some.
    Check {
        /// A file instead of the policy in force.
        file: Option<PathBuf>,
    },
    /// Judges past mail again under a rule or a draft: counts, samples, and what it would have stopped.
    Try {
        /// A rule's name, or a file.
        what: String,
        /// Only this rule of the file, as if it were on.
        #[arg(long)]
        rule: Option<String>,
        /// Not before: a time (2026-11-24T10:00:00+09:00) or a span back from now (12h, 30d).
        #[arg(long, default_value = "30d")]
        since: String,
        /// Samples of each rule.
        #[arg(long, default_value_t = 5)]
        samples: usize,
    },
    /// Judges example mails and compares: each `NAME.toml` in the folder says which mail, and what is expected.
    Test {
        /// The folder.
        dir: PathBuf,
        /// A file instead of the policy in force.
        #[arg(long)]
        policy: Option<PathBuf>,
    },
}

pub(crate) fn run(common: &Common, command: PolicyCommand) -> Result<(), Failure> {
    match command {
        PolicyCommand::Set { file } => set(common, &file),
        PolicyCommand::Show => {
            let value = answer_of(common, Command::PolicyShow { rule: None })?;
            if common.json {
                return output::answer(&value, true, &[]);
            }
            // Without a text of its own the organisation has the standard preset.
            output::print(value["text"].as_str().unwrap_or("preset = \"standard\"\n"))
        }
        PolicyCommand::List => ask(
            common,
            Command::PolicyList,
            &[
                "rule", "order", "mode", "action", "hits", "last_hit", "owner",
            ],
        ),
        PolicyCommand::Explain { rule, file: None } => {
            let value = answer_of(common, Command::PolicyShow { rule })?;
            let rules = value.get("rules").cloned().unwrap_or(Value::Null);
            output::answer(&rules, common.json, &["rule", "words"])
        }
        PolicyCommand::Explain {
            rule,
            file: Some(file),
        } => {
            let (_, policy) = read(&file)?;
            let rules = policy.rules().iter();
            let rules = rules.filter(|one| rule.as_ref().is_none_or(|name| one.name == *name));
            let rules: Value = rules
                .map(|rule| serde_json::json!({ "rule": rule.name, "words": sekisho_policy::explain(rule) }))
                .collect();
            output::answer(&rules, common.json, &["rule", "words"])
        }
        PolicyCommand::Check { file } => check(common, file.as_deref()),
        PolicyCommand::Try {
            what,
            rule,
            since,
            samples,
        } => {
            let since = when::back(&since)?;
            try_out(common, &what, rule, since, samples)
        }
        PolicyCommand::Test { dir, policy } => policy_test::run(common, &dir, policy.as_deref()),
    }
}

/// A policy's text and itself; all that is wrong with it by file and line.
pub(super) fn read(file: &Path) -> Result<(String, Policy), Failure> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| Failure::of_system(&name, &error))?;
    let policy = Policy::parse(&text).map_err(|error| not_compiled(&name, &error))?;
    Ok((text, policy))
}

fn not_compiled(file: &str, error: &PolicyError) -> Failure {
    let lines = |words: &dyn Fn(&Words) -> String| {
        let lines = error.problems.iter().map(|problem| {
            let place = problem.place.trim_end_matches([':', ' ']);
            let colon = if place.is_empty() { "" } else { ": " };
            format!(
                "{file}:{}: {place}{colon}{}",
                problem.line,
                words(&problem.words)
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let words = Words {
        ja: lines(&|words| words.ja.clone()),
        en: lines(&|words| words.en.clone()),
    };
    Failure::new(words, 2)
}

fn set(common: &Common, file: &Path) -> Result<(), Failure> {
    let (text, _) = read(file)?;
    let value = answer_of(common, Command::PolicySet { text })?;
    tell_remarks(&value);
    let rules = serde_json::json!({ "rules": value["rules"] });
    output::answer(
        if common.json { &value } else { &rules },
        common.json,
        &["rules"],
    )
}

/// On stderr: the policy is in force all the same.
fn tell_remarks(value: &Value) {
    for remark in value["remarks"].as_array().into_iter().flatten() {
        if let Ok(words) = serde_json::from_value::<Words>(remark["words"].clone()) {
            output::complain(&Failure::new(words, 0));
        }
    }
}

fn check(common: &Common, file: Option<&Path>) -> Result<(), Failure> {
    let text = file.map(read).transpose()?.map(|(text, _)| text);
    let value = answer_of(common, Command::PolicyCheck { text })?;
    let remarks = value["remarks"].as_array().map_or(0, Vec::len);
    if common.json {
        output::answer(&value, true, &[])?;
    } else {
        output::answer(
            &value["remarks"],
            false,
            &["rule", "kind", "other", "words"],
        )?;
    }
    if remarks == 0 {
        return Ok(());
    }
    let count = i64::try_from(remarks).unwrap_or(i64::MAX);
    Err(Failure::new(
        say("cli-policy-remarks", &[("count", count.into())]),
        1,
    ))
}

fn try_out(
    common: &Common,
    what: &str,
    rule: Option<String>,
    since: Timestamp,
    samples: usize,
) -> Result<(), Failure> {
    let file = Path::new(what);
    let trial = if file.is_file() {
        Trial {
            rule,
            text: Some(read(file)?.0),
            since,
            samples,
        }
    } else {
        Trial {
            rule: Some(what.to_owned()),
            text: None,
            since,
            samples,
        }
    };
    let value = answer_of(common, Command::PolicyTry(trial))?;
    if common.json {
        return output::answer(&value, true, &[]);
    }
    let number = |name: &str| value[name].as_i64().unwrap_or_default();
    let args = [
        ("mails", number("mails").into()),
        ("stopped", number("stopped").into()),
        ("unreadable", number("unreadable").into()),
    ];
    let told = say("cli-policy-tried", &args);
    output::print(&format!("{}\n\n", told.in_language(output::language())))?;
    output::answer(
        &value["rules"],
        false,
        &["rule", "matched", "decided", "unsure"],
    )?;
    for rule in value["rules"].as_array().into_iter().flatten() {
        let samples = rule["samples"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        if samples.is_empty() {
            continue;
        }
        let name = rule["rule"].as_str().unwrap_or_default();
        output::print(&format!("\n{name}\n"))?;
        for sample in samples {
            let text = |name: &str| visible(sample[name].as_str().unwrap_or_default());
            let why = serde_json::from_value::<Words>(sample["why"].clone()).ok();
            let why = why.map(|why| visible(why.in_language(output::language())));
            output::print(&format!(
                "  {} {} {} {}: {}\n",
                text("mail"),
                text("at"),
                text("from"),
                text("subject"),
                why.unwrap_or_default()
            ))?;
        }
    }
    Ok(())
}
