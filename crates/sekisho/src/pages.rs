//! Where the pages are, for the links in letters.

use std::net::SocketAddr;

use sekisho_server::config::{Config, Service};

/// How links in letters name this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// By its host name.
    ByName,
    /// By number: nobody resolves the demo's host name.
    ByNumber,
}

/// The beginning of every link to our pages, without a slash at the end.
pub(crate) fn base_of(config: &Config, links: Links) -> String {
    let address = |service| {
        let listener = config.listeners.open.get(&service)?;
        listener.addresses.first().copied()
    };
    let port = |service| address(service).as_ref().map(SocketAddr::port);
    match (port(Service::Console), address(Service::ConsolePlain)) {
        (None, Some(plain)) if links == Links::ByNumber => format!("http://{plain}"),
        (Some(443), _) | (None, None) => format!("https://{}", config.hostname),
        (Some(port), _) => format!("https://{}:{port}", config.hostname),
        (None, Some(plain)) => format!("http://{}:{}", config.hostname, plain.port()),
    }
}
