//! Certificate and key files.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::{fs, io};

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::TlsError;
use crate::config::CertificateFiles;
use crate::limits::PEM_BYTES_MAX;

/// How a pair of files looked when it was read; a renewal changes at least one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp([Option<(u64, u64, i64, i64)>; 2]);

impl Stamp {
    pub(super) fn of(files: &CertificateFiles) -> Self {
        let look = |path: &Path| {
            fs::metadata(path)
                .ok()
                .map(|meta| (meta.ino(), meta.len(), meta.mtime(), meta.mtime_nsec()))
        };
        Self([look(&files.chain), look(&files.key)])
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, TlsError> {
    let read = || -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        File::open(path)?
            .take(PEM_BYTES_MAX)
            .read_to_end(&mut content)?;
        Ok(content)
    };
    read().map_err(|source| TlsError::File {
        path: path.to_path_buf(),
        source,
    })
}

pub(super) fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let content = bytes(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&content).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(TlsError::Pem {
            path: path.to_path_buf(),
            wanted: "certificate",
        }),
    }
}

pub(super) fn key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let content = bytes(path)?;
    PrivateKeyDer::from_pem_slice(&content).map_err(|_| TlsError::Pem {
        path: path.to_path_buf(),
        wanted: "private key",
    })
}

/// Writes `content` so that a reader sees the old file or the new one, never half of it; keys are for us alone.
pub(super) fn write_whole(path: &Path, content: &str, mode: u32) -> Result<(), TlsError> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let write = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let new = path.with_extension("new");
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(mode)
            .open(&new)?;
        file.write_all(content.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().map_err(|source| TlsError::File {
        path: path.to_path_buf(),
        source,
    })
}
