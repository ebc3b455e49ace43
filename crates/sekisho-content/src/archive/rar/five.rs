//! RAR 5.

use crate::archive::listing::{Held, Listed, Listing};
use crate::archive::u32_at;
use crate::limits::MEMBERS_MAX;

const MAIN: u64 = 1;
const FILE: u64 = 2;
const LOCK: u64 = 4;
const END: u64 = 5;

/// Headers are at most so long (format description, "General archive layout").
const HEADER_BYTES_MAX: usize = 2 << 20;

/// Reads numbers of seven bits a byte, the lowest first.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for nth in 0..10 {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7F).checked_shl(7 * nth).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
}

/// A block: kind, flags, own fields, extra records, and its data.
struct Block<'a> {
    kind: u64,
    flags: u64,
    fields: Fields<'a>,
    extra: &'a [u8],
    data: Option<&'a [u8]>,
    next: &'a [u8],
}

pub(super) fn list(bytes: &[u8]) -> Listing<'_> {
    const VOLUME: u64 = 1;
    let mut listing = Listing::default();
    let mut rest = bytes;
    let mut has_end = false;
    while !rest.is_empty() && listing.files.len() <= MEMBERS_MAX {
        let Some(mut block) = block(rest) else {
            listing.is_broken = !has_end;
            return listing;
        };
        rest = block.next;
        match block.kind {
            MAIN => match block.fields.number() {
                Some(flags) => listing.is_volume = flags & VOLUME != 0,
                None => listing.is_broken = true,
            },
            FILE => match file(&mut block) {
                Some(Some(file)) => listing.files.push(file),
                Some(None) => {}
                None => listing.is_broken = true,
            },
            LOCK => {
                listing.is_locked = true;
                return listing;
            }
            END => {
                has_end = true;
                break;
            }
            _ => {}
        }
    }
    // Some writers leave the end block out; what was cut off in a block was told above.
    listing.is_broken |= listing.files.is_empty() && !has_end;
    listing
}

fn block(bytes: &[u8]) -> Option<Block<'_>> {
    const HAS_EXTRA: u64 = 1;
    const HAS_DATA: u64 = 2;
    let after_crc = bytes.get(4..)?;
    let mut size = Fields(after_crc);
    let length = size.length().filter(|length| *length <= HEADER_BYTES_MAX)?;
    let header = size.take(length)?;
    let summed = after_crc.get(..after_crc.len() - size.0.len())?;
    if crc32fast::hash(summed) != u32_at(bytes, 0)? {
        return None;
    }
    let mut fields = Fields(header);
    let kind = fields.number()?;
    let flags = fields.number()?;
    let extra = if flags & HAS_EXTRA != 0 {
        fields.length()?
    } else {
        0
    };
    let data = if flags & HAS_DATA != 0 {
        fields.length()?
    } else {
        0
    };
    let own = fields.0.len().checked_sub(extra)?;
    let (fields, extra) = fields.0.split_at_checked(own)?;
    Some(Block {
        kind,
        flags,
        fields: Fields(fields),
        extra,
        data: size.0.get(..data),
        next: size.0.get(data..).unwrap_or_default(),
    })
}

/// A file header; `Some(None)` for a directory.
fn file<'a>(block: &mut Block<'a>) -> Option<Option<Listed<'a>>> {
    const DIRECTORY: u64 = 1;
    const TIME: u64 = 2;
    const CRC: u64 = 4;
    const SPLIT: u64 = 0x18;
    let fields = &mut block.fields;
    let flags = fields.number()?;
    let size = fields.number()?;
    fields.number()?;
    if flags & TIME != 0 {
        fields.take(4)?;
    }
    let crc = if flags & CRC != 0 {
        u32_at(fields.take(4)?, 0)
    } else {
        None
    };
    let is_stored = fields.number()? >> 7 & 7 == 0;
    fields.number()?;
    let name_bytes = fields.length()?;
    let name = fields.take(name_bytes)?;
    if flags & DIRECTORY != 0 {
        return Some(None);
    }
    let held = match block.data {
        _ if is_locked(block.extra) => Held::Locked,
        _ if block.flags & SPLIT != 0 => Held::Elsewhere,
        None => Held::Broken,
        Some(data) if !is_stored => packed(data),
        Some(data) if crc.is_none_or(|crc| crc32fast::hash(data) == crc) => Held::Plain(data),
        Some(_) => Held::Broken,
    };
    Some(Some(Listed {
        name: name.to_vec(),
        unicode: std::str::from_utf8(name).ok().map(str::to_owned),
        size,
        held,
    }))
}

/// A link has no data of its own.
fn packed(data: &[u8]) -> Held<'_> {
    if data.is_empty() {
        Held::Plain(data)
    } else {
        Held::Packed
    }
}

/// Extra record 1: the data is encrypted.
fn is_locked(extra: &[u8]) -> bool {
    const LOCKED: u64 = 1;
    let mut records = Fields(extra);
    while let Some(length) = records.length() {
        let Some(record) = records.take(length) else {
            return false;
        };
        if Fields(record).number() == Some(LOCKED) {
            return true;
        }
    }
    false
}
