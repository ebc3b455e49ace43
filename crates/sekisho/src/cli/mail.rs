//! `sekisho queue|hold|delay|quarantine`: mail that waits.

use clap::Subcommand;
use sekisho_command::Command;

use super::running::{answer_of, ask};
use super::trace::told;
use super::{Common, when};
use crate::output::{self, Failure};

#[derive(Debug, Subcommand)]
pub(crate) enum QueueCommand {
    /// Lists what waits.
    #[command(alias = "show")]
    List,
    /// Tries again now: one mail, one destination, or all.
    Retry {
        /// The mail's id.
        mail: Option<String>,
        /// A destination.
        #[arg(long, conflicts_with = "mail")]
        destination: Option<String>,
    },
    /// Gives a mail up; its sender gets a bounce.
    Delete {
        /// The mail's id.
        mail: String,
    },
}

pub(crate) fn queue(common: &Common, command: QueueCommand) -> Result<(), Failure> {
    let command = match command {
        QueueCommand::List => Command::QueueList,
        QueueCommand::Retry { mail, destination } => Command::QueueRetry { mail, destination },
        QueueCommand::Delete { mail } => Command::QueueDelete { mail },
    };
    ask(
        common,
        command,
        &[
            "mail",
            "address",
            "subject",
            "attempts",
            "next_at",
            "last_reply",
        ],
    )
}

#[derive(Debug, Subcommand)]
pub(crate) enum HoldCommand {
    /// Lists held mail.
    List,
    /// Shows one with its reasons.
    Show {
        /// The mail's id.
        mail: String,
    },
    /// Approves: the mail goes out.
    Release {
        /// The mail's id.
        mail: String,
        /// Told to the sender.
        #[arg(long)]
        comment: Option<String>,
    },
    /// Sends it back to its sender.
    Refuse {
        /// The mail's id.
        mail: String,
        /// Told to the sender.
        #[arg(long)]
        comment: Option<String>,
    },
    /// Gives the approver more time, or less.
    Deadline {
        /// The mail's id.
        mail: String,
        /// A time (2026-11-24T10:00:00+09:00) or a span from now (30s, 30m, 12h, 7d).
        until: String,
    },
}

pub(crate) fn hold(common: &Common, command: HoldCommand) -> Result<(), Failure> {
    let command = match command {
        HoldCommand::List => Command::HoldList,
        HoldCommand::Show { mail } => Command::HoldShow { mail },
        HoldCommand::Release { mail, comment } => Command::HoldRelease { mail, comment },
        HoldCommand::Refuse { mail, comment } => Command::HoldRefuse { mail, comment },
        HoldCommand::Deadline { mail, until } => Command::HoldDeadline {
            mail,
            until: when::ahead(&until)?,
        },
    };
    ask(
        common,
        command,
        &[
            "mail",
            "from",
            "recipients",
            "subject",
            "approver",
            "deadline",
        ],
    )
}

#[derive(Debug, Subcommand)]
pub(crate) enum DelayCommand {
    /// Lists delayed mail.
    #[command(alias = "show")]
    List,
    /// Cancels one: nothing that has not left will leave.
    #[command(alias = "delete")]
    Cancel {
        /// The mail's id.
        mail: String,
    },
}

pub(crate) fn delay(common: &Common, command: DelayCommand) -> Result<(), Failure> {
    let command = match command {
        DelayCommand::List => Command::DelayList,
        DelayCommand::Cancel { mail } => Command::DelayCancel { mail },
    };
    ask(
        common,
        command,
        &["mail", "from", "recipients", "subject", "until"],
    )
}

#[derive(Debug, Subcommand)]
pub(crate) enum QuarantineCommand {
    /// Lists quarantined mail.
    List,
    /// Shows one with its story.
    Show {
        /// The mail's id.
        mail: String,
    },
    /// Lets it go to where it was bound.
    Release {
        /// The mail's id.
        mail: String,
    },
    /// Throws it away.
    Delete {
        /// The mail's id.
        mail: String,
    },
}

pub(crate) fn quarantine(common: &Common, command: QuarantineCommand) -> Result<(), Failure> {
    let command = match command {
        QuarantineCommand::List => Command::QuarantineList,
        QuarantineCommand::Show { mail } => {
            let story = answer_of(common, Command::QuarantineShow { mail })?;
            return if common.json {
                output::answer(&story, true, &[])
            } else {
                output::print(&told(&story))
            };
        }
        QuarantineCommand::Release { mail } => Command::QuarantineRelease { mail },
        QuarantineCommand::Delete { mail } => Command::QuarantineDelete { mail },
    };
    ask(
        common,
        command,
        &["mail", "from", "recipient", "subject", "since"],
    )
}
