//! TLS towards other servers.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

/// How other servers' certificates are looked at.
#[derive(Clone)]
pub(super) struct ClientTls {
    /// Any certificate: better than none, against those who only listen (RFC 7435).
    pub(super) any: Arc<ClientConfig>,
    /// One that fits the name, from a CA that this machine trusts.
    pub(super) verified: Arc<ClientConfig>,
}

impl ClientTls {
    /// `more_roots`: PEM file with roots besides those of the machine.
    pub(super) fn new(more_roots: Option<&Path>) -> Result<Self, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let builder = || {
            ClientConfig::builder_with_provider(Arc::clone(&provider))
                .with_safe_default_protocol_versions()
        };
        let verified = builder()?
            .with_root_certificates(roots(more_roots))
            .with_no_client_auth();
        let any = builder()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyCertificate(Arc::clone(&provider))))
            .with_no_client_auth();
        Ok(Self {
            any: Arc::new(any),
            verified: Arc::new(verified),
        })
    }
}

/// Without a root nothing can be verified; what asks for it then fails with rustls' words.
fn roots(more: Option<&Path>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let native = rustls_native_certs::load_native_certs();
    for error in &native.errors {
        tracing::warn!(%error, "some CA certificates of this machine cannot be read");
    }
    roots.add_parsable_certificates(native.certs);
    if let Some(path) = more {
        match CertificateDer::pem_file_iter(path) {
            Ok(certificates) => {
                roots.add_parsable_certificates(certificates.flatten());
            }
            Err(error) => {
                tracing::error!(path = %path.display(), %error, "the CA file for delivery cannot be read");
            }
        }
    }
    roots
}

/// Takes every certificate, and still wants its owner: the handshake's signature is checked.
struct AnyCertificate(Arc<CryptoProvider>);

impl fmt::Debug for AnyCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnyCertificate")
    }
}

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
