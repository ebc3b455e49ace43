//! `sekisho organisation`.

use clap::Subcommand;
use sekisho_command::Command;

use super::Common;
use super::running::ask;
use crate::output::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum OrganisationCommand {
    /// Adds an organisation: people, domains, rules and mail of its own.
    Add { name: String },
    /// Lists the organisations.
    #[command(alias = "show")]
    List,
}

pub(crate) fn run(common: &Common, command: OrganisationCommand) -> Result<(), Failure> {
    let command = match command {
        OrganisationCommand::Add { name } => Command::OrganisationAdd { name },
        OrganisationCommand::List => Command::OrganisationList,
    };
    ask(common, command, &["organisation"])
}
