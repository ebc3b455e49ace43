//! A body on its way in: written to `spool/` while it arrives, later renamed into its place, never copied.

use std::fs::File;
use std::io;
use std::path::PathBuf;

/// A body being written.
#[derive(Debug)]
pub struct SpoolWriter {
    file: File,
    path: PathBuf,
    len: u64,
}

impl SpoolWriter {
    /// Appends a chunk. `StorageFull` and its like mean 452.
    pub fn write(&mut self, _chunk: &[u8]) -> io::Result<()> {
        todo!()
    }

    /// Bytes so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing is written yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// No more chunks. Not yet synced: the store does that when it accepts the mail.
    pub fn finish(self) -> io::Result<SpoolFile> {
        todo!()
    }
}

/// A body in `spool/`. Dropped without being accepted, the file goes.
#[derive(Debug)]
pub struct SpoolFile {
    path: PathBuf,
    len: u64,
}

impl SpoolFile {
    /// Bytes of the body.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The body, mapped into memory: costs address space, not memory.
    pub fn map(&self) -> io::Result<bytes::Bytes> {
        todo!()
    }
}
