//! `sekisho check`: everything that is wrong with configuration and environment, at once.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use clap::Args;
use sekisho_server::cage::Escapes;
use sekisho_server::config::{Config, ConfigErrors, Problem, SAMPLE, TlsSource};
use sekisho_server::dns;
use sekisho_server::tls::TlsServer;
use sekisho_words::{Language, Words, say};
use serde_json::json;

use crate::cli::Common;
use crate::control;
use crate::output::{self, Failure};
use crate::worker;

/// What to check.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Print a configuration with every setting instead.
    #[arg(long)]
    sample: bool,
}

/// Checks and tells; exit code 1 when something is wrong.
pub(crate) fn run(common: &Common, arguments: &CheckArguments) -> Result<(), Failure> {
    if arguments.sample {
        return output::print(SAMPLE);
    }
    let problems = match Config::load(&common.config) {
        Ok(config) => of_environment(&config),
        // What is wrong with the file itself comes with its lines.
        Err(errors) => of_file(&errors),
    };
    tell(common, &problems)?;
    if problems.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(problems.len()).unwrap_or(i64::MAX);
    Err(Failure::new(
        say("cli-check-failed", &[("count", count.into())]),
        1,
    ))
}

fn tell(common: &Common, problems: &[Words]) -> Result<(), Failure> {
    if common.json {
        let answer = json!({ "ok": problems.is_empty(), "problems": problems });
        return output::answer(&answer, true, &[]);
    }
    let good = say("cli-check-ok", &[]);
    let lines = if problems.is_empty() {
        std::slice::from_ref(&good)
    } else {
        problems
    };
    lines.iter().try_for_each(|words| {
        output::print(&format!("{}\n", words.in_language(output::language())))
    })
}

/// One entry a mistake, with file, line, and what to write.
fn of_file(errors: &ConfigErrors) -> Vec<Words> {
    let one = |problem: &Problem| {
        let alone = ConfigErrors {
            file: errors.file.clone(),
            problems: vec![problem.clone()],
        };
        let said = |language| alone.report(language).trim_end().to_owned();
        Words {
            ja: said(Language::Ja),
            en: said(Language::En),
        }
    };
    errors.problems.iter().map(one).collect()
}

fn of_environment(config: &Config) -> Vec<Words> {
    let mut problems: Vec<_> = data_directory(&config.data_dir).into_iter().collect();
    if !is_running(config) {
        problems.extend(ports(config));
    }
    problems.extend(certificates(config));
    problems.extend(resolver(config));
    problems.extend(cage());
    problems
}

/// Whether a caged process is stopped where it should be; tried, not asked.
fn cage() -> Option<Words> {
    let probed = Command::new(worker::PROGRAM)
        .args(["worker", "--probe"])
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .ok()
        .and_then(|output| serde_json::from_slice::<Escapes>(&output.stdout).ok());
    let gaps = match probed {
        Some(found) if !found.any() => return None,
        Some(found) => found.words().join(", "),
        None => "worker --probe".to_owned(),
    };
    Some(say("cli-check-cage", &[("gaps", gaps.as_str().into())]))
}

fn is_running(config: &Config) -> bool {
    std::os::unix::net::UnixStream::connect(control::socket_in(&config.data_dir)).is_ok()
}

fn data_directory(dir: &Path) -> Option<Words> {
    let probe = dir.join(".sekisho-check");
    let tried = std::fs::create_dir_all(dir)
        .and_then(|()| std::fs::write(&probe, b"check"))
        .and_then(|()| std::fs::remove_file(&probe));
    let error = tried.err()?.to_string();
    let dir = dir.display().to_string();
    Some(say(
        "cli-check-data",
        &[("dir", dir.as_str().into()), ("why", error.as_str().into())],
    ))
}

fn ports(config: &Config) -> Vec<Words> {
    let addresses = config
        .listeners
        .open
        .iter()
        .flat_map(|(service, listener)| {
            listener
                .addresses
                .iter()
                .map(|address| (service.name(), *address))
        });
    addresses
        .filter_map(|(service, address)| taken(service, address))
        .collect()
}

fn taken(service: &str, address: SocketAddr) -> Option<Words> {
    let why = TcpListener::bind(address).err()?.to_string();
    let address = address.to_string();
    Some(say(
        "cli-check-port",
        &[
            ("service", service.into()),
            ("address", address.as_str().into()),
            ("why", why.as_str().into()),
        ],
    ))
}

fn certificates(config: &Config) -> Option<Words> {
    let TlsSource::Files(files) = &config.tls.source else {
        return None;
    };
    let why = match TlsServer::load(files.clone()) {
        Err(error) => error.to_string(),
        Ok(server)
            if server
                .identity(Some(&config.hostname))
                .is_some_and(|identity| identity.is_for(&config.hostname)) =>
        {
            return None;
        }
        Ok(_) => {
            let host = config.hostname.as_str();
            return Some(say("cli-check-certificate-name", &[("host", host.into())]));
        }
    };
    Some(say(
        "cli-check-certificate",
        &[("why", why.as_str().into())],
    ))
}

fn resolver(config: &Config) -> Option<Words> {
    let why = dns::resolver(&config.dns).err()?.to_string();
    Some(say("cli-check-dns", &[("why", why.as_str().into())]))
}
