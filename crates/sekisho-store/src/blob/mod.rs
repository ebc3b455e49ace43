//! Message contents on disk: small ones in an append-only log, large ones in files of their own.

pub(crate) mod files;
pub(crate) mod log;
pub(crate) mod prepare;
mod record;
pub(crate) use record::sha256;
pub(crate) mod spool;

use std::path::{Path, PathBuf};

/// Where a content lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a log segment; the offset is that of the payload.
    Log { segment: u32, offset: u64 },
    /// In a file of `blobs/large`.
    File { name: String, offset: u64 },
}

/// The directories under the data directory.
#[derive(Debug, Clone)]
pub(crate) struct Dirs {
    pub(crate) blobs: PathBuf,
    pub(crate) large: PathBuf,
    pub(crate) spool: PathBuf,
}

impl Dirs {
    pub(crate) fn under(dir: &Path) -> Self {
        let blobs = dir.join("blobs");
        Self {
            large: blobs.join("large"),
            spool: dir.join("spool"),
            blobs,
        }
    }
}

/// A new name in a directory is only there after a crash when the directory is synced.
pub(crate) fn sync_dir(dir: &Path) -> std::io::Result<()> {
    std::fs::File::open(dir)?.sync_all()
}
