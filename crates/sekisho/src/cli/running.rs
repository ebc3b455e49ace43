//! Hands a command to the running server; where none runs, opens the store itself.

use std::sync::Arc;

use jiff::Timestamp;
use sekisho_command::{Caller, Command, CommandFailure, Desk, Request};
use sekisho_directory::Directory;
use sekisho_server::config::Config;
use sekisho_server::dmarc::{self, Order};
use sekisho_server::dns;
use sekisho_store::Store;
use sekisho_words::{Words, say};
use serde_json::Value;

use super::Common;
use crate::control;
use crate::house::store_options;
use crate::output::{self, Failure};
use crate::pages::{self, Links};

/// Carries a command out and prints its answer.
pub(crate) fn ask(common: &Common, command: Command, columns: &[&str]) -> Result<(), Failure> {
    let value = answer_of(common, command)?;
    output::answer(&value, common.json, columns)
}

/// Carries a command out.
pub(crate) fn answer_of(common: &Common, command: Command) -> Result<Value, Failure> {
    let config = configuration(common)?;
    let request = Request {
        organisation: common.organisation.clone(),
        command,
    };
    if let Some(value) = control::ask(&config.data_dir, &request)? {
        return Ok(value);
    }
    by_ourselves(&config, async |desk, caller| {
        desk.run(caller, request).await
    })
}

/// Has DMARC reports sent, and tells which.
pub(crate) fn report_on(common: &Common, order: &Order) -> Result<Value, Failure> {
    let config = configuration(common)?;
    if let Some(value) = control::ask(&config.data_dir, order)? {
        return Ok(value);
    }
    let resolver = dns::resolver(&config.dns).map_err(|error| Failure::of_system("dns", &error))?;
    by_ourselves(&config, async |desk, _| {
        let reported = dmarc::report_on(desk, &resolver, order).await?;
        Ok(serde_json::json!(reported))
    })
}

/// Reads the configuration; all that is wrong with it is told at once.
pub(crate) fn configuration(common: &Common) -> Result<Config, Failure> {
    Config::load(&common.config).map_err(|errors| {
        let words = Words {
            ja: errors.report(sekisho_words::Language::Ja),
            en: errors.report(sekisho_words::Language::En),
        };
        Failure::new(words, 2)
    })
}

/// Without a server the store is ours; its lock keeps everybody else out.
fn by_ourselves(
    config: &Config,
    work: impl AsyncFnOnce(&Desk, &Caller) -> Result<Value, CommandFailure>,
) -> Result<Value, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::of_system("tokio", &error))?;
    let store = Store::open(store_options(config)).map_err(|error| {
        let why = error.to_string();
        Failure::new(
            say("cli-store-not-open", &[("why", why.as_str().into())]),
            1,
        )
    })?;
    let directory = Directory::open(store.clone(), Timestamp::now())
        .map_err(|error| Failure::of_system("directory", &error))?;
    let desk = Desk {
        store: store.clone(),
        directory,
        pages: Arc::from(pages::base_of(config, Links::ByName)),
        hostname: Arc::from(config.hostname.as_str()),
    };
    let caller = Caller::Console {
        user: format!("uid {}", current_uid()),
    };
    let answer = runtime.block_on(work(&desk, &caller));
    store.close();
    answer.map_err(|failure| Failure::new(failure.words(), failure.exit_code()))
}

/// The owner of our own process, as the system tells it of a file that we can always read.
fn current_uid() -> u32 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").map_or(u32::MAX, |own| own.uid())
}
