//! Loopback ports above 1024: the ones people read about, or free ones where those are taken.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;

use sekisho_server::config::{Config, Service};

/// Section of the configuration, name in the `ready` event, port.
const WANTED: [(&str, &str, u16); 9] = [
    ("smtp", "smtp", 2025),
    ("submission", "submission", 2587),
    ("submissions", "submissions", 2465),
    ("imap", "imap", 2143),
    ("imaps", "imaps", 2993),
    ("pop3", "pop3", 2110),
    ("pop3s", "pop3s", 2995),
    ("console_plain", "console", 8080),
    ("metrics", "metrics", 9090),
];

/// The services of the `ready` event.
pub(super) const SERVICES: [(Service, &str); 9] = [
    (Service::Smtp, "smtp"),
    (Service::Submission, "submission"),
    (Service::Submissions, "submissions"),
    (Service::Imap, "imap"),
    (Service::Imaps, "imaps"),
    (Service::Pop3, "pop3"),
    (Service::Pop3s, "pop3s"),
    (Service::ConsolePlain, "console"),
    (Service::Metrics, "metrics"),
];

/// The text of the demo's configuration.
pub(super) fn configuration(dir: &Path) -> String {
    let mut text = format!(
        "# Written by `sekisho demo` at every start.\nversion = \"1\"\nhostname = \"mail.{}\"\ndata_dir = {}\n\n\
         [tls]\nself_made_ca = true\n\n[dns]\nfixture_zone_for_demo_and_tests = {}\n\n\
         [limits]\nconnections_per_address_max = 1000\n",
        super::DOMAIN,
        quoted(&dir.join("data")),
        quoted(&dir.join("zone.json")),
    );
    for (section, _, port) in WANTED {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free(port)));
        // Writing into a string does not fail.
        let _ = write!(text, "\n[listeners.{section}]\naddress = \"{address}\"\n");
    }
    text
}

/// Where the demo's pages are: by number, since nobody resolves the demo's host name.
pub(super) fn pages(config: &Config) -> Option<String> {
    let listener = config.listeners.open.get(&Service::ConsolePlain)?;
    listener
        .addresses
        .first()
        .map(|address| format!("http://{address}"))
}

/// The wanted port, or 0 where it is taken: the system then chooses a free one.
fn free(port: u16) -> u16 {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => port,
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .map_or(0, |address| address.port()),
    }
}

/// A path as a TOML string.
fn quoted(path: &Path) -> String {
    toml::Value::String(path.display().to_string()).to_string()
}
