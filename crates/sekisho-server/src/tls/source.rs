//! From the `[tls]` section to certificates in use.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::acme::AcmeFiles;
use super::ca::SelfMadeCa;
use super::{TlsError, TlsServer};
use crate::config::{Config, TlsSource};

/// Loads the certificates that the configuration names; makes them where it says so. `None` without TLS.
///
/// With ACME and no certificate yet, a self-made one serves until the CA has answered: servers that deliver here
/// encrypt without asking who signed, and nothing waits for the CA.
///
/// # Errors
/// Files cannot be used or written.
pub fn open(config: &Config) -> Result<Option<Arc<TlsServer>>, TlsError> {
    let now = SystemTime::now();
    let ca_folder = config.data_dir.join("tls");
    let files = match &config.tls.source {
        TlsSource::None => return Ok(None),
        TlsSource::Files(files) => files.clone(),
        TlsSource::SelfMade => {
            let names =
                [&config.hostname, "localhost", "127.0.0.1", "::1"].map(ToString::to_string);
            vec![SelfMadeCa::open(&ca_folder, now)?.issue(&names, now)?]
        }
        TlsSource::Acme(acme) => {
            let place = AcmeFiles::new(&config.data_dir).certificate();
            if !place.chain.exists() || !place.key.exists() {
                stand_in(
                    &SelfMadeCa::open(&ca_folder, now)?,
                    &acme.names,
                    &place,
                    now,
                )?;
            }
            vec![place]
        }
    };
    TlsServer::load(files).map(|server| Some(Arc::new(server)))
}

/// Two thirds of its life are over when it is made, so that its renewal is due at once.
fn stand_in(
    ca: &SelfMadeCa,
    names: &[String],
    place: &crate::config::CertificateFiles,
    now: SystemTime,
) -> Result<(), TlsError> {
    let day = Duration::from_secs(86_400);
    let made = ca.issue_for(names, now - 61 * day, now + 30 * day)?;
    for (from, to) in [(&made.key, &place.key), (&made.chain, &place.chain)] {
        let file = |source| TlsError::File {
            path: to.clone(),
            source,
        };
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder).map_err(file)?;
        }
        std::fs::rename(from, to).map_err(file)?;
    }
    Ok(())
}
