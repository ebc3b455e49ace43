//! RAR 1.5 to 4.x.

use crate::archive::listing::{Held, Listed, Listing};
use crate::archive::{u16_at, u32_at};
use crate::limits::MEMBERS_MAX;

const MAIN: u8 = 0x73;
const FILE: u8 = 0x74;
const END: u8 = 0x7B;

/// A block: its kind, its flags, its header, and what is behind the header.
struct Block<'a> {
    kind: u8,
    flags: u16,
    header: &'a [u8],
    data: Option<&'a [u8]>,
    next: &'a [u8],
}

pub(super) fn list(bytes: &[u8]) -> Listing<'_> {
    const VOLUME: u16 = 1;
    const LOCKED_NAMES: u16 = 0x80;
    let mut listing = Listing::default();
    let mut rest = bytes;
    let mut has_main = false;
    while !rest.is_empty() && listing.files.len() <= MEMBERS_MAX {
        let Some(block) = block(rest) else {
            // Padding behind the end of old archives.
            listing.is_broken = !has_main || rest.iter().any(|byte| *byte != 0);
            return listing;
        };
        rest = block.next;
        match block.kind {
            MAIN => {
                has_main = true;
                listing.is_volume = block.flags & VOLUME != 0;
                if block.flags & LOCKED_NAMES != 0 {
                    listing.is_locked = true;
                    return listing;
                }
            }
            FILE => match file(&block) {
                Some(Some(file)) => listing.files.push(file),
                Some(None) => {}
                None => listing.is_broken = true,
            },
            END => return listing,
            _ => {}
        }
    }
    listing.is_broken |= !has_main;
    listing
}

fn block(bytes: &[u8]) -> Option<Block<'_>> {
    const HAS_DATA: u16 = 0x8000;
    const LARGE: u16 = 0x100;
    let kind = *bytes.get(2)?;
    let flags = u16_at(bytes, 3)?;
    let header_bytes = usize::from(u16_at(bytes, 5)?);
    if header_bytes < 7 || !(0x72..=0x7B).contains(&kind) {
        return None;
    }
    let header = bytes.get(..header_bytes)?;
    let crc = crc32fast::hash(header.get(2..)?) as u16;
    // A comment inside an old header is not in the sum.
    let is_old = (kind == MAIN && flags & 2 != 0) || (kind == FILE && flags & 8 != 0);
    if crc != u16_at(bytes, 0)? && !is_old {
        return None;
    }
    let mut size = 0u64;
    if flags & HAS_DATA != 0 || kind == FILE {
        size = u64::from(u32_at(header, 7)?);
        if kind == FILE && flags & LARGE != 0 {
            size |= u64::from(u32_at(header, 32)?) << 32;
        }
    }
    let body = bytes.get(header_bytes..)?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    Some(Block {
        kind,
        flags,
        header,
        data: body.get(..size),
        next: body.get(size..).unwrap_or_default(),
    })
}

/// A file header; `Some(None)` for a directory.
fn file<'a>(block: &Block<'a>) -> Option<Option<Listed<'a>>> {
    const SPLIT: u16 = 3;
    const LOCKED: u16 = 4;
    const LARGE: u16 = 0x100;
    const UNICODE: u16 = 0x200;
    const STORED: u8 = 0x30;
    let header = block.header;
    if block.flags & 0xE0 == 0xE0 {
        return Some(None);
    }
    let name_bytes = usize::from(u16_at(header, 26)?);
    let mut at = 32;
    let mut size = u64::from(u32_at(header, 11)?);
    if block.flags & LARGE != 0 {
        size |= u64::from(u32_at(header, 36)?) << 32;
        at += 8;
    }
    let raw = header.get(at..at + name_bytes)?;
    let (name, unicode) = match memchr::memchr(0, raw) {
        Some(end) if block.flags & UNICODE != 0 => {
            let (name, packed) = raw.split_at_checked(end)?;
            (name, unicode(name, packed.get(1..).unwrap_or_default()))
        }
        _ => (raw, None),
    };
    let is_stored = header.get(25) == Some(&STORED);
    let held = match block.data {
        _ if block.flags & LOCKED != 0 => Held::Locked,
        _ if block.flags & SPLIT != 0 => Held::Elsewhere,
        None => Held::Broken,
        Some(data) if is_stored => plain(data, u32_at(header, 16)?),
        Some(_) => Held::Packed,
    };
    Some(Some(Listed {
        name: name.to_vec(),
        unicode,
        size,
        held,
    }))
}

fn plain(data: &[u8], crc: u32) -> Held<'_> {
    if crc32fast::hash(data) == crc {
        Held::Plain(data)
    } else {
        Held::Broken
    }
}

/// The packed Unicode name: two bits a character say how it differs from the narrow one.
fn unicode(narrow: &[u8], packed: &[u8]) -> Option<String> {
    let mut units: Vec<u16> = Vec::new();
    let mut bytes = packed.iter().copied();
    let high = u16::from(bytes.next()?) << 8;
    let (mut flags, mut left) = (0u8, 0);
    while units.len() <= packed.len().saturating_mul(130) {
        if left == 0 {
            let Some(next) = bytes.next() else {
                break;
            };
            flags = next;
            left = 4;
        }
        let kind = flags >> 6;
        flags <<= 2;
        left -= 1;
        let Some(byte) = bytes.next() else {
            break;
        };
        match kind {
            0 => units.push(u16::from(byte)),
            1 => units.push(u16::from(byte) | high),
            2 => units.push(u16::from(byte) | u16::from(bytes.next()?) << 8),
            _ => {
                let is_shifted = byte & 0x80 != 0;
                let shift = if is_shifted { bytes.next()? } else { 0 };
                for _ in 0..(byte & 0x7F) + 2 {
                    let own = narrow.get(units.len()).copied().unwrap_or(b'?');
                    units.push(if is_shifted {
                        u16::from(own.wrapping_add(shift)) | high
                    } else {
                        u16::from(own)
                    });
                }
            }
        }
    }
    (!units.is_empty()).then(|| String::from_utf16_lossy(&units))
}
