//! Debian's `pebble`: a real ACME server for tests.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::name_server::NameServer;
use crate::ports::free_ports;
use crate::skipped::installed;
use crate::wait::wait_for;
use crate::wire::{Trust, Wire};

/// A running ACME server. Ended when dropped.
pub struct Pebble {
    child: Child,
    /// Address of its directory.
    pub directory: String,
    /// The port at which it asks for HTTP-01 answers.
    pub http_port: u16,
    management: SocketAddr,
}

impl Drop for Pebble {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Pebble {
    /// Starts it with files in `folder`, showing this certificate for `localhost` on its own ports; none where it is
    /// not installed, and the calling test is told as skipped.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(folder: &Path, chain: &Path, key: &Path) -> Option<Self> {
        Self::start_asking(folder, chain, key, None)
    }

    /// The same, with a name server of the test's own.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_asking(
        folder: &Path,
        chain: &Path,
        key: &Path,
        dns: Option<&NameServer>,
    ) -> Option<Self> {
        if !installed("pebble") {
            return None;
        }
        // Pebble cannot take port 0, so a clash is possible; the caller sees it as no answer.
        let [port, http_port, tls_port, management] = free_ports();
        let settings = json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{port}"),
            "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": chain, "privateKey": key,
            "httpPort": http_port, "tlsPort": tls_port,
            "ocspResponderURL": "", "externalAccountBindingRequired": false,
        }});
        let file = folder.join("pebble.json");
        std::fs::write(&file, settings.to_string()).expect("its settings can be written");
        let mut command = Command::new("pebble");
        command.arg("-config").arg(&file);
        if let Some(dns) = dns {
            command.args(["-dnsserver", &dns.address()]);
        }
        let child = command
            .args(["-strict", "false"])
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_WFE_NONCEREJECT", "0")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pebble starts");
        let pebble = Self {
            child,
            directory: format!("https://localhost:{port}/dir"),
            http_port,
            management: SocketAddr::from(([127, 0, 0, 1], management)),
        };
        let ports = [port, management].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        wait_for("pebble", || {
            let open = ports.iter().all(|port| TcpStream::connect(port).is_ok());
            open.then_some(())
        });
        Some(pebble)
    }

    /// The root certificate under which it issues, as PEM. `trust` is for its own ports.
    ///
    /// # Panics
    /// When it does not answer.
    pub fn issuing_root(&self, trust: &Trust) -> String {
        let mut wire = Wire::connect_tls(self.management, trust);
        wire.send(b"GET /roots/0 HTTP/1.0\r\nHost: localhost\r\n\r\n");
        let mut pem = String::new();
        while let Some(line) = wire.line() {
            if line.starts_with("-----BEGIN") || !pem.is_empty() {
                pem += &line;
                pem.push('\n');
            }
        }
        assert!(pem.contains("-----END"), "no root: {pem}");
        pem
    }
}
