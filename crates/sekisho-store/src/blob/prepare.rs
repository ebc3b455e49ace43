//! Work on a content that needs no writer: hashing, and putting a large one in its place, synced.

use std::os::unix::fs::FileExt;

use bytes::Bytes;

use super::record::sha256;
use super::spool::{SpoolWriter, Temporary};
use super::{Dirs, Place, sync_dir};
use crate::content::{Body, Content, SpoolFile};
use crate::failure::StoreFailure;
use crate::ids::Tenant;
use crate::limits::{HEAD_BYTES_MAX, HEAD_ROOM_BYTES, LOG_BLOB_BYTES_MAX};

/// A content ready for the writer.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) tenant: Tenant,
    pub(crate) sha: [u8; 32],
    pub(crate) length: u64,
    pub(crate) source: Source,
    /// Set by the writer for contents of the log, here for files.
    pub(crate) place: Option<Place>,
    /// The transaction has a row for this place.
    pub(crate) used: bool,
}

/// Where the bytes are until they are stored.
#[derive(Debug)]
pub(crate) enum Source {
    /// To be appended to the log.
    Memory { head: Vec<u8>, body: Bytes },
    /// In `blobs/large` already; goes again if no row comes to name it.
    File(Temporary),
}

impl Prepared {
    /// Bytes that the log will grow by.
    pub(crate) fn log_bytes(&self) -> usize {
        match &self.source {
            Source::Memory { head, body } => head.len().saturating_add(body.len()),
            Source::File(_) => 0,
        }
    }

    /// The row is committed, or may be.
    pub(crate) fn keep(&mut self) {
        if let (true, Source::File(file)) = (self.used, &mut self.source) {
            file.keep();
        }
    }
}

/// Whether preparing touches the disk.
pub(crate) fn is_heavy(content: &Content) -> bool {
    matches!(content.body, Body::Spool(_)) || content.len() > LOG_BLOB_BYTES_MAX as u64
}

/// Prepares a content.
pub(crate) fn prepare(
    dirs: &Dirs,
    tenant: Tenant,
    content: Content,
) -> Result<Prepared, StoreFailure> {
    let length = content.len();
    if content.head.len() > HEAD_BYTES_MAX {
        return Err(StoreFailure::Limit {
            what: "bytes before the message",
            max: HEAD_BYTES_MAX,
        });
    }
    let small = length <= LOG_BLOB_BYTES_MAX as u64;
    let (sha, source, place) = match content.body {
        Body::Memory(body) if small => in_memory(content.head, body),
        Body::Spool(file) if small => {
            // Read, not mapped: the file goes.
            let body = Bytes::copy_from_slice(&file.map()?);
            in_memory(content.head, body)
        }
        Body::Spool(file) => in_file(dirs, &content.head, file)?,
        Body::Memory(body) => {
            let mut writer = SpoolWriter::new(&dirs.spool)?;
            writer.write(&body)?;
            in_file(dirs, &content.head, writer.finish())?
        }
    };
    Ok(Prepared {
        tenant,
        sha,
        length,
        source,
        place,
        used: false,
    })
}

type Parts = ([u8; 32], Source, Option<Place>);

fn in_memory(head: Vec<u8>, body: Bytes) -> Parts {
    (sha256(&[&head, &body]), Source::Memory { head, body }, None)
}

/// Writes the head into its room before the body, syncs, and moves the file to its place.
fn in_file(dirs: &Dirs, head: &[u8], file: SpoolFile) -> Result<Parts, StoreFailure> {
    let sha = file.sha256_after(head)?;
    let offset = HEAD_ROOM_BYTES.saturating_sub(head.len() as u64);
    let mut file = file.temporary;
    file.file().write_all_at(head, offset)?;
    file.file().sync_all()?;
    file.move_to(&dirs.large)?;
    sync_dir(&dirs.large)?;
    let place = Place::File {
        name: file.name(),
        offset,
    };
    Ok((sha, Source::File(file), Some(place)))
}
