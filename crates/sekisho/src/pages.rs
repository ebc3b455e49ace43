//! Where the pages are, for the links in letters.

use std::net::SocketAddr;

use sekisho_server::config::{Config, Service};

/// The beginning of every link to our pages, without a slash at the end.
pub(crate) fn base_of(config: &Config) -> String {
    base_with(config, |service| {
        let listener = config.listeners.open.get(&service)?;
        listener.addresses.first().map(SocketAddr::port)
    })
}

/// The same with the ports that the listeners really have.
pub(crate) fn base_with(config: &Config, port: impl Fn(Service) -> Option<u16>) -> String {
    match (port(Service::Console), port(Service::ConsolePlain)) {
        (Some(443), _) | (None, None) => format!("https://{}", config.hostname),
        (Some(port), _) => format!("https://{}:{port}", config.hostname),
        (None, Some(port)) => format!("http://{}:{port}", config.hostname),
    }
}
