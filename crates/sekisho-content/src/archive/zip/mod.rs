//! zip (PKWARE APPNOTE 6.3.10), read by its directory and by its local headers.
//!
//! Readers differ in which of the two they believe, and archives are made so that each shows
//! something else. Here the directory leads, local headers that it leaves out are members too, and
//! where the two disagree the archive is malformed.

use std::ops::Range;

use super::{Unpack, inflate, u16_at, u32_at};
use crate::limits::{MEMBERS_MAX, ZIP_END_BYTES};

/// One member as a header describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The names in the directory and, where it differs, in the local header.
    pub(crate) names: Vec<Vec<u8>>,
    /// Names are UTF-8 by the general purpose flag, bit 11.
    pub(crate) utf8: bool,
    pub(crate) encrypted: bool,
    /// Directory and local header do not agree about encryption.
    pub(crate) lies: bool,
    pub(crate) method: u16,
    data: Range<usize>,
}

/// What is wrong with a zip as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Cut off, two archives in one, headers that disagree.
    pub(crate) malformed: bool,
    /// Members that share bytes (David Fifield, "A better zip bomb", WOOT 2019), or too many.
    pub(crate) bomb: bool,
}

/// A zip and its members.
#[derive(Debug)]
pub(crate) struct Zip<'a> {
    bytes: &'a [u8],
    pub(crate) entries: Vec<Entry>,
    pub(crate) trouble: Trouble,
}

/// The directory's own record.
struct End {
    at: usize,
    directory: usize,
    directory_bytes: usize,
    entries: usize,
}

impl<'a> Zip<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Self {
        let mut zip = Self {
            bytes,
            entries: Vec::new(),
            trouble: Trouble::default(),
        };
        match end(bytes) {
            Some(end) => zip.by_directory(&end),
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

    /// The unpacked bytes of a member; `None` for a method that is not known.
    pub(crate) fn unpack(&self, entry: &Entry, max: usize) -> Option<(Vec<u8>, Option<Unpack>)> {
        let packed = self.packed(entry);
        match entry.method {
            0 if packed.len() > max => Some((Vec::new(), Some(Unpack::TooLarge))),
            0 => Some((packed.to_vec(), None)),
            8 => Some(inflate(packed, max)),
            _ => None,
        }
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

    /// A directory record (APPNOTE §4.3.12) with its local header; also where that header lies and
    /// where the next record starts.
    fn directory_entry(&mut self, at: usize, shift: usize) -> Option<(Entry, usize, usize)> {
        let bytes = self.bytes;
        if u32_at(bytes, at)? != 0x0201_4b50 {
            return None;
        }
        let flags = u16_at(bytes, at + 8)?;
        let packed = u32_at(bytes, at + 20)? as usize;
        let name_bytes = usize::from(u16_at(bytes, at + 28)?);
        let extra = usize::from(u16_at(bytes, at + 30)?);
        let comment = usize::from(u16_at(bytes, at + 32)?);
        let local = (u32_at(bytes, at + 42)? as usize).checked_add(shift)?;
        let name = bytes.get(at + 46..at + 46 + name_bytes)?.to_vec();
        let next = at + 46 + name_bytes + extra + comment;
        let mut entry = Entry {
            names: vec![name],
            utf8: flags & 0x800 != 0,
            encrypted: flags & 1 != 0,
            lies: false,
            method: u16_at(bytes, at + 10)?,
            data: 0..0,
        };
        let Some((own, data)) = local_entry(bytes, local) else {
            self.trouble.malformed = true;
            return Some((entry, local, next));
        };
        entry.data = data..data.saturating_add(packed).min(bytes.len());
        if own.encrypted != entry.encrypted || own.names != entry.names {
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

/// A local header (APPNOTE §4.3.7) and where its data starts.
fn local_entry(bytes: &[u8], at: usize) -> Option<(Entry, usize)> {
    if u32_at(bytes, at)? != 0x0403_4b50 {
        return None;
    }
    let flags = u16_at(bytes, at + 6)?;
    let packed = u32_at(bytes, at + 18)? as usize;
    let name_bytes = usize::from(u16_at(bytes, at + 26)?);
    let extra = usize::from(u16_at(bytes, at + 28)?);
    let name = bytes.get(at + 30..at + 30 + name_bytes)?.to_vec();
    let data = at + 30 + name_bytes + extra;
    let entry = Entry {
        names: vec![name],
        utf8: flags & 0x800 != 0,
        encrypted: flags & 1 != 0,
        lies: false,
        method: u16_at(bytes, at + 8)?,
        data: data..data.saturating_add(packed).min(bytes.len()),
    };
    Some((entry, data))
}

/// The end of central directory record (APPNOTE §4.3.16): the last one whose comment fits.
fn end(bytes: &[u8]) -> Option<End> {
    let from = bytes.len().saturating_sub(ZIP_END_BYTES);
    let tail = bytes.get(from..)?;
    memchr::memmem::rfind_iter(tail, b"PK\x05\x06").find_map(|found| {
        let at = from + found;
        let entries = usize::from(u16_at(bytes, at + 10)?);
        let directory_bytes = u32_at(bytes, at + 12)? as usize;
        let directory = u32_at(bytes, at + 16)? as usize;
        let fits = directory.checked_add(directory_bytes)? <= at;
        fits.then_some(End {
            at,
            directory,
            directory_bytes,
            entries,
        })
    })
}

/// The member names as they stand, for telling formats apart.
pub(crate) fn zip_names(bytes: &[u8]) -> Vec<Vec<u8>> {
    let zip = Zip::read(bytes);
    zip.entries
        .into_iter()
        .flat_map(|entry| entry.names)
        .collect()
}
