//! `sekisho list`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use sekisho_command::{Command, ListDraft};
use serde_json::Value;

use super::Common;
use super::running::{answer_of, ask};
use crate::output::{self, Failure};

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Verb {
    /// Kept out.
    Block,
    /// Let past spam rules and greylisting; never past malware or a forged sender.
    Allow,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Action {
    /// At the door.
    Refuse,
    /// Waits until somebody looks.
    Quarantine,
    /// Into the Junk folder.
    Junk,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ListCommand {
    /// Adds an entry; one that is there already is replaced.
    Add {
        /// Block or allow.
        #[arg(value_enum)]
        verb: Verb,
        /// `192.0.2.0/24`, `example.com`, `a@example.com`, `helo:mail.example.com`, `recipient:b@example.jp`.
        what: String,
        /// How it is kept out; refused without this.
        #[arg(long, value_enum)]
        action: Option<Action>,
        /// For this person's mail only.
        #[arg(long)]
        user: Option<String>,
        /// Only where SPF or DKIM passed for this domain; such mail is then taken in spite of DMARC.
        #[arg(long)]
        authenticated: Option<String>,
        /// When it ends (RFC 3339).
        #[arg(long)]
        until: Option<Timestamp>,
        /// Why it is there.
        #[arg(long)]
        comment: Option<String>,
    },
    /// Removes an entry.
    Remove {
        /// Its number, or what it fits.
        entry: String,
    },
    /// Shows an entry.
    Show {
        /// Its number, or what it fits.
        entry: String,
    },
    /// Lists the entries in force.
    List,
    /// Takes in a file of entries, one a line; all of them or none.
    Import {
        /// The file.
        file: PathBuf,
        /// What lines are that do not say it.
        #[arg(long = "as", value_enum, default_value = "block")]
        verb: Verb,
    },
    /// Gives all entries as lines that `import` takes.
    Export,
}

const COLUMNS: [&str; 8] = [
    "id", "verb", "action", "kind", "value", "user", "until", "comment",
];

pub(crate) fn run(common: &Common, command: ListCommand) -> Result<(), Failure> {
    match command {
        ListCommand::Add {
            verb,
            what,
            action,
            user,
            authenticated,
            until,
            comment,
        } => {
            let draft = ListDraft {
                verb: word(verb).to_owned(),
                what,
                action: action.map(|action| action_word(action).to_owned()),
                user,
                authenticated,
                until,
                comment,
            };
            ask(common, Command::ListAdd(draft), &COLUMNS)
        }
        ListCommand::Remove { entry } => ask(common, Command::ListRemove { entry }, &["removed"]),
        ListCommand::Show { entry } => ask(common, Command::ListShow { entry }, &COLUMNS),
        ListCommand::List => ask(common, Command::ListList, &COLUMNS),
        ListCommand::Import { file, verb } => {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Failure::of_system(&file.display().to_string(), &error))?;
            let verb = word(verb).to_owned();
            ask(common, Command::ListImport { text, verb }, &["imported"])
        }
        ListCommand::Export => text_of(common, Command::ListExport),
    }
}

fn word(verb: Verb) -> &'static str {
    match verb {
        Verb::Block => "block",
        Verb::Allow => "allow",
    }
}

fn action_word(action: Action) -> &'static str {
    match action {
        Action::Refuse => "refuse",
        Action::Quarantine => "quarantine",
        Action::Junk => "junk",
    }
}

/// Prints the text of an answer as it is.
pub(super) fn text_of(common: &Common, command: Command) -> Result<(), Failure> {
    let value = answer_of(common, command)?;
    if common.json {
        return output::answer(&value, true, &[]);
    }
    output::print(
        value
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or_default(),
    )
}
