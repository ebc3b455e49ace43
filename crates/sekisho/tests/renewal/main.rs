//! P21: certificates are renewed under load. Every port serves the new one within 60 s, and no connection is dropped.
//!
//! `SEKISHO_RENEWALS` sets how often (3 without it); the full form is 20.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod load;
mod ports;

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use load::Load;
use sekisho_server::config::Acme;
use sekisho_server::tls::acme::{AcmeFiles, renew};
use sekisho_server::tls::ca::SelfMadeCa;
use sekisho_testkit::{Demo, NameServer, Pebble, Trust, Wire, wait_for};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sekisho");
const NAME: &str = "mail.hanko.example.jp";
/// The promise.
const SERVED_WITHIN: Duration = Duration::from_secs(60);

fn renewals() -> usize {
    std::env::var("SEKISHO_RENEWALS").map_or(3, |text| {
        text.parse().expect("SEKISHO_RENEWALS is a number")
    })
}

/// The demo's people, served with other certificates, the console over TLS.
fn serve(tls: &str) -> Demo {
    let dir = Demo::start(PROGRAM, &["--no-samples"]).kill();
    Demo::serve_in(PROGRAM, dir, |text| {
        text.replace("[tls]\nself_made_ca = true", tls)
            .replace("[listeners.console_plain]", "[listeners.console]")
    })
}

fn names() -> [String; 2] {
    ["localhost".to_owned(), "127.0.0.1".to_owned()]
}

/// Puts a new certificate in place again and again, and looks at every port for it.
fn renew_under_load(what: &str, demo: &Demo, trust: &Trust, mut put_new: impl FnMut() -> Vec<u8>) {
    let load = Load::on(demo, trust);
    let mut longest = Duration::ZERO;
    for _ in 0..renewals() {
        let new = put_new();
        let began = Instant::now();
        load.until_every_port_shows(&new, began + SERVED_WITHIN);
        longest = longest.max(began.elapsed());
    }
    let done = load.end();
    println!(
        "{what}: {} renewals, served on {} ports within {longest:.1?}; {} connections, {} exchanges on {} that \
         stood all the time, {} dropped",
        renewals(),
        ports::ALL.len(),
        done.connections,
        done.exchanges,
        done.standing,
        done.dropped.len()
    );
    assert!(done.dropped.is_empty(), "{:?}", done.dropped);
    assert!(done.connections >= ports::ALL.len() * renewals());
}

fn leaf(chain: &Path) -> Vec<u8> {
    use rustls_pki_types::pem::PemObject;
    let first = rustls_pki_types::CertificateDer::from_pem_file(chain).unwrap();
    first.to_vec()
}

#[test]
fn files_that_others_replace() {
    let place = tempfile::tempdir().unwrap();
    let ca = SelfMadeCa::open(place.path(), SystemTime::now()).unwrap();
    let files = ca.issue(&names(), SystemTime::now()).unwrap();
    let demo = serve(&format!(
        "[[tls.certificate]]\nchain = {:?}\nkey = {:?}",
        files.chain, files.key
    ));
    let trust = Trust::file(&ca.root_file(), "localhost");
    renew_under_load("files", &demo, &trust, || {
        let files = ca.issue(&names(), SystemTime::now()).unwrap();
        leaf(&files.chain)
    });
}

#[test]
fn certificates_by_acme() {
    let place = tempfile::tempdir().unwrap();
    let ca = SelfMadeCa::open(place.path(), SystemTime::now()).unwrap();
    let own = ca.issue(&names(), SystemTime::now()).unwrap();
    let dns = NameServer::answering(serde_json::json!({ NAME: [{ "A": "127.0.0.1" }] }));
    let started = Pebble::start_asking(place.path(), &own.chain, &own.key, Some(&dns));
    let Some(pebble) = started else {
        return;
    };
    let root = place.path().join("issuing.pem");
    let of_pebble = Trust::file(&ca.root_file(), "localhost");
    std::fs::write(&root, pebble.issuing_root(&of_pebble)).unwrap();
    let trust = Trust::file(&root, NAME);
    let acme = Acme {
        directory: pebble.directory.clone(),
        contact: vec!["postmaster@hanko.example.jp".to_owned()],
        names: vec![NAME.to_owned()],
        root_ca: Some(ca.root_file()),
        http_address: SocketAddr::from(([127, 0, 0, 1], pebble.http_port)),
    };
    let demo = serve(&format!(
        "[tls.acme]\ndirectory = {:?}\ncontact = {:?}\nnames = {:?}\nroot_ca = {:?}\nhttp_address = \"{}\"",
        acme.directory,
        acme.contact,
        acme.names,
        ca.root_file(),
        acme.http_address
    ));
    // The first one the server orders by itself: until then it shows a stand-in that nobody trusts.
    let imaps = demo.port("imaps");
    wait_for("the first certificate", || {
        Wire::try_connect_tls(imaps, &trust)?.line().map(|_| ())
    });
    let files = AcmeFiles::new(&demo.dir().join("data"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    renew_under_load("acme", &demo, &trust, || {
        runtime.block_on(renew(&acme, &files)).unwrap();
        leaf(&files.certificate().chain)
    });
}
