//! Certificates from a real ACME server: Debian's `pebble`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sekisho_server::config::Acme;
use sekisho_server::tls::TlsServer;
use sekisho_server::tls::acme::{AcmeError, AcmeFiles, renew};
use sekisho_server::tls::ca::SelfMadeCa;
use tokio::net::TcpStream;

struct Pebble {
    child: Child,
    directory: String,
    root: std::path::PathBuf,
    http_port: u16,
}

impl Drop for Pebble {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that is free now. Pebble cannot take port 0, so a clash is possible; the caller sees it as no answer.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

async fn pebble(folder: &Path) -> Option<Pebble> {
    Command::new("pebble")
        .arg("-h")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    let ca = SelfMadeCa::open(&folder.join("ca"), SystemTime::now()).unwrap();
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let pair = ca.issue(&names, SystemTime::now()).unwrap();
    let (port, http_port) = (free_port(), free_port());
    let settings = serde_json::json!({ "pebble": {
        "listenAddress": format!("127.0.0.1:{port}"),
        "managementListenAddress": "",
        "certificate": pair.chain, "privateKey": pair.key,
        "httpPort": http_port, "tlsPort": free_port(),
        "ocspResponderURL": "", "externalAccountBindingRequired": false,
    }});
    let file = folder.join("pebble.json");
    std::fs::write(&file, settings.to_string()).unwrap();
    let child = Command::new("pebble")
        .args(["-config", file.to_str().unwrap(), "-strict", "false"])
        .env("PEBBLE_VA_NOSLEEP", "1")
        .env("PEBBLE_WFE_NONCEREJECT", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pebble = Pebble {
        child,
        directory: format!("https://localhost:{port}/dir"),
        root: ca.root_file(),
        http_port,
    };
    for _ in 0..200 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return Some(pebble);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("pebble does not answer");
}

fn settings(pebble: &Pebble, http_port: u16) -> Acme {
    Acme {
        directory: pebble.directory.clone(),
        contact: vec!["postmaster@example.jp".to_owned()],
        // The only name that every machine resolves to itself.
        names: vec!["localhost".to_owned()],
        root_ca: Some(pebble.root.clone()),
        http_address: SocketAddr::from(([127, 0, 0, 1], http_port)),
    }
}

#[tokio::test]
async fn a_certificate_is_issued_renewed_and_its_refusal_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let Some(pebble) = pebble(folder.path()).await else {
        sekisho_testkit::skipped("no pebble (apt-get install pebble)");
        return;
    };
    let files = AcmeFiles::new(folder.path());
    let good = settings(&pebble, pebble.http_port);
    renew(&good, &files).await.unwrap();
    assert!(!files.renewal_due(SystemTime::now()));
    let server = Arc::new(TlsServer::load(vec![files.certificate()]).unwrap());
    let first = server.status();
    assert_eq!(first[0].names, ["localhost"]);

    let chain = std::fs::read(files.certificate().chain).unwrap();
    renew(&good, &files).await.unwrap();
    assert_ne!(
        chain,
        std::fs::read(files.certificate().chain).unwrap(),
        "the account is used again"
    );
    assert!(server.reload_if_changed().unwrap());

    // The CA asks on its own port, where nobody answers now. A new name, or it would not ask at all.
    let mut bad = settings(&pebble, free_port());
    bad.names = vec!["nobody.localhost".to_owned()];
    let error = renew(&bad, &files).await.unwrap_err();
    let AcmeError::NotVerified { name, why } = &error else {
        panic!("{error}")
    };
    assert_eq!(name, "nobody.localhost");
    assert!(!why.is_empty());
    assert!(
        server.status() == TlsServer::load(vec![files.certificate()]).unwrap().status(),
        "the old one stays"
    );
}
