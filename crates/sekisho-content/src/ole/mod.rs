//! OLE compound files ([MS-CFB]): streams by name, and the text of those whose formats are not read.

mod excel;
mod native;
mod powerpoint;
mod properties;
mod replace;
mod strings;
mod word;

pub(crate) use excel::{excel, rk};
pub(crate) use native::{embedded, has_url_moniker, packaged};
pub(crate) use powerpoint::powerpoint;
pub(crate) use properties::properties;
pub(crate) use replace::replaced;
pub(crate) use strings::strings;
pub(crate) use word::word;

pub(crate) use crate::xlm::is_automatic_name;

use crate::archive::{u16_at, u32_at};

/// Streams and storages of one file; a document has some tens, a mail with attachments hundreds.
const ENTRIES_MAX: usize = 10_000;

/// Sector numbers from here on are marks ([MS-CFB] §2.1).
const SECTOR_MAX: u32 = 0xFFFF_FFFA;

/// A stream: the storages it lies in, its name, and its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stream {
    pub(crate) storage: String,
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// All streams; `None` when the file is damaged.
pub(crate) fn streams(bytes: &[u8]) -> Option<Vec<Stream>> {
    let file = Compound::read(bytes)?;
    let directory = file.chain(u32_at(bytes, 48)?, bytes.len());
    let entries: Vec<Entry> = directory
        .chunks_exact(128)
        .take(ENTRIES_MAX)
        .filter_map(Entry::read)
        .collect();
    let root = entries.first()?;
    let mini = file.chain(root.start, root.size);
    let mut streams = Vec::new();
    let mut open = vec![(root.child, String::new())];
    let mut seen = vec![false; entries.len()];
    let mut taken = 0usize;
    while let Some((at, storage)) = open.pop() {
        let (Some(entry), Some(seen)) = (entries.get(at as usize), seen.get_mut(at as usize))
        else {
            continue;
        };
        if std::mem::replace(seen, true) {
            continue;
        }
        open.push((entry.left, storage.clone()));
        open.push((entry.right, storage.clone()));
        if entry.is_stream {
            // Chains may cross; together they give no more than the file has.
            taken = taken.saturating_add(entry.size);
            if taken > bytes.len() {
                return None;
            }
            streams.push(Stream {
                bytes: file.stream(entry, &mini),
                storage,
                name: entry.name.clone(),
            });
        } else {
            open.push((entry.child, format!("{storage}/{}", entry.name)));
        }
    }
    Some(streams)
}

/// A directory entry ([MS-CFB] §2.6.1).
struct Entry {
    name: String,
    is_stream: bool,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    size: usize,
}

impl Entry {
    fn read(bytes: &[u8]) -> Option<Self> {
        let name_bytes = usize::from(u16_at(bytes, 64)?).saturating_sub(2).min(62);
        let units = bytes.get(..name_bytes)?.chunks_exact(2);
        let units = units.map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        Some(Self {
            name: char::decode_utf16(units)
                .map(|c| c.unwrap_or('\u{FFFD}'))
                .collect(),
            is_stream: bytes.get(66) == Some(&2),
            left: u32_at(bytes, 68)?,
            right: u32_at(bytes, 72)?,
            child: u32_at(bytes, 76)?,
            start: u32_at(bytes, 116)?,
            size: u32_at(bytes, 120)? as usize,
        })
    }
}

struct Compound<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    mini_bytes: usize,
    mini_cutoff: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
}

impl<'a> Compound<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16_at(bytes, 30)?;
        let mini_shift = u16_at(bytes, 32)?;
        if !matches!(shift, 9 | 12) || mini_shift != 6 {
            return None;
        }
        let mut file = Self {
            bytes,
            sector_bytes: 1 << shift,
            mini_bytes: 1 << mini_shift,
            mini_cutoff: u32_at(bytes, 56)? as usize,
            fat: Vec::new(),
            mini_fat: Vec::new(),
        };
        file.fat = file.read_fat()?;
        let mini = file.chain(u32_at(bytes, 60)?, bytes.len());
        file.mini_fat = numbers(&mini);
        Some(file)
    }

    /// The sectors of the FAT: 109 named in the header, others in a chain of their own (DIFAT).
    fn read_fat(&self) -> Option<Vec<u32>> {
        let mut sectors = numbers(self.bytes.get(76..512)?);
        let mut next = u32_at(self.bytes, 68)?;
        let all = self.bytes.len() / self.sector_bytes + 1;
        while next < SECTOR_MAX && sectors.len() <= all {
            let mut more = numbers(self.sector(next)?);
            next = more.pop()?;
            sectors.append(&mut more);
        }
        let used = sectors.into_iter().filter(|sector| *sector < SECTOR_MAX);
        Some(
            used.take(all)
                .filter_map(|sector| self.sector(sector))
                .flat_map(numbers)
                .collect(),
        )
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize)
            .checked_add(1)?
            .checked_mul(self.sector_bytes)?;
        let end = start.checked_add(self.sector_bytes)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// Sectors one after the other, up to `size` bytes. A chain that turns back ends at the size
    /// of the file.
    fn chain(&self, first: u32, size: usize) -> Vec<u8> {
        let size = size.min(self.bytes.len());
        let mut out = Vec::new();
        let mut next = first;
        while next < SECTOR_MAX && out.len() < size {
            let Some(sector) = self.sector(next).filter(|sector| !sector.is_empty()) else {
                break;
            };
            out.extend_from_slice(sector);
            next = self.fat.get(next as usize).copied().unwrap_or(SECTOR_MAX);
        }
        out.truncate(size);
        out
    }

    /// Small streams lie in a stream of their own ([MS-CFB] §2.4).
    fn stream(&self, entry: &Entry, mini: &[u8]) -> Vec<u8> {
        if entry.size >= self.mini_cutoff {
            return self.chain(entry.start, entry.size);
        }
        let mut out = Vec::new();
        let mut next = entry.start;
        while next < SECTOR_MAX && out.len() < entry.size {
            let start = (next as usize).saturating_mul(self.mini_bytes);
            let end = start.saturating_add(self.mini_bytes).min(mini.len());
            let Some(sector) = mini.get(start..end).filter(|sector| !sector.is_empty()) else {
                break;
            };
            out.extend_from_slice(sector);
            next = self
                .mini_fat
                .get(next as usize)
                .copied()
                .unwrap_or(SECTOR_MAX);
        }
        out.truncate(entry.size);
        out
    }
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes
        .chunks_exact(4)
        .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
        .collect()
}
