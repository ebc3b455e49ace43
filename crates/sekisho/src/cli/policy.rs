//! `sekisho policy`.

use std::path::PathBuf;

use clap::Subcommand;
use sekisho_command::Command;
use serde_json::Value;

use super::Common;
use super::running::{answer_of, ask};
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
    /// Says what each rule does, in words.
    #[command(alias = "list")]
    Explain,
}

pub(crate) fn run(common: &Common, command: PolicyCommand) -> Result<(), Failure> {
    match command {
        PolicyCommand::Set { file } => {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Failure::of_system(&file.display().to_string(), &error))?;
            ask(common, Command::PolicySet { text }, &["rules"])
        }
        PolicyCommand::Show => {
            let value = answer_of(common, Command::PolicyShow)?;
            if common.json {
                return output::answer(&value, true, &[]);
            }
            // Without a text of its own the organisation has the standard preset.
            output::print(value["text"].as_str().unwrap_or("preset = \"standard\"\n"))
        }
        PolicyCommand::Explain => {
            let value = answer_of(common, Command::PolicyShow)?;
            let rules = value.get("rules").cloned().unwrap_or(Value::Null);
            output::answer(&rules, common.json, &["rule", "words"])
        }
    }
}
