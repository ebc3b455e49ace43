//! Certificates from a real ACME server: Debian's `pebble`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sekisho_server::config::Acme;
use sekisho_server::tls::TlsServer;
use sekisho_server::tls::acme::{AcmeError, AcmeFiles, renew};
use sekisho_server::tls::ca::SelfMadeCa;
use sekisho_testkit::Pebble;

fn pebble(folder: &Path) -> Option<(Pebble, PathBuf)> {
    let ca = SelfMadeCa::open(&folder.join("ca"), SystemTime::now()).unwrap();
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let pair = ca.issue(&names, SystemTime::now()).unwrap();
    let pebble = Pebble::start(folder, &pair.chain, &pair.key)?;
    Some((pebble, ca.root_file()))
}

fn settings(pebble: &Pebble, root: &Path, http_port: u16) -> Acme {
    Acme {
        directory: pebble.directory.clone(),
        contact: vec!["postmaster@example.jp".to_owned()],
        // The only name that every machine resolves to itself.
        names: vec!["localhost".to_owned()],
        root_ca: Some(root.to_owned()),
        http_address: SocketAddr::from(([127, 0, 0, 1], http_port)),
    }
}

#[tokio::test]
async fn a_certificate_is_issued_renewed_and_its_refusal_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let Some((pebble, root)) = pebble(folder.path()) else {
        return;
    };
    let files = AcmeFiles::new(folder.path());
    let good = settings(&pebble, &root, pebble.http_port);
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
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let mut bad = settings(&pebble, &root, nobody);
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
