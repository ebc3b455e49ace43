//! `sekisho demo`: an organisation with people, rules and sample mail both ways, on loopback.
//!
//! The samples go over real sockets, as mail does. What DNS says of their senders comes from a built-in zone
//! (`zone.rs`) and is invented; nothing is asked on the network.

mod events;
mod judged;
mod partner;
mod people;
mod ports;
mod sample;
mod smtp;
mod zone;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;
use sekisho_command::{Caller, Command, NextHop, Request, RouteTls};
use sekisho_server::config::Config;
use sekisho_words::say;

use crate::cli::Common;
use crate::house::{self, Ground, House};
use crate::output::Failure;
use crate::pages::Links;
use crate::serve::runtime;
use events::Events;
use people::People;
use ports::Choice;

/// How the demo runs.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Where it keeps its store; made if it is not there, and used again if it is.
    #[arg(long, default_value = "sekisho-demo")]
    dir: PathBuf,
    /// End when the samples have settled; exit 0 only if each ended where it should.
    #[arg(long)]
    once: bool,
    /// Give every account this password: for tests.
    #[arg(long)]
    password: Option<String>,
    /// Start without sample mail.
    #[arg(long)]
    no_samples: bool,
}

/// The organisation of the demo.
pub(crate) const DOMAIN: &str = "hanko.example.jp";

/// Runs the demo.
pub(crate) fn run(common: &Common, arguments: &DemoArguments) -> Result<(), Failure> {
    std::fs::create_dir_all(&arguments.dir)
        .and_then(|()| private(&arguments.dir))
        .map_err(|error| Failure::of_system(&arguments.dir.display().to_string(), &error))?;
    let dir =
        std::path::absolute(&arguments.dir).map_err(|error| Failure::of_system("demo", &error))?;
    let zone = zone::open(&dir)?;
    let config = configuration(&dir, Choice::WellKnown)?;
    start_log();
    house::recorder();
    let ground = Ground::open(&config)?;
    runtime()?.block_on(async {
        let people = people::settle(&ground, &dir, arguments.password.as_deref()).await?;
        let house = open(&dir, &config, ground).await?;
        let settled = show(common, arguments, &dir, &zone, &people, &house).await;
        house.shutdown().await;
        settled
    })
}

/// Opens the ports; any others when one of them was taken in the meantime.
async fn open(dir: &Path, config: &Config, ground: Ground) -> Result<House, Failure> {
    match House::start(config, ground.clone(), Links::ByNumber).await {
        Ok(house) => Ok(house),
        Err(_) => {
            let config = configuration(dir, Choice::Any)?;
            House::start(&config, ground, Links::ByNumber).await
        }
    }
}

async fn show(
    common: &Common,
    arguments: &DemoArguments,
    dir: &Path,
    zone: &zone::Zone,
    people: &People,
    house: &House,
) -> Result<(), Failure> {
    let partner = partner::open(dir).await?;
    lead_to(house, partner.port()).await?;
    let events = Events::new(common.json);
    events.ready(house, people)?;
    let mut all_ended_well = true;
    if !arguments.no_samples {
        for sample in sample::all(people, zone)? {
            let ended = sample.run(house, &partner, people).await?;
            all_ended_well &= ended.as_wanted();
            events.sample(&sample, &ended)?;
        }
        events.settled(all_ended_well)?;
    }
    if !arguments.once {
        events.invite(house)?;
        until_interrupted().await?;
    }
    partner.shutdown().await;
    if all_ended_well {
        Ok(())
    } else {
        Err(Failure::new(say("demo-not-as-wanted", &[]), 1))
    }
}

/// The partner's domain has no address on the network: its mail is led to the second server of the demo.
async fn lead_to(house: &House, port: u16) -> Result<(), Failure> {
    let request = Request {
        organisation: None,
        command: Command::RouteSet {
            destination: partner::DOMAIN.to_owned(),
            next_hop: NextHop {
                host: "127.0.0.1".to_owned(),
                port,
                tls: RouteTls::Opportunistic,
                user: None,
                password: None,
            },
        },
    };
    let caller = Caller::Console {
        user: "demo".to_owned(),
    };
    house
        .desk
        .run(&caller, request)
        .await
        .map(|_| ())
        .map_err(|failure| Failure::new(failure.words(), failure.exit_code()))
}

/// `sekisho.toml` of the demo, written where `--config` finds it for further commands.
fn configuration(dir: &Path, choice: Choice) -> Result<Config, Failure> {
    let path = dir.join("sekisho.toml");
    let text = ports::configuration(dir, choice);
    std::fs::write(&path, text)
        .map_err(|error| Failure::of_system(&path.display().to_string(), &error))?;
    Config::load(&path)
        .map_err(|errors| Failure::of_system("demo", &errors.report(crate::output::language())))
}

/// Mail and keys: nobody else on the machine reads them.
fn private(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))
}

/// Log lines would stand between the demo's own: only what goes wrong is shown.
fn start_log() {
    let level = std::env::var("SEKISHO_LOG").unwrap_or_else(|_| "error".to_owned());
    let filter = tracing_subscriber::EnvFilter::try_new(level).unwrap_or_default();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}

async fn until_interrupted() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|error| Failure::of_system("signal", &error));
    let (mut interrupt, mut terminate) = (
        listen(SignalKind::interrupt())?,
        listen(SignalKind::terminate())?,
    );
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
