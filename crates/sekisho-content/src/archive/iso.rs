//! ISO 9660 (ECMA-119) with the names of Joliet and Rock Ridge. A disk of UDF only is listed as
//! unknown.

use std::collections::HashSet;

use super::listing::{Held, Listed, Listing};
use super::u32_at;
use crate::limits::MEMBERS_MAX;

const SECTOR: usize = 2_048;

/// Volume descriptors start here.
const FIRST: usize = 16;

/// Directories in directories; the standard allows eight.
const DEPTH_MAX: usize = 32;

pub(crate) fn list(bytes: &[u8]) -> Listing<'_> {
    let mut listing = Listing::default();
    let mut roots = Vec::new();
    for nth in FIRST..FIRST + 64 {
        let Some(descriptor) = bytes.get(nth * SECTOR..(nth + 1) * SECTOR) else {
            break;
        };
        let is_joliet = matches!(descriptor.get(88..91), Some(b"%/@" | b"%/C" | b"%/E"));
        match (descriptor.first(), descriptor.get(1..6)) {
            (Some(255), _) => break,
            (Some(1), Some(b"CD001")) => roots.push((descriptor, false)),
            (Some(2), Some(b"CD001")) if is_joliet => roots.push((descriptor, true)),
            (_, Some(b"BEA01" | b"NSR02" | b"NSR03")) => listing.is_unknown = true,
            _ => {}
        }
    }
    let mut seen = HashSet::new();
    // Both trees mostly name the same bytes; what only one of them names is content all the same.
    for (descriptor, is_joliet) in roots.into_iter().rev() {
        let mut walk = Walk {
            bytes,
            is_joliet,
            seen: &mut seen,
            listing: &mut listing,
        };
        if walk
            .directory(descriptor.get(156..).unwrap_or_default(), "", 0)
            .is_none()
        {
            listing.is_broken = true;
        }
    }
    if listing.files.is_empty() && !listing.is_unknown {
        listing.is_broken = true;
    }
    listing
}

struct Walk<'a, 'l> {
    bytes: &'a [u8],
    is_joliet: bool,
    /// Extents that were taken: a directory that holds itself has no end.
    seen: &'l mut HashSet<(usize, usize)>,
    listing: &'l mut Listing<'a>,
}

impl Walk<'_, '_> {
    fn directory(&mut self, record: &[u8], path: &str, depth: usize) -> Option<()> {
        if depth > DEPTH_MAX {
            return None;
        }
        let start = (u32_at(record, 2)? as usize).checked_mul(SECTOR)?;
        let length = u32_at(record, 10)? as usize;
        let entries = self.bytes.get(start..start.checked_add(length)?)?;
        if !self.seen.insert((start, length)) {
            return Some(());
        }
        for sector in entries.chunks(SECTOR) {
            let mut rest = sector;
            while let Some(size) = rest.first().copied().filter(|size| *size > 33) {
                let entry = rest.get(..usize::from(size))?;
                self.entry(entry, path, depth)?;
                rest = rest.get(usize::from(size)..)?;
            }
        }
        Some(())
    }

    fn entry(&mut self, entry: &[u8], path: &str, depth: usize) -> Option<()> {
        const DIRECTORY: u8 = 2;
        if self.listing.files.len() > MEMBERS_MAX {
            return None;
        }
        let flags = *entry.get(25)?;
        let name_bytes = usize::from(*entry.get(32)?);
        let raw = entry.get(33..33 + name_bytes)?;
        // The directory itself and the one above it.
        if matches!(raw, [0] | [1]) {
            return Some(());
        }
        let name = format!("{path}{}", self.name(raw, entry));
        if flags & DIRECTORY != 0 {
            return self.directory(entry, &format!("{name}/"), depth + 1);
        }
        let start = (u32_at(entry, 2)? as usize).checked_mul(SECTOR)?;
        let length = u32_at(entry, 10)? as usize;
        let held = match self.bytes.get(start..start.saturating_add(length)) {
            Some(bytes) => Held::Plain(bytes),
            None => Held::Broken,
        };
        if self.seen.insert((start, length)) || length == 0 {
            self.listing.files.push(Listed {
                name: Vec::new(),
                unicode: Some(name),
                size: length as u64,
                held,
            });
        }
        Some(())
    }

    fn name(&self, raw: &[u8], entry: &[u8]) -> String {
        let name = if self.is_joliet {
            let (pairs, _) = raw.as_chunks::<2>();
            let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
            let chars = char::decode_utf16(units);
            chars.map(|c| c.unwrap_or('\u{FFFD}')).collect()
        } else {
            let padded = raw.len() + usize::from(raw.len().is_multiple_of(2));
            let system = entry.get(33 + padded..).unwrap_or_default();
            match rock_ridge(system) {
                Some(name) => sekisho_mime::charset::decode(&name, None).text,
                None => String::from_utf8_lossy(raw).into_owned(),
            }
        };
        // `README.TXT;1`: the version is no part of the name.
        match name.rsplit_once(';') {
            Some((name, version)) if version.bytes().all(|b| b.is_ascii_digit()) => {
                name.trim_end_matches('.').to_owned()
            }
            _ => name,
        }
    }
}

/// `NM` entries of Rock Ridge (IEEE P1282).
fn rock_ridge(system: &[u8]) -> Option<Vec<u8>> {
    let mut name = Vec::new();
    let mut rest = system;
    while let [a, b, length, ..] = rest {
        let entry = rest.get(..usize::from(*length).max(4))?;
        if (*a, *b) == (b'N', b'M') {
            name.extend_from_slice(entry.get(5..).unwrap_or_default());
        }
        rest = rest.get(entry.len()..).unwrap_or_default();
    }
    (!name.is_empty()).then_some(name)
}
