//! zip (PKWARE APPNOTE 6.3.10), read by its directory and by its local headers.
//!
//! Readers differ in which of the two they believe, and archives are made so that each shows
//! something else. Here the directory leads, local headers that it leaves out are members too, and
//! where the two disagree the archive is malformed.

mod end;
mod entry;
mod unpack;

use std::ops::Range;

use end::{End, end};
pub(crate) use entry::Entry;
use entry::{directory_entry, local_entry};
pub(crate) use unpack::Content;

use crate::limits::MEMBERS_MAX;

/// What is wrong with a zip as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Cut off, two archives in one, headers that disagree.
    pub(crate) malformed: bool,
    /// Members that share bytes (David Fifield, "A better zip bomb", WOOT 2019), or too many.
    pub(crate) bomb: bool,
    /// One file of an archive that lies in several.
    pub(crate) volume: bool,
}

/// A zip and its members.
#[derive(Debug)]
pub(crate) struct Zip<'a> {
    bytes: &'a [u8],
    pub(crate) entries: Vec<Entry>,
    pub(crate) trouble: Trouble,
}

/// The first file of an archive that lies in several begins so (APPNOTE §8.5.3).
const SPLIT: &[u8] = b"PK\x07\x08PK\x03\x04";

impl<'a> Zip<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Self {
        let mut zip = Self {
            bytes,
            entries: Vec::new(),
            trouble: Trouble::default(),
        };
        match end(bytes) {
            Some(end) => {
                zip.trouble.volume = end.is_volume;
                zip.by_directory(&end);
            }
            None if bytes.starts_with(SPLIT) => {
                zip.trouble.volume = true;
                zip.by_local_headers(0..bytes.len());
            }
            None => {
                zip.trouble.malformed = true;
                zip.by_local_headers(0..bytes.len());
            }
        }
        zip.find_overlaps();
        zip
    }

    /// Whether the bytes end in a zip that has a directory, whatever they begin with.
    pub(crate) fn is_behind(bytes: &[u8]) -> bool {
        end(bytes).is_some_and(|end| {
            let start = end.at.checked_sub(end.directory_bytes);
            let directory = start.and_then(|start| bytes.get(start..));
            directory.is_some_and(|directory| directory.starts_with(b"PK\x01\x02"))
        })
    }

    pub(crate) fn packed(&self, entry: &Entry) -> &'a [u8] {
        self.bytes.get(entry.data.clone()).unwrap_or_default()
    }

    fn by_directory(&mut self, end: &End) {
        // Bytes before the archive shift every offset (self-extracting archives, polyglots).
        let start = end.at.saturating_sub(end.directory_bytes);
        let shift = start.saturating_sub(end.directory);
        let mut at = start;
        let mut first = end.at;
        for _ in 0..end.entries.min(MEMBERS_MAX + 1) {
            let Some((entry, local, next)) = self.directory_entry(at, shift) else {
                self.trouble.malformed = true;
                break;
            };
            first = first.min(local);
            at = next;
            self.entries.push(entry);
        }
        self.trouble.bomb |= end.entries > MEMBERS_MAX;
        let skipped = self.bytes.get(..first).unwrap_or_default();
        if memchr::memmem::find(skipped, b"PK\x03\x04").is_some() {
            self.trouble.malformed = true;
            self.by_local_headers(0..first);
        }
    }

    /// A directory record with its local header; also where that header lies and where the next
    /// record starts.
    fn directory_entry(&mut self, at: usize, shift: usize) -> Option<(Entry, usize, usize)> {
        let bytes = self.bytes;
        let (mut entry, packed, local, next) = directory_entry(bytes, at)?;
        let local = local.checked_add(shift)?;
        let Some((own, data)) = local_entry(bytes, local) else {
            self.trouble.malformed = true;
            return Some((entry, local, next));
        };
        entry.data = data..data.saturating_add(packed).min(bytes.len());
        entry.aes = entry.aes.or(own.aes);
        let same_names = own.names.iter().all(|name| entry.names.contains(name));
        if own.encrypted != entry.encrypted || !same_names {
            self.trouble.malformed = true;
            entry.lies = own.encrypted != entry.encrypted;
            entry.encrypted |= own.encrypted;
            for name in own.names {
                if !entry.names.contains(&name) {
                    entry.names.push(name);
                }
            }
        }
        Some((entry, local, next))
    }

    /// Members by the headers in front of their data, as stream readers see them.
    fn by_local_headers(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while self.entries.len() <= MEMBERS_MAX {
            let Some(window) = self.bytes.get(at..range.end) else {
                return;
            };
            let Some(found) = memchr::memmem::find(window, b"PK\x03\x04") else {
                return;
            };
            at += found;
            match local_entry(self.bytes, at) {
                Some((mut entry, data)) => {
                    // Bit 3: the sizes stand behind the data. Deflate knows its own end; take what
                    // there is up to the next header.
                    if entry.data.is_empty() {
                        let rest = self.bytes.get(data..range.end).unwrap_or_default();
                        let next = memchr::memmem::find(rest, b"PK\x03\x04");
                        entry.data = data..data + next.unwrap_or(rest.len());
                    }
                    let packed = entry.data.len();
                    self.entries.push(entry);
                    at = data.saturating_add(packed).max(at + 4);
                }
                None => at += 4,
            }
        }
        self.trouble.bomb = true;
    }

    fn find_overlaps(&mut self) {
        let mut ranges: Vec<_> = self
            .entries
            .iter()
            .map(|entry| entry.data.clone())
            .filter(|data| !data.is_empty())
            .collect();
        ranges.sort_unstable_by_key(|data| data.start);
        self.trouble.bomb |= ranges
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.end > b.start));
    }
}

/// The member names as they stand, for telling formats apart.
pub(crate) fn zip_names(bytes: &[u8]) -> Vec<Vec<u8>> {
    let zip = Zip::read(bytes);
    zip.entries
        .into_iter()
        .flat_map(|entry| entry.names)
        .collect()
}
