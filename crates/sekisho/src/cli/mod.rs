//! What can be typed. One file a group of commands.

mod audit;
mod directory;
mod dmarc;
mod door;
mod list;
mod mail;
mod organisation;
mod policy;
mod policy_test;
mod route;
mod running;
mod trace;
mod when;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::output::{self, Failure};
use crate::{check, demo, dns, init, inspect, serve, worker};

pub(crate) use running::{answer_of, configuration};

/// Mail server and checkpoint in one program.
#[derive(Debug, Parser)]
#[command(name = "sekisho", version, about)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Verb,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// The configuration file.
    #[arg(
        long,
        global = true,
        default_value = "sekisho.toml",
        env = "SEKISHO_CONFIG"
    )]
    pub(crate) config: PathBuf,
    /// Name of the organisation; needed only where there are several.
    #[arg(long, global = true)]
    pub(crate) organisation: Option<String>,
    /// Answer as JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Shows the product on loopback ports, with people, rules and sample mail both ways.
    Demo(demo::DemoArguments),
    /// Makes an installation: configuration, keys, an administrator, and the DNS records to publish.
    Init(init::InitArguments),
    /// Runs the server until SIGTERM; SIGHUP reads the configuration again.
    Serve,
    /// Checks configuration and environment: what is wrong, where, and what to write.
    Check(check::CheckArguments),
    /// The DNS records of our domains, wanted beside found.
    #[command(subcommand)]
    Dns(dns::DnsCommand),
    /// Judges mail files without a server.
    Inspect(Box<inspect::InspectArguments>),
    /// Organisations on this server.
    #[command(subcommand)]
    Organisation(organisation::OrganisationCommand),
    /// Domains that are ours.
    #[command(subcommand)]
    Domain(directory::DomainCommand),
    /// People and shared mailboxes.
    #[command(subcommand)]
    User(directory::UserCommand),
    /// Further addresses of people.
    #[command(subcommand)]
    Alias(directory::AliasCommand),
    /// Addresses that lead to several people.
    #[command(subcommand)]
    Group(directory::GroupCommand),
    /// Next servers (smart hosts) by destination.
    #[command(subcommand)]
    Route(route::RouteCommand),
    /// Whom to block and whom to allow.
    #[command(subcommand)]
    List(list::ListCommand),
    /// What is asked of mail from outside: public lists, greylisting, rates, trusted hops.
    #[command(subcommand)]
    Door(door::DoorCommand),
    /// DMARC reports: ours to others, and what others report on our domains.
    #[command(subcommand)]
    Dmarc(dmarc::DmarcCommand),
    /// The rules for mail in both directions.
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Mail that waits to be sent.
    #[command(subcommand)]
    Queue(mail::QueueCommand),
    /// Mail that waits for an approver.
    #[command(subcommand)]
    Hold(mail::HoldCommand),
    /// Mail that waits for its time and can be cancelled.
    #[command(subcommand)]
    Delay(mail::DelayCommand),
    /// Mail under suspicion.
    #[command(subcommand)]
    Quarantine(mail::QuarantineCommand),
    /// What happened to a mail, step by step, with reasons.
    Trace(trace::TraceArguments),
    /// The audit log and its chain.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Opens attachments for the server, in a cage.
    #[command(hide = true)]
    Worker(worker::WorkerArguments),
    /// Shell completions.
    Completions {
        /// `bash`, `zsh`, `fish`, …
        shell: clap_complete::Shell,
    },
    /// The manual page.
    Man,
}

/// Carries out what was typed.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let common = arguments.common;
    match arguments.command {
        Verb::Demo(arguments) => demo::run(&common, &arguments),
        Verb::Init(arguments) => init::run(&common, &arguments),
        Verb::Check(arguments) => check::run(&common, &arguments),
        Verb::Dns(command) => dns::run(&common, command),
        Verb::Serve => serve::run(&common),
        Verb::Inspect(arguments) => inspect::run(&common, *arguments),
        Verb::Organisation(command) => organisation::run(&common, command),
        Verb::Domain(command) => directory::domain(&common, command),
        Verb::User(command) => directory::user(&common, command),
        Verb::Alias(command) => directory::alias(&common, command),
        Verb::Group(command) => directory::group(&common, command),
        Verb::Route(command) => route::run(&common, command),
        Verb::List(command) => list::run(&common, command),
        Verb::Door(command) => door::run(&common, command),
        Verb::Dmarc(command) => dmarc::run(&common, command),
        Verb::Policy(command) => policy::run(&common, command),
        Verb::Queue(command) => mail::queue(&common, command),
        Verb::Hold(command) => mail::hold(&common, command),
        Verb::Delay(command) => mail::delay(&common, command),
        Verb::Quarantine(command) => mail::quarantine(&common, command),
        Verb::Trace(arguments) => trace::run(&common, arguments),
        Verb::Audit(command) => audit::run(&common, command),
        Verb::Worker(arguments) => worker::run(&arguments),
        Verb::Completions { shell } => completions(shell),
        Verb::Man => manual_page(),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "sekisho", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}

fn manual_page() -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Arguments::command())
        .render(&mut text)
        .map_err(|error| Failure::of_system("man", &error))?;
    output::print(&String::from_utf8_lossy(&text))
}
