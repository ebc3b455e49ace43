//! One certificate with its key, ready to serve, and what a sign-in can be bound to.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ring::digest;
use rustls::crypto::ring::{Ticketer, default_provider};
use rustls::server::{ProducesTickets, ServerConfig};
use rustls::{ProtocolVersion, ServerConnection};
use rustls_pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use super::{CertificateStatus, TlsError, pem};
use crate::config::CertificateFiles;

/// What is spoken inside TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// SMTP, IMAP, POP3: any ALPN is taken.
    Mail,
    /// HTTP/1.1.
    Web,
}

/// One certificate with its key.
#[derive(Debug)]
pub struct Identity {
    mail: Arc<ServerConfig>,
    web: Arc<ServerConfig>,
    names: Vec<String>,
    not_after: SystemTime,
    end_point: Option<Vec<u8>>,
}

/// What a connection's sign-in is bound to, and what is said of it in `Received`.
#[derive(Debug, Clone)]
pub struct Binding {
    /// As `TLSv1.3`.
    pub version: &'static str,
    /// As `TLS_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// `tls-exporter` (RFC 9266); only under TLS 1.3, where it is safe without further conditions.
    pub exporter: Option<Vec<u8>>,
    /// `tls-server-end-point` (RFC 5929 §4).
    pub end_point: Option<Vec<u8>>,
}

/// What all certificates share, so that a ticket outlives a renewal.
pub(super) struct Shared {
    ticketer: Arc<dyn ProducesTickets>,
}

impl Shared {
    pub(super) fn new() -> Result<Self, rustls::Error> {
        Ok(Self {
            ticketer: Ticketer::new()?,
        })
    }

    pub(super) fn identity(&self, files: &CertificateFiles) -> Result<Identity, TlsError> {
        let chain = pem::chain(&files.chain)?;
        let key = pem::key(&files.key)?;
        let path = || files.chain.clone();
        let facts = chain.first().and_then(LeafFacts::read);
        let facts = facts.ok_or_else(|| TlsError::Pem {
            path: path(),
            wanted: "readable certificate",
        })?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|source| TlsError::Pair {
                path: path(),
                source,
            })?;
        config.ticketer = Arc::clone(&self.ticketer);
        config.send_tls13_tickets = 1;
        let mut web = config.clone();
        web.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Identity {
            mail: Arc::new(config),
            web: Arc::new(web),
            names: facts.names,
            not_after: facts.not_after,
            end_point: facts.end_point,
        })
    }
}

impl Identity {
    pub(super) fn config(&self, protocol: Protocol) -> Arc<ServerConfig> {
        Arc::clone(match protocol {
            Protocol::Mail => &self.mail,
            Protocol::Web => &self.web,
        })
    }

    pub(super) fn status(&self) -> CertificateStatus {
        CertificateStatus {
            names: self.names.clone(),
            not_after: self.not_after,
        }
    }

    /// RFC 9525 §6.3: exact, or a whole left-most label by `*`.
    pub fn is_for(&self, host: &str) -> bool {
        let parent = host.split_once('.').map(|(_, parent)| parent);
        self.names.iter().any(|name| match name.strip_prefix("*.") {
            Some(wild) => parent.is_some_and(|parent| parent.eq_ignore_ascii_case(wild)),
            None => name.eq_ignore_ascii_case(host),
        })
    }
}

impl Binding {
    pub(super) fn of(connection: &ServerConnection, identity: &Identity) -> Self {
        let version = match connection.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
            _ => "TLSv1.3",
        };
        let cipher = connection
            .negotiated_cipher_suite()
            .map(|suite| format!("{:?}", suite.suite()));
        // RFC 9266 §2: label "EXPORTER-Channel-Binding", empty context, 32 bytes. Under TLS 1.2 it needs the
        // extended master secret (§4.2), which rustls does not report: not offered there.
        let exporter = (version == "TLSv1.3")
            .then(|| {
                connection
                    .export_keying_material(vec![0; 32], b"EXPORTER-Channel-Binding", Some(&[]))
                    .ok()
            })
            .flatten();
        Self {
            version,
            cipher: cipher.unwrap_or_default().replace("TLS13_", "TLS_"),
            exporter,
            end_point: identity.end_point.clone(),
        }
    }
}

struct LeafFacts {
    names: Vec<String>,
    not_after: SystemTime,
    end_point: Option<Vec<u8>>,
}

impl LeafFacts {
    fn read(leaf: &CertificateDer<'_>) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(leaf).ok()?;
        let names = certificate
            .subject_alternative_name()
            .ok()
            .flatten()
            .map(|extension| {
                let names = extension.value.general_names.iter();
                names.filter_map(|name| {
                    if let GeneralName::DNSName(name) = name {
                        Some((*name).to_owned())
                    } else {
                        None
                    }
                })
            });
        let names = names.map(Iterator::collect).unwrap_or_default();
        let seconds = u64::try_from(certificate.validity().not_after.timestamp()).unwrap_or(0);
        let hash = end_point_hash(&certificate.signature_algorithm.algorithm.to_id_string());
        Some(Self {
            names,
            not_after: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
            end_point: hash.map(|hash| digest::digest(hash, leaf).as_ref().to_vec()),
        })
    }
}

/// RFC 5929 §4.1: the hash of the certificate's signature; SHA-256 in place of MD5 and SHA-1. A signature without
/// a single hash function (Ed25519, PSS with parameters) has no such binding.
fn end_point_hash(signature_algorithm: &str) -> Option<&'static digest::Algorithm> {
    match signature_algorithm {
        "1.2.840.113549.1.1.11" | "1.2.840.10045.4.3.2" => Some(&digest::SHA256),
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => Some(&digest::SHA384),
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => Some(&digest::SHA512),
        "1.2.840.113549.1.1.4" | "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" => {
            Some(&digest::SHA256)
        }
        _ => None,
    }
}

/// From when to when a certificate is good.
pub(super) fn validity(leaf: &CertificateDer<'_>) -> Option<(SystemTime, SystemTime)> {
    let (_, certificate) = X509Certificate::from_der(leaf).ok()?;
    let at = |seconds: i64| {
        SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
    };
    let validity = certificate.validity();
    Some((
        at(validity.not_before.timestamp()),
        at(validity.not_after.timestamp()),
    ))
}
