//! Where the pages are, for the links in letters.

use sekisho_server::config::{Config, Service};

/// The beginning of every link to our pages, without a slash at the end.
pub(crate) fn base_of(config: &Config) -> String {
    let port = |service| {
        let listener = config.listeners.open.get(&service)?;
        listener.addresses.first().map(std::net::SocketAddr::port)
    };
    match (port(Service::Console), port(Service::ConsolePlain)) {
        (Some(443), _) | (None, None) => format!("https://{}", config.hostname),
        (Some(port), _) => format!("https://{}:{port}", config.hostname),
        (None, Some(port)) => format!("http://{}:{port}", config.hostname),
    }
}
