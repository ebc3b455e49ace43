//! A self-made CA and a certificate from it, for the demo and tests. Nobody else trusts it, and nobody should.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};

use super::{TlsError, pem};
use crate::config::CertificateFiles;

/// Long enough for any demo; TLS clients refuse leaves of more than 825 days.
const LEAF_LIFETIME: Duration = Duration::from_secs(397 * 86_400);
const CA_LIFETIME: Duration = Duration::from_secs(3_650 * 86_400);
/// Clocks differ.
const BACKDATE: Duration = Duration::from_secs(3_600);

/// A CA in a folder of its own.
pub struct SelfMadeCa {
    folder: PathBuf,
}

impl SelfMadeCa {
    /// Takes the CA in `folder`, or makes one there.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn open(folder: &Path, now: SystemTime) -> Result<Self, TlsError> {
        let ca = Self {
            folder: folder.to_path_buf(),
        };
        if !ca.root_file().exists() || !ca.key_file().exists() {
            let key = KeyPair::generate()?;
            let mut params = CertificateParams::default();
            params.distinguished_name = name("Sekisho self-made CA (demo and tests only)");
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            (params.not_before, params.not_after) =
                ((now - BACKDATE).into(), (now + CA_LIFETIME).into());
            let certificate = params.self_signed(&key)?;
            pem::write_whole(&ca.key_file(), &key.serialize_pem(), 0o600)?;
            pem::write_whole(&ca.root_file(), &certificate.pem(), 0o644)?;
        }
        Ok(ca)
    }

    /// The root that clients of the demo are told to trust.
    #[must_use]
    pub fn root_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    fn key_file(&self) -> PathBuf {
        self.folder.join("ca.key")
    }

    /// Makes a new certificate for `names` (host names or addresses) in the CA's folder.
    ///
    /// # Errors
    /// A name is not one, or the folder cannot be read or written.
    pub fn issue(&self, names: &[String], now: SystemTime) -> Result<CertificateFiles, TlsError> {
        self.issue_for(names, now - BACKDATE, now + LEAF_LIFETIME)
    }

    /// The same, for a time of one's own.
    ///
    /// # Errors
    /// As [`SelfMadeCa::issue`].
    pub fn issue_for(
        &self,
        names: &[String],
        from: SystemTime,
        until: SystemTime,
    ) -> Result<CertificateFiles, TlsError> {
        let read = |path: PathBuf| {
            std::fs::read_to_string(&path).map_err(|source| TlsError::File {
                path: path.clone(),
                source,
            })
        };
        let ca_key = KeyPair::from_pem(&read(self.key_file())?)?;
        let root = read(self.root_file())?;
        let issuer = Issuer::from_ca_cert_pem(&root, ca_key)?;
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = name(names.first().map_or("localhost", String::as_str));
        params.use_authority_key_identifier_extension = true;
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        (params.not_before, params.not_after) = (from.into(), until.into());
        let certificate = params.signed_by(&key, &issuer)?;
        let files = CertificateFiles {
            chain: self.folder.join("leaf.crt"),
            key: self.folder.join("leaf.key"),
        };
        pem::write_whole(&files.key, &key.serialize_pem(), 0o600)?;
        pem::write_whole(&files.chain, &certificate.pem(), 0o644)?;
        Ok(files)
    }
}

fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}
