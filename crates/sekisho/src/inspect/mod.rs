//! `sekisho inspect`: judges mail files without a server.

mod batch;
mod files;
mod network;
mod settings;
mod train;

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use sekisho_facts::{BatchRequest, Settings};
use sekisho_policy::Direction;
use sekisho_words::say;

use crate::cli::Common;
use crate::output::{self, Failure};
use files::Files;
use network::Network;

/// What to judge and what to take for given.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct InspectArguments {
    #[command(subcommand)]
    verb: Option<InspectVerb>,
    /// A mail file, or `-` for the standard input.
    file: Option<PathBuf>,
    /// A file by itself instead of a mail.
    #[arg(long, conflicts_with_all = ["file", "batch"])]
    attachment: Option<PathBuf>,
    /// The attachment's name, where it differs from the file's.
    #[arg(long, requires = "attachment")]
    name: Option<String>,
    /// One JSON request a line on the standard input, one JSON answer a line on the standard output, in order.
    #[arg(long)]
    batch: bool,
    /// Directory with a `policy.toml` to judge by; the standard preset without one.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// Which checkpoint.
    #[arg(long, value_enum)]
    direction: Option<Checkpoint>,
    /// Reverse-path of the envelope.
    #[arg(long)]
    mail_from: Option<String>,
    /// Recipient of the envelope; may be given several times.
    #[arg(long)]
    rcpt_to: Vec<String>,
    /// Address of the client.
    #[arg(long)]
    ip: Option<IpAddr>,
    /// Its EHLO name.
    #[arg(long)]
    helo: Option<String>,
    /// Who signed in.
    #[arg(long)]
    auth_user: Option<String>,
    /// Gateway whose Received lines are believed, an address or network; may be given several times.
    #[arg(long)]
    trusted_hop: Vec<String>,
    /// Zone file with the DNS answers; nothing is asked on the network then.
    #[arg(long)]
    dns: Option<PathBuf>,
    /// Ask DNS where no zone file is given: as `[dns]` of the configuration says, or as this machine does where there
    /// is no configuration. Without it nothing is asked, and SPF, DKIM and DMARC have no answer.
    #[arg(long)]
    network: bool,
    /// Ask this name server (address, or address and port) instead; may be given several times.
    #[arg(long = "dns-server", requires = "network")]
    dns_servers: Vec<String>,
    /// What the organisation knows (its domains), as JSON.
    #[arg(long)]
    org: Option<PathBuf>,
    /// The spam filter's file, as `inspect train` makes it.
    #[arg(long)]
    bayes: Option<PathBuf>,
    /// Phrases that must not leave, one a line.
    #[arg(long)]
    keywords: Option<PathBuf>,
    /// Password to try; may be given several times.
    #[arg(long = "password")]
    passwords: Vec<String>,
    /// The time to judge at (RFC 3339); now without it.
    #[arg(long)]
    now: Option<Timestamp>,
    /// Show values whole instead of masked.
    #[arg(long)]
    reveal: bool,
    /// Give the mail's text with the answer.
    #[arg(long)]
    text: bool,
}

/// What else there is to do with mail files.
#[derive(Debug, Subcommand)]
enum InspectVerb {
    /// Teach the spam filter from mail files.
    Train(train::TrainArguments),
}

/// As on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Checkpoint {
    Inbound,
    Outbound,
    Internal,
}

impl From<Checkpoint> for Direction {
    fn from(checkpoint: Checkpoint) -> Self {
        match checkpoint {
            Checkpoint::Inbound => Self::Inbound,
            Checkpoint::Outbound => Self::Outbound,
            Checkpoint::Internal => Self::Internal,
        }
    }
}

/// Judges what was named.
pub(crate) fn run(common: &Common, arguments: InspectArguments) -> Result<(), Failure> {
    if let Some(InspectVerb::Train(arguments)) = &arguments.verb {
        return train::run(common, arguments);
    }
    let mut settings = settings::read(arguments.settings.as_deref())?;
    settings.model = arguments.bayes.as_deref().map(train::model).transpose()?;
    let network = match arguments.network {
        true => Some(Network::open(common, &arguments.dns_servers)?),
        false => None,
    };
    let batch = arguments.batch;
    let defaults = defaults(arguments)?;
    if batch {
        return batch::run(&defaults, &settings, network.as_ref());
    }
    one(common, &defaults, &settings, network.as_ref())
}

fn one(
    common: &Common,
    request: &BatchRequest,
    settings: &Settings,
    network: Option<&Network>,
) -> Result<(), Failure> {
    if request.file.is_none() && request.attachment.is_none() {
        return Err(Failure::new(say("cli-inspect-what", &[]), 2));
    }
    let mut files = Files::default();
    match batch::answer(request, settings, network, &mut files) {
        Ok(answer) if common.json => output::print(&format!("{answer}\n")),
        Ok(answer) => output::print(&format!("{answer:#}\n")),
        Err(why) => Err(Failure::of_system("inspect", &why)),
    }
}

/// The command line as a request: what a batch line does not say is taken from it.
fn defaults(arguments: InspectArguments) -> Result<BatchRequest, Failure> {
    let path = |path: Option<PathBuf>| -> Result<Option<String>, Failure> {
        path.map(|path| {
            path.into_os_string()
                .into_string()
                .map_err(|path| Failure::of_system("path", &format!("{path:?} is not UTF-8")))
        })
        .transpose()
    };
    Ok(BatchRequest {
        file: path(arguments.file)?,
        attachment: path(arguments.attachment)?,
        name: arguments.name,
        direction: arguments.direction.map(Direction::from),
        mail_from: arguments.mail_from,
        rcpt_to: arguments.rcpt_to,
        ip: arguments.ip,
        helo: arguments.helo,
        auth_user: arguments.auth_user,
        trusted_hops: arguments.trusted_hop,
        dns: path(arguments.dns)?,
        org: path(arguments.org)?,
        keywords: path(arguments.keywords)?,
        passwords: arguments.passwords,
        now: Some(arguments.now.unwrap_or_else(Timestamp::now)),
        reveal: Some(arguments.reveal),
        text: Some(arguments.text),
        ..BatchRequest::default()
    })
}
