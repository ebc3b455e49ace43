//! The append-only log, written by the writer thread alone.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::record::{HEADER_BYTES, Header, sha256};
use super::{Place, sync_dir};
use crate::ids::Tenant;
use crate::limits::{LOG_BLOB_BYTES_MAX, SEGMENT_BYTES_MAX};

/// One payload to append.
pub(crate) struct Entry<'a> {
    pub(crate) tenant: Tenant,
    pub(crate) sha: [u8; 32],
    pub(crate) head: &'a [u8],
    pub(crate) body: &'a [u8],
}

/// The log with its open segment.
#[derive(Debug)]
pub(crate) struct BlobLog {
    dir: PathBuf,
    segment: u32,
    file: Arc<File>,
    len: u64,
    /// Kept between batches, so that 10,000 mails a second do not allocate.
    buffer: Vec<u8>,
    /// A sync failed: what the kernel holds for this file can no longer be trusted.
    unsynced: bool,
}

/// What opening found after the last committed record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tail {
    /// Whole records whose transaction never came: nobody was told 250 for them.
    pub(crate) orphans: u32,
    /// Bytes of a torn record that were cut.
    pub(crate) torn_bytes: u64,
}

/// `log-0001`, …
pub(crate) fn segment_path(dir: &Path, segment: u32) -> PathBuf {
    dir.join(format!("log-{segment:04}"))
}

/// The numbers of the segments in `dir`, rising.
pub(crate) fn segments(dir: &Path) -> io::Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix("log-"));
        found.extend(number.and_then(|number| number.parse::<u32>().ok()));
    }
    found.sort_unstable();
    Ok(found)
}

impl BlobLog {
    /// Opens the last segment. `committed`: the last segment that the database knows, and the end of its
    /// last record.
    pub(crate) fn open(dir: &Path, committed: Option<(u32, u64)>) -> io::Result<(Self, Tail)> {
        let last_file = segments(dir)?.last().copied();
        let (known, end) = committed.unwrap_or((1, 0));
        let segment = last_file.unwrap_or(known).max(known);
        let file = open_segment(dir, segment)?;
        let start = if segment == known { end } else { 0 };
        let (dir, len) = (dir.to_owned(), file.metadata()?.len());
        let mut log = Self {
            dir,
            segment,
            len,
            file: Arc::new(file),
            buffer: Vec::new(),
            unsynced: false,
        };
        if log.len < start {
            // A disk that lost what it had synced. Nothing is written behind the hole.
            tracing::error!(
                segment,
                have = log.len,
                want = start,
                "log segment is too short"
            );
            log.roll()?;
            return Ok((log, Tail::default()));
        }
        let tail = log.cut_tail(start)?;
        Ok((log, tail))
    }

    /// Reads whole records from `start` on and cuts what follows them.
    fn cut_tail(&mut self, start: u64) -> io::Result<Tail> {
        let mut tail = Tail::default();
        let mut end = start;
        while let Some(next) = whole_record(&self.file, end, self.len)? {
            end = next;
            tail.orphans = tail.orphans.saturating_add(1);
        }
        if end < self.len {
            tail.torn_bytes = self.len - end;
            self.file.set_len(end)?;
            self.file.sync_all()?;
            self.len = end;
        }
        Ok(tail)
    }

    /// The segment that is written to.
    pub(crate) fn active(&self) -> u32 {
        self.segment
    }

