//! `sekisho audit`.

use clap::Subcommand;
use sekisho_command::Command;

use super::Common;
use super::running::ask;
use crate::output::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Searches the log; the newest first.
    #[command(alias = "list")]
    Search {
        /// Action, or its beginning up to a dot: `hold.`.
        #[arg(long)]
        action: Option<String>,
        /// On what.
        #[arg(long)]
        subject: Option<String>,
        /// By whom.
        #[arg(long)]
        actor: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Checks that no row was altered, removed or cut off.
    Verify,
}

pub(crate) fn run(common: &Common, command: AuditCommand) -> Result<(), Failure> {
    let command = match command {
        AuditCommand::Search {
            action,
            subject,
            actor,
            limit,
        } => Command::AuditSearch {
            action,
            subject,
            actor,
            limit,
        },
        AuditCommand::Verify => Command::AuditVerify,
    };
    ask(
        common,
        command,
        &["seq", "at", "actor", "action", "subject", "detail_json"],
    )
}
