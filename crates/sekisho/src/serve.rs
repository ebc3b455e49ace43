//! `sekisho serve`: runs until SIGTERM; SIGHUP reads the configuration again.

use sd_notify::NotifyState;
use sekisho_server::config::Config;
use sekisho_server::config::{Log, LogFormat};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::cli::{Common, configuration};
use crate::house::{self, Ground, House};
use crate::output::Failure;
use crate::pages::Links;

/// Runs the server.
pub(crate) fn run(common: &Common) -> Result<(), Failure> {
    let config = configuration(common)?;
    start_log(&config.log);
    house::recorder();
    let ground = Ground::open(&config)?;
    runtime()?.block_on(async {
        let house = House::start(&config, ground, Links::ByName).await?;
        // Without systemd there is nobody to tell.
        let _ = sd_notify::notify(&[NotifyState::Ready]);
        tracing::info!(hostname = %config.hostname, "READY: all listeners are open");
        until_told_to_end(common, &house).await?;
        let _ = sd_notify::notify(&[NotifyState::Stopping]);
        tracing::info!("draining");
        house.shutdown().await;
        Ok(())
    })
}

/// The runtime of the server: one thread a core.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::of_system("tokio", &error))
}

async fn until_told_to_end(common: &Common, house: &House) -> Result<(), Failure> {
    let listen = |kind| signal(kind).map_err(|error| Failure::of_system("signal", &error));
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut hang_up = listen(SignalKind::hangup())?;
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = hang_up.recv() => reload(common, house),
        }
    }
}

/// A configuration that is wrong changes nothing: the old one stays.
fn reload(common: &Common, house: &House) {
    match Config::load(&common.config) {
        Ok(config) => {
            house.reload(&config);
            tracing::info!("configuration and certificates were read again");
        }
        Err(errors) => {
            let report = errors.report(sekisho_words::Language::En);
            tracing::error!("the new configuration is not used:\n{report}");
        }
    }
}

/// Log lines to stderr, for people or for programs.
pub(crate) fn start_log(log: &Log) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match log.format {
        LogFormat::Human => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}
