//! `sekisho check`: everything that is wrong with configuration and environment, at once.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use sekisho_server::config::{Config, TlsSource};
use sekisho_server::dns;
use sekisho_server::tls::TlsServer;
use sekisho_words::{Words, say};
use serde_json::json;

use crate::cli::{Common, configuration};
use crate::control;
use crate::output::{self, Failure};

/// Checks and tells; exit code 1 when something is wrong.
pub(crate) fn run(common: &Common) -> Result<(), Failure> {
    // What is wrong with the file itself comes with its lines.
    let config = configuration(common)?;
    let mut problems = Vec::new();
    problems.extend(data_directory(&config.data_dir));
    if !is_running(&config) {
        problems.extend(ports(&config));
    }
    problems.extend(certificates(&config));
    problems.extend(resolver(&config));
    let language = output::language();
    if common.json {
        output::answer(
            &json!({ "ok": problems.is_empty(), "problems": problems }),
            true,
            &[],
        )?;
    } else if problems.is_empty() {
        output::print(&format!(
            "{}\n",
            say("cli-check-ok", &[]).in_language(language)
        ))?;
    } else {
        for problem in &problems {
            output::print(&format!("{}\n", problem.in_language(language)))?;
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        let count = i64::try_from(problems.len()).unwrap_or(i64::MAX);
        Err(Failure::new(
            say("cli-check-failed", &[("count", count.into())]),
            1,
        ))
    }
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
