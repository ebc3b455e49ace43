//! TLS for every listener: which certificate, reloaded without a break, and what SCRAM binds to.
//!
//! A [`TlsServer`] holds one immutable set of [`identity::Identity`]s at a time. A reload puts a new set in its
//! place: connections that stand keep theirs, new ones get the new one.

pub mod acme;
pub mod ca;
mod identity;
mod pem;
mod source;
mod watch;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use rustls::server::Acceptor;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

pub use acme::{AcmeFiles, keep_renewed, renew};
pub use ca::SelfMadeCa;
pub use identity::{Binding, Identity, Protocol};
pub use source::open;
pub use watch::watch;

use crate::config::CertificateFiles;
use crate::limits;

/// Why certificates cannot be used; the words say which file.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is missing or cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file holds something else.
    #[error("{path}: no {wanted} in this PEM file")]
    Pem {
        /// The file.
        path: PathBuf,
        /// `certificate` or `private key`.
        wanted: &'static str,
    },
    /// Certificate and key do not go together, or the key is of an unknown kind.
    #[error("{path}: {source}")]
    Pair {
        /// The certificate file.
        path: PathBuf,
        /// What rustls says.
        source: rustls::Error,
    },
    /// A certificate could not be made.
    #[error("making a certificate: {0}")]
    Make(#[from] rcgen::Error),
}

/// What is known of one certificate in use, for health and `sekisho check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateStatus {
    /// The names in it.
    pub names: Vec<String>,
    /// When it ends.
    pub not_after: SystemTime,
}

/// The certificates in use, shared by all listeners.
pub struct TlsServer {
    files: Vec<CertificateFiles>,
    current: RwLock<Arc<Loaded>>,
    shared: identity::Shared,
    failure: RwLock<Option<String>>,
}

struct Loaded {
    identities: Vec<Arc<Identity>>,
    stamps: Vec<pem::Stamp>,
}

impl TlsServer {
    /// Loads the certificates in `files`; the first is shown to clients that name no host or an unknown one.
    ///
    /// # Errors
    /// A file cannot be used.
    pub fn load(files: Vec<CertificateFiles>) -> Result<Self, TlsError> {
        let shared = identity::Shared::new().map_err(|source| TlsError::Pair {
            path: PathBuf::new(),
            source,
        })?;
        let loaded = read(&files, &shared)?;
        Ok(Self {
            files,
            current: RwLock::new(Arc::new(loaded)),
            shared,
            failure: RwLock::new(None),
        })
    }

    /// Reads the files again. The old certificates stay when the new ones cannot be used.
    ///
    /// # Errors
    /// The new files cannot be used; kept for [`TlsServer::failure`] too.
    pub fn reload(&self) -> Result<(), TlsError> {
        let result = read(&self.files, &self.shared).map(|loaded| {
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(loaded);
        });
        self.set_failure(result.as_ref().err().map(ToString::to_string));
        result
    }

    /// Reads the files again when one of them looks different from when it was read. Says whether it did.
    ///
    /// # Errors
    /// As [`TlsServer::reload`].
    pub fn reload_if_changed(&self) -> Result<bool, TlsError> {
        let changed = self.files.iter().map(pem::Stamp::of).ne(self
            .loaded()
            .stamps
            .iter()
            .copied());
        if changed {
            self.reload().map(|()| true)
        } else {
            Ok(false)
        }
    }

    /// The words of the last failure to renew or reload, until a success.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.failure
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_failure(&self, words: Option<String>) {
        *self.failure.write().unwrap_or_else(PoisonError::into_inner) = words;
    }

    /// The certificates in use.
    #[must_use]
    pub fn status(&self) -> Vec<CertificateStatus> {
        self.loaded()
            .identities
            .iter()
            .map(|identity| identity.status())
            .collect()
    }

    fn loaded(&self) -> Arc<Loaded> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The certificate for the host that a client names (SNI, RFC 6066 §3).
    #[must_use]
    pub fn identity(&self, server_name: Option<&str>) -> Option<Arc<Identity>> {
        let loaded = self.loaded();
        let named = server_name.and_then(|name| {
            loaded
                .identities
                .iter()
                .find(|identity| identity.is_for(name))
        });
        named.or(loaded.identities.first()).cloned()
    }

    /// The server side of a handshake on `io`, within its time.
    ///
    /// # Errors
    /// The peer speaks something else, breaks off, or takes too long.
    pub async fn accept<IO>(
        &self,
        io: IO,
        protocol: Protocol,
    ) -> io::Result<(TlsStream<IO>, Binding)>
    where
        IO: AsyncRead + AsyncWrite + Unpin,
    {
        let handshake = async {
            let start = LazyConfigAcceptor::new(Acceptor::default(), io).await?;
            let identity = self
                .identity(start.client_hello().server_name())
                .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no certificate"))?;
            let stream = start.into_stream(identity.config(protocol)).await?;
            let binding = Binding::of(stream.get_ref().1, &identity);
            Ok((stream, binding))
        };
        match timeout(limits::TLS_HANDSHAKE_TIMEOUT, handshake).await {
            Ok(result) => result,
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

fn read(files: &[CertificateFiles], shared: &identity::Shared) -> Result<Loaded, TlsError> {
    // The stamps come first: a file that changes while it is read is read again at the next look.
    let stamps = files.iter().map(pem::Stamp::of).collect();
    let identities = files
        .iter()
        .map(|pair| shared.identity(pair).map(Arc::new))
        .collect::<Result<_, _>>()?;
    Ok(Loaded { identities, stamps })
}

#[cfg(test)]
mod tests;
