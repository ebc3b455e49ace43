//! A body on its way in: written to `spool/` while it arrives, later renamed into its place, never copied.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::files::map;
use crate::limits::HEAD_ROOM_BYTES;

/// Bytes read at a time where a whole body is gone through.
const PIECE_BYTES: usize = 256 << 10;

/// The file, which goes when nobody took it over.
#[derive(Debug)]
pub(crate) struct Temporary {
    file: File,
    path: PathBuf,
    kept: bool,
}

impl Temporary {
    /// A new file with a name of its own.
    pub(crate) fn new(dir: &Path) -> io::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let path = dir.join(format!("{:016x}", u64::from_le_bytes(random)));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)?;
        Ok(Self {
            file,
            path,
            kept: false,
        })
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// The name without its directory.
    pub(crate) fn name(&self) -> String {
        self.path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// Moves it into another directory of the same disk, under the same name.
    pub(crate) fn move_to(&mut self, dir: &Path) -> io::Result<()> {
        let path = dir.join(self.path.file_name().unwrap_or_default());
        std::fs::rename(&self.path, &path)?;
        self.path = path;
        Ok(())
    }

    /// From now on the database answers for it.
    pub(crate) fn keep(&mut self) {
        self.kept = true;
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.kept {
            // What cannot be deleted now goes when the store is opened the next time.
            std::fs::remove_file(&self.path).ok();
        }
    }
}

/// A body being written.
#[derive(Debug)]
pub struct SpoolWriter {
    temporary: Temporary,
    len: u64,
}

impl SpoolWriter {
    pub(crate) fn new(dir: &Path) -> io::Result<Self> {
        Ok(Self {
            temporary: Temporary::new(dir)?,
            len: 0,
        })
    }

    /// Appends a chunk. `StorageFull` and its like mean 452.
    pub fn write(&mut self, chunk: &[u8]) -> io::Result<()> {
        let at = HEAD_ROOM_BYTES.saturating_add(self.len);
        self.temporary.file().write_all_at(chunk, at)?;
        self.len = self.len.saturating_add(chunk.len() as u64);
        Ok(())
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
    pub fn finish(self) -> SpoolFile {
        SpoolFile {
            temporary: self.temporary,
            len: self.len,
        }
    }
}

/// A body in `spool/`. Dropped without being accepted, the file goes.
#[derive(Debug)]
pub struct SpoolFile {
    pub(crate) temporary: Temporary,
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

    /// SHA-256 of `head` and the body, read piece by piece: mapping it would make 50 MB of it resident.
    pub(crate) fn sha256_after(&self, head: &[u8]) -> io::Result<[u8; 32]> {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        context.update(head);
        let mut piece = vec![0; PIECE_BYTES];
        let mut done: u64 = 0;
        while done < self.len {
            let left = usize::try_from(self.len - done).unwrap_or(usize::MAX);
            let part = piece.get_mut(..left.min(PIECE_BYTES)).unwrap_or_default();
            self.temporary
                .file()
                .read_exact_at(part, HEAD_ROOM_BYTES.saturating_add(done))?;
            context.update(part);
            done = done.saturating_add(part.len() as u64);
        }
        let mut sha = [0; 32];
        sha.copy_from_slice(context.finish().as_ref());
        Ok(sha)
    }

    /// The body, mapped into memory: costs address space, and memory only that the kernel can take back.
    pub fn map(&self) -> io::Result<Bytes> {
        if self.len == 0 {
            return Ok(Bytes::new());
        }
        map(self.temporary.file(), HEAD_ROOM_BYTES, self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_what_was_written_and_the_file_goes() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = SpoolWriter::new(dir.path()).unwrap();
        for chunk in [b"Subject: a\r\n".as_slice(), b"", b"\r\nbody"] {
            writer.write(chunk).unwrap();
        }
        let file = writer.finish();
        assert_eq!(&file.map().unwrap()[..], b"Subject: a\r\n\r\nbody");
        let mapped = file.map().unwrap();
        drop(file);
        assert_eq!(mapped.len(), 18, "a map outlives its name");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
