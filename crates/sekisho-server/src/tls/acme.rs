//! Certificates by ACME (RFC 8555) with HTTP-01: account kept in a file, renewed at two thirds of their life.

mod http01;
mod order;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use order::AcmeError;

use super::{TlsServer, identity, pem};
use crate::config::{Acme, CertificateFiles};

/// The public CA that needs no contract.
pub const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// After a failure; CAs count failed orders by the hour.
const RETRY: Duration = Duration::from_secs(3_600);
/// How often the age of the certificate is looked at.
const LOOK: Duration = Duration::from_secs(600);

/// Where account, key and certificate of one ACME section lie.
#[derive(Debug, Clone)]
pub struct AcmeFiles {
    folder: PathBuf,
}

impl AcmeFiles {
    /// In `data_dir`.
    #[must_use]
    pub fn new(data_dir: &Path) -> Self {
        Self {
            folder: data_dir.join("tls/acme"),
        }
    }

    /// The certificate and key.
    #[must_use]
    pub fn certificate(&self) -> CertificateFiles {
        CertificateFiles {
            chain: self.folder.join("leaf.crt"),
            key: self.folder.join("leaf.key"),
        }
    }

    fn account(&self) -> PathBuf {
        self.folder.join("account.json")
    }

    /// When the certificate in place should be replaced: at two thirds of its life, or now when there is none.
    #[must_use]
    pub fn renewal_due(&self, now: SystemTime) -> bool {
        let chain = pem::chain(&self.certificate().chain).ok();
        let Some((from, until)) = chain
            .as_ref()
            .and_then(|chain| chain.first())
            .and_then(identity::validity)
        else {
            return true;
        };
        let life = until.duration_since(from).unwrap_or_default();
        now >= from + life / 3 * 2
    }
}

/// Orders a certificate and puts it in place of the old one.
///
/// # Errors
/// The CA refused, in its own words, or could not be reached; the old certificate stays.
pub async fn renew(settings: &Acme, files: &AcmeFiles) -> Result<(), AcmeError> {
    let issued = order::order(settings, &files.account()).await?;
    let place = files.certificate();
    // The key first: a reader between the two writes sees a pair that does not match, keeps the old, and looks again.
    pem::write_whole(&place.key, &issued.key_pem, 0o600)?;
    pem::write_whole(&place.chain, &issued.chain_pem, 0o644)?;
    Ok(())
}

/// Renews when it is time, for as long as it is polled. A failure is kept in `server` for health, and tried again.
pub async fn keep_renewed(settings: Acme, files: AcmeFiles, server: Arc<TlsServer>) {
    loop {
        let mut rest = LOOK;
        if files.renewal_due(SystemTime::now()) {
            match renew(&settings, &files).await {
                Ok(()) => match server.reload() {
                    Ok(()) => tracing::info!(names = ?settings.names, "certificate renewed"),
                    Err(error) => tracing::error!(%error, "renewed certificate cannot be used"),
                },
                Err(error) => {
                    tracing::error!(%error, names = ?settings.names, "certificate not renewed; trying again later");
                    server.set_failure(Some(error.to_string()));
                    rest = RETRY;
                }
            }
        }
        tokio::time::sleep(rest).await;
    }
}
