//! `sekisho dmarc`: aggregate reports, ours and those of others.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sekisho_command::Command;
use sekisho_server::dmarc::Order;
use sekisho_words::say;
use serde_json::{Value, json};

use super::Common;
use super::list::text_of;
use super::running::{answer_of, ask, report_on};
use super::when::back;
use crate::output::{self, Failure};

#[derive(Debug, Subcommand)]
pub(crate) enum DmarcCommand {
    /// Puts settings (TOML) into force at once; a file that cannot be read leaves the old ones on.
    Set {
        /// The file.
        file: PathBuf,
    },
    /// Shows the settings' text.
    Settings,
    /// What others report on our domains, by source and result.
    Show(ShowArguments),
    /// Our reports to others.
    #[command(subcommand)]
    Reports(ReportsCommand),
}

/// Which reports.
#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// On this domain only.
    #[arg(long)]
    domain: Option<String>,
    /// On a time after this: `2026-11-03T09:00:00+09:00`, or back from now as `30d`.
    #[arg(long)]
    since: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportsCommand {
    /// Sends the reports on a day that have not been sent.
    Send {
        /// The day (UTC), as `2026-11-03`.
        #[arg(long)]
        day: Date,
        /// Only shows what would be sent, and to whom.
        #[arg(long)]
        dry_run: bool,
    },
}

pub(crate) fn run(common: &Common, command: DmarcCommand) -> Result<(), Failure> {
    match command {
        DmarcCommand::Set { file } => {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Failure::of_system(&file.display().to_string(), &error))?;
            ask(common, Command::DmarcSet { text }, &[])
        }
        DmarcCommand::Settings => text_of(common, Command::DmarcSettings),
        DmarcCommand::Show(arguments) => show(common, arguments),
        DmarcCommand::Reports(ReportsCommand::Send { day, dry_run }) => {
            let start = TimeZone::UTC
                .to_timestamp(day.at(0, 0, 0, 0))
                .map_err(|error| Failure::of_system("day", &error))?;
            let order = Order {
                organisation: common.organisation.clone(),
                day: start.as_second().div_euclid(86_400),
                dry_run,
            };
            let columns = ["domain", "outcome", "mails", "records", "to", "mail"];
            output::answer(&report_on(common, &order)?, common.json, &columns)
        }
    }
}

fn show(common: &Common, arguments: ShowArguments) -> Result<(), Failure> {
    let since = arguments.since.as_deref().map(back).transpose()?;
    let command = Command::DmarcShow {
        domain: arguments.domain,
        since,
    };
    let value = answer_of(common, command)?;
    if common.json {
        return output::answer(&value, true, &[]);
    }
    let number = |name: &str| value.get(name).and_then(Value::as_u64).unwrap_or_default();
    let rows = |name: &str| value.get(name).cloned().unwrap_or_else(|| json!([]));
    let unreadable = rows("unreadable");
    let count = unreadable.as_array().map_or(0, Vec::len);
    let told = say(
        "cli-dmarc-totals",
        &[
            ("mails", number("mails").into()),
            ("passed", number("passed").into()),
            ("unreadable", count.into()),
        ],
    );
    output::print(&format!("{}\n\n", told.in_language(output::language())))?;
    let columns = [
        "source",
        "from",
        "result",
        "dkim",
        "spf",
        "disposition",
        "mails",
    ];
    output::answer(&rows("sources"), false, &columns)?;
    let columns = [
        "received",
        "organisation",
        "domain",
        "begin",
        "mails",
        "proved",
    ];
    output::print("\n")?;
    output::answer(&rows("reports"), false, &columns)?;
    if count == 0 {
        return Ok(());
    }
    output::print("\n")?;
    output::answer(&unreadable, false, &["received", "sender", "mail", "fault"])
}
