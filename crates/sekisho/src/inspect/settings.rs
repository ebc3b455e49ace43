//! The settings that a mail is judged by: a directory as `sekisho export` writes it, or the standard preset.

use std::path::Path;

use sekisho_facts::Settings;
use sekisho_policy::Policy;
use sekisho_words::Words;

use crate::output::Failure;

/// The policy's file in a settings directory.
const POLICY_FILE: &str = "policy.toml";

pub(super) fn read(dir: Option<&Path>) -> Result<Settings, Failure> {
    let mut settings =
        Settings::standard().map_err(|error| Failure::of_system("settings", &error))?;
    let Some(dir) = dir else {
        return Ok(settings);
    };
    let path = dir.join(POLICY_FILE);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Failure::of_system(&path.display().to_string(), &error))?;
    settings.policy = Policy::parse(&text).map_err(|error| {
        let line = |words: &dyn Fn(&Words) -> String| {
            let lines = error.problems.iter().map(|problem| {
                format!(
                    "{}:{}: {} {}",
                    path.display(),
                    problem.line,
                    problem.place,
                    words(&problem.words)
                )
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        let words = Words {
            ja: line(&|words| words.ja.clone()),
            en: line(&|words| words.en.clone()),
        };
        Failure::new(words, 2)
    })?;
    Ok(settings)
}
