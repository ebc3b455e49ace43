//! Reading contents, by any thread.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;

use super::log::segment_path;
use super::{Dirs, Place};

/// The files of contents, opened once.
#[derive(Debug)]
pub(crate) struct BlobFiles {
    dirs: Dirs,
    segments: RwLock<HashMap<u32, Arc<File>>>,
}

impl BlobFiles {
    pub(crate) fn new(dirs: Dirs) -> Self {
        Self {
            dirs,
            segments: RwLock::default(),
        }
    }

    /// The bytes at a place: read from the log, mapped from a file of their own.
    pub(crate) fn read(&self, place: &Place, length: u64) -> io::Result<Bytes> {
        match place {
            Place::Log { segment, offset } => {
                let length = usize::try_from(length).map_err(|_| io::ErrorKind::InvalidData)?;
                let mut bytes = vec![0; length];
                self.segment(*segment)?.read_exact_at(&mut bytes, *offset)?;
                Ok(bytes.into())
            }
            Place::File { name, offset } => {
                map(&File::open(self.large_path(name))?, *offset, length)
            }
        }
    }

    /// A part of the bytes at a place, read.
    pub(crate) fn read_part(&self, place: &Place, from: u64, length: usize) -> io::Result<Bytes> {
        let mut bytes = vec![0; length];
        match place {
            Place::Log { segment, offset } => {
                self.segment(*segment)?
                    .read_exact_at(&mut bytes, offset.saturating_add(from))?;
            }
            Place::File { name, offset } => {
                File::open(self.large_path(name))?
                    .read_exact_at(&mut bytes, offset.saturating_add(from))?;
            }
        }
        Ok(bytes.into())
    }

    pub(crate) fn large_path(&self, name: &str) -> PathBuf {
        self.dirs
            .large
            .join(Path::new(name).file_name().unwrap_or_default())
    }

    pub(crate) fn dirs(&self) -> &Dirs {
        &self.dirs
    }

    /// Deletes a segment. Who has it open goes on reading it.
    pub(crate) fn remove_segment(&self, segment: u32) -> io::Result<()> {
        let removed = std::fs::remove_file(segment_path(&self.dirs.blobs, segment));
        self.segments
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&segment);
        removed
    }

    fn segment(&self, segment: u32) -> io::Result<Arc<File>> {
        let known = self.segments.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = known.get(&segment) {
            return Ok(Arc::clone(file));
        }
        drop(known);
        let file = Arc::new(File::open(segment_path(&self.dirs.blobs, segment))?);
        let mut known = self
            .segments
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(known.entry(segment).or_insert(file)))
    }
}

/// Maps a part of a file, so that 50 MB are served without being read into memory.
pub(crate) fn map(file: &File, offset: u64, length: u64) -> io::Result<Bytes> {
    let size = usize::try_from(length).map_err(|_| io::ErrorKind::InvalidData)?;
    if offset
        .checked_add(length)
        .is_none_or(|end| file.metadata().is_ok_and(|m| m.len() < end))
    {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    // SAFETY: a map is undefined when the file changes under it. Files in spool/ and blobs/large are ours alone
    // (lock file, directory mode 0700), are written before they are mapped, and are then only renamed or unlinked,
    // never written or cut; a map outlives an unlinked name. The head of a spooled body is written outside the
    // mapped range.
    #[allow(unsafe_code)]
    let map = unsafe {
        memmap2::MmapOptions::new()
            .offset(offset)
            .len(size)
            .map(file)?
    };
    Ok(Bytes::from_owner(map))
}