    /// Writes all entries by one call, not yet synced. On failure the log is as it was before.
    pub(crate) fn append(&mut self, entries: &[Entry<'_>]) -> io::Result<Vec<Place>> {
        if self.unsynced {
            return Err(io::Error::other("a sync of the log failed before"));
        }
        if self.len >= SEGMENT_BYTES_MAX {
            self.sync()?;
            self.roll()?;
        }
        self.buffer.clear();
        let mut places = Vec::with_capacity(entries.len());
        for entry in entries {
            places.push(self.put(entry)?);
        }
        if let Err(error) = self.file.write_all_at(&self.buffer, self.len) {
            self.file.set_len(self.len)?;
            return Err(error);
        }
        self.len += self.buffer.len() as u64;
        self.buffer.shrink_to(LOG_BLOB_BYTES_MAX * 4);
        Ok(places)
    }

    fn put(&mut self, entry: &Entry<'_>) -> io::Result<Place> {
        let length = entry.head.len().saturating_add(entry.body.len());
        let length = u32::try_from(length).map_err(|_| io::ErrorKind::InvalidInput)?;
        let header = Header {
            tenant: entry.tenant,
            length,
            sha: entry.sha,
        };
        header.write_to(&mut self.buffer);
        let offset = self.len + self.buffer.len() as u64;
        self.buffer.extend_from_slice(entry.head);
        self.buffer.extend_from_slice(entry.body);
        Ok(Place::Log {
            segment: self.segment,
            offset,
        })
    }

    /// The open segment, to be synced by another thread.
    pub(crate) fn handle(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// A sync by another thread has failed.
    pub(crate) fn distrust(&mut self) {
        self.unsynced = true;
    }

    /// Makes all that was appended durable. After a failure nothing more is taken: a second fsync may report
    /// success for pages that the first one lost (fsyncgate, 2018).
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        let synced = self.file.sync_data();
        self.unsynced |= synced.is_err();
        synced
    }

    /// Where the log ends now, to go back to.
    pub(crate) fn mark(&self) -> (u32, u64) {
        (self.segment, self.len)
    }

    /// Takes back what was appended since `mark`, after a transaction that did not come about.
    pub(crate) fn rewind(&mut self, mark: (u32, u64)) -> io::Result<()> {
        let (segment, len) = mark;
        if segment == self.segment && len < self.len {
            self.file.set_len(len)?;
            self.len = len;
        }
        Ok(())
    }

    fn roll(&mut self) -> io::Result<()> {
        let next = self
            .segment
            .checked_add(1)
            .ok_or(io::ErrorKind::StorageFull)?;
        self.file = Arc::new(open_segment(&self.dir, next)?);
        self.segment = next;
        self.len = self.file.metadata()?.len();
        Ok(())
    }
}

fn open_segment(dir: &Path, segment: u32) -> io::Result<File> {
    let path = segment_path(dir, segment);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    sync_dir(dir)?;
    Ok(file)
}

/// The end of the record at `start`, if it is whole.
fn whole_record(file: &File, start: u64, len: u64) -> io::Result<Option<u64>> {
    let payload_at = start.saturating_add(HEADER_BYTES as u64);
    if payload_at > len {
        return Ok(None);
    }
    let mut header = [0; HEADER_BYTES];
    file.read_exact_at(&mut header, start)?;
    let Some(header) = Header::read(&header) else {
        return Ok(None);
    };
    let end = payload_at.saturating_add(u64::from(header.length));
    if end > len {
        return Ok(None);
    }
    let mut payload = vec![0; header.length as usize];
    file.read_exact_at(&mut payload, payload_at)?;
    Ok((sha256(&[&payload]) == header.sha).then_some(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(body: &[u8]) -> Entry<'_> {
        Entry {
            tenant: Tenant(1),
            sha: sha256(&[b"h:", body]),
            head: b"h:",
            body,
        }
    }

    fn end_of(place: &Place, body: &[u8]) -> (u32, u64) {
        match place {
            Place::Log { segment, offset } => (*segment, offset + 2 + body.len() as u64),
            Place::File { .. } => panic!("not in the log"),
        }
    }

    #[test]
    fn a_torn_tail_is_cut_wherever_it_is_torn() {
        let (first, second) = (b"first mail".as_slice(), b"second mail".as_slice());
        let whole = (HEADER_BYTES + 2 + second.len()) as u64;
        for torn in 0..=whole {
            let dir = tempfile::tempdir().unwrap();
            let (mut log, _) = BlobLog::open(dir.path(), None).unwrap();
            let committed = end_of(&log.append(&[entry(first)]).unwrap()[0], first);
            log.append(&[entry(second)]).unwrap();
            log.file.set_len(committed.1 + torn).unwrap();
            drop(log);
            let (log, tail) = BlobLog::open(dir.path(), Some(committed)).unwrap();
            let orphan = torn == whole;
            assert_eq!(tail.orphans, u32::from(orphan), "torn at {torn}");
            assert_eq!(
                tail.torn_bytes,
                if orphan { 0 } else { torn },
                "torn at {torn}"
            );
            assert_eq!(log.len, committed.1 + if orphan { whole } else { 0 });
        }
    }

    #[test]
    fn damage_in_the_tail_is_cut_as_well() {
        let dir = tempfile::tempdir().unwrap();
        let (mut log, _) = BlobLog::open(dir.path(), None).unwrap();
        log.append(&[entry(b"a mail")]).unwrap();
        log.file.write_all_at(b"X", log.len - 1).unwrap();
        drop(log);
        let (log, tail) = BlobLog::open(dir.path(), None).unwrap();
        assert_eq!((tail.orphans, log.len), (0, 0));
    }

    #[test]
    fn a_segment_that_lost_synced_bytes_is_not_written_on() {
        let dir = tempfile::tempdir().unwrap();
        let (log, _) = BlobLog::open(dir.path(), Some((3, 500))).unwrap();
        assert_eq!(log.active(), 4);
    }
}
