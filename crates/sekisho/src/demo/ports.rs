//! Loopback ports above 1024: the ones people read about, or free ones where those are taken.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;

use sekisho_server::config::Service;

/// Section of the configuration, port.
const WANTED: [(&str, u16); 9] = [
    ("smtp", 2025),
    ("submission", 2587),
    ("submissions", 2465),
    ("imap", 2143),
    ("imaps", 2993),
    ("pop3", 2110),
    ("pop3s", 2995),
    ("console_plain", 8080),
    ("metrics", 9090),
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

/// Which ports to write.
#[derive(Clone, Copy)]
pub(super) enum Choice {
    /// Those that people read about, where they are free.
    WellKnown,
    /// Any: another demo was quicker between our look and our opening.
    Any,
}

/// The text of the demo's configuration.
pub(super) fn configuration(dir: &Path, choice: Choice) -> String {
    let mut text = format!(
        "# Written by `sekisho demo` at every start.\nversion = \"1\"\nhostname = \"mail.{}\"\ndata_dir = {}\n\n\
         [tls]\nself_made_ca = true\n\n[dns]\nfixture_zone_for_demo_and_tests = {}\n\n\
         [limits]\nconnections_per_address_max = 1000\n",
        super::DOMAIN,
        quoted(&dir.join("data")),
        quoted(&dir.join("zone.json")),
    );
    for (section, wanted) in WANTED {
        let wanted = match choice {
            Choice::WellKnown => wanted,
            Choice::Any => 0,
        };
        let port = free(wanted);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        // Writing into a string does not fail.
        let _ = write!(text, "\n[listeners.{section}]\naddress = \"{address}\"\n");
    }
    text
}

/// The wanted port, or one that the system names where it is taken (or 0). It is written down, so that links
/// in letters can name it.
fn free(wanted: u16) -> u16 {
    let bound = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    bound(wanted)
        .or_else(|_| bound(0))
        .and_then(|listener| listener.local_addr())
        .map_or(0, |address| address.port())
}

/// A path as a TOML string.
fn quoted(path: &Path) -> String {
    toml::Value::String(path.display().to_string()).to_string()
}
