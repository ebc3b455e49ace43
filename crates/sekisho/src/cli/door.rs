//! `sekisho door`: public lists, greylisting, rates and trusted hops for mail from outside.

use std::path::PathBuf;

use clap::Subcommand;
use sekisho_command::Command;

use super::Common;
use super::list::text_of;
use super::running::ask;
use crate::output::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum DoorCommand {
    /// Puts settings (TOML) into force at once; a file that cannot be read leaves the old ones on.
    Set {
        /// The file.
        file: PathBuf,
    },
    /// Shows the settings' text.
    Show,
}

pub(crate) fn run(common: &Common, command: DoorCommand) -> Result<(), Failure> {
    match command {
        DoorCommand::Set { file } => {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Failure::of_system(&file.display().to_string(), &error))?;
            ask(common, Command::DoorSet { text }, &["lists", "greylist"])
        }
        DoorCommand::Show => text_of(common, Command::DoorShow),
    }
}
