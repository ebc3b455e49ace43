use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use rustls::RootCertStore;
use rustls::pki_types::ServerName;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio_rustls::TlsConnector;

use super::ca::SelfMadeCa;
use super::*;

struct Place {
    folder: tempfile::TempDir,
    ca: SelfMadeCa,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ca = SelfMadeCa::open(folder.path(), SystemTime::now()).unwrap();
        Self { folder, ca }
    }

    /// A certificate for `name`, in files of its own.
    fn pair(&self, name: &str, file: &str) -> CertificateFiles {
        let made = self
            .ca
            .issue(&[name.to_owned()], SystemTime::now())
            .unwrap();
        let at = |end: &str| self.folder.path().join(format!("{file}.{end}"));
        std::fs::rename(made.chain, at("crt")).unwrap();
        std::fs::rename(made.key, at("key")).unwrap();
        CertificateFiles {
            chain: at("crt"),
            key: at("key"),
        }
    }

    fn connector(&self) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(self.ca.root_file()).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        TlsConnector::from(Arc::new(config))
    }
}

/// Client and server meet: the certificate that the client saw, and both sides' bindings.
async fn meet(server: &TlsServer, place: &Place, host: &str) -> (Vec<u8>, Vec<u8>, Binding) {
    let (near, far) = tokio::io::duplex(64 << 10);
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let connector = place.connector();
    let (client, served) = tokio::join!(
        connector.connect(name, near),
        server.accept(far, Protocol::Mail)
    );
    let client = client.unwrap();
    let (_, connection) = client.get_ref();
    let leaf = connection.peer_certificates().unwrap()[0].to_vec();
    let exporter = connection
        .export_keying_material(vec![0; 32], b"EXPORTER-Channel-Binding", Some(&[]))
        .unwrap();
    (leaf, exporter, served.unwrap().1)
}

fn leaf(files: &CertificateFiles) -> Vec<u8> {
    CertificateDer::from_pem_file(&files.chain)
        .unwrap()
        .to_vec()
}

#[tokio::test]
async fn the_certificate_follows_the_name_and_both_ends_bind_to_the_same() {
    let place = Place::new();
    let (one, other) = (
        place.pair("mail.example.jp", "one"),
        place.pair("*.example.net", "other"),
    );
    let server = TlsServer::load(vec![one.clone(), other.clone()]).unwrap();
    for (host, files) in [("mail.example.jp", &one), ("mx.example.net", &other)] {
        let (seen, exporter, binding) = meet(&server, &place, host).await;
        assert_eq!(seen, leaf(files), "{host}");
        assert_eq!(binding.exporter.unwrap(), exporter);
        let hash = ring::digest::digest(&ring::digest::SHA256, &seen);
        assert_eq!(binding.end_point.unwrap(), hash.as_ref());
        assert_eq!(
            (binding.version, binding.cipher.starts_with("TLS_")),
            ("TLSv1.3", true),
            "{}",
            binding.cipher
        );
    }
}

#[tokio::test]
async fn a_new_certificate_is_served_and_a_bad_one_is_not() {
    let place = Place::new();
    let files = place.pair("mail.example.jp", "one");
    let server = TlsServer::load(vec![files.clone()]).unwrap();
    let old = meet(&server, &place, "mail.example.jp").await.0;
    assert!(!server.reload_if_changed().unwrap());

    place.pair("mail.example.jp", "one");
    assert!(server.reload_if_changed().unwrap());
    let new = meet(&server, &place, "mail.example.jp").await.0;
    assert_ne!(old, new);

    let stranger = place.pair("mail.example.jp", "two");
    std::fs::copy(stranger.key, &files.key).unwrap();
    assert!(matches!(
        server.reload_if_changed(),
        Err(TlsError::Pair { .. })
    ));
    assert!(server.failure().unwrap().contains("one.crt"));
    assert_eq!(meet(&server, &place, "mail.example.jp").await.0, new);

    std::fs::write(&files.chain, "nonsense").unwrap();
    assert!(matches!(
        server.reload(),
        Err(TlsError::Pem {
            wanted: "certificate",
            ..
        })
    ));
    assert_eq!(meet(&server, &place, "mail.example.jp").await.0, new);

    place.pair("mail.example.jp", "one");
    server.reload().unwrap();
    assert_eq!(server.failure(), None);
    assert_eq!(server.status()[0].names, ["mail.example.jp"]);
}

#[tokio::test]
async fn what_is_not_tls_is_an_error_and_nothing_more() {
    let place = Place::new();
    let server = TlsServer::load(vec![place.pair("mail.example.jp", "one")]).unwrap();
    for garbage in [
        &b"EHLO a\r\n"[..],
        b"\x16\x03\x01\xff\xff",
        b"\0\0\0\0\0\0\0\0",
        b"",
    ] {
        let (mut near, far) = tokio::io::duplex(64 << 10);
        tokio::io::AsyncWriteExt::write_all(&mut near, garbage)
            .await
            .unwrap();
        tokio::io::AsyncWriteExt::shutdown(&mut near).await.unwrap();
        assert!(server.accept(far, Protocol::Mail).await.is_err());
    }
}

#[test]
fn renewal_is_due_at_two_thirds_of_the_life() {
    let place = Place::new();
    let files = acme::AcmeFiles::new(place.folder.path());
    let now = SystemTime::now();
    assert!(files.renewal_due(now), "no certificate yet");
    let pair = place.pair("mail.example.jp", "one");
    let target = files.certificate();
    std::fs::create_dir_all(target.chain.parent().unwrap_or(Path::new("."))).unwrap();
    std::fs::copy(pair.chain, target.chain).unwrap();
    let days = |count: u64| std::time::Duration::from_secs(count * 86_400);
    assert!(!files.renewal_due(now + days(264)));
    assert!(files.renewal_due(now + days(265)));
}

#[tokio::test]
async fn acme_begins_with_a_stand_in_that_is_due_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let text = "version = \"1\"\nhostname = \"mail.example.jp\"\ndata_dir = \".\"\n\
                [listeners.imaps]\naddress = \"127.0.0.1:0\"\n[tls.acme]\n";
    let config = crate::config::Config::parse(text, &folder.path().join("sekisho.toml")).unwrap();
    let server = open(&config).unwrap().unwrap();
    assert_eq!(server.status()[0].names, ["mail.example.jp"]);
    assert!(acme::AcmeFiles::new(&config.data_dir).renewal_due(SystemTime::now()));
}
