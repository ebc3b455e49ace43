//! A file with other bytes in the places of some of its streams: deciphered ones have the same
//! length.

use std::ops::Range;

use super::{Compound, ENTRIES_MAX, Entry, SECTOR_MAX};
use crate::archive::u32_at;

/// The file with streams replaced by name; `None` when it is damaged.
pub(crate) fn replaced(bytes: &[u8], streams: &[(&str, Vec<u8>)]) -> Option<Vec<u8>> {
    let file = Compound::read(bytes)?;
    let directory = file.chain(u32_at(bytes, 48)?, bytes.len());
    let entries: Vec<Entry> = directory
        .chunks_exact(128)
        .take(ENTRIES_MAX)
        .filter_map(Entry::read)
        .collect();
    let root = entries.first()?;
    let small = file.places(root.start, root.size);
    let mut out = bytes.to_vec();
    for entry in entries.iter().filter(|entry| entry.is_stream) {
        let Some((_, new)) = streams.iter().find(|(name, _)| *name == entry.name) else {
            continue;
        };
        let places = if entry.size >= file.mini_cutoff {
            file.places(entry.start, entry.size)
        } else {
            file.small_places(entry, &small)
        };
        let mut rest = new.as_slice();
        for place in places {
            let length = place.len().min(rest.len());
            let (now, later) = rest.split_at_checked(length)?;
            out.get_mut(place.start..place.start + length)?
                .copy_from_slice(now);
            rest = later;
        }
    }
    Some(out)
}

impl Compound<'_> {
    /// Where in the file the sectors of a chain lie.
    fn places(&self, first: u32, size: usize) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        let mut next = first;
        let mut taken = 0;
        while next < SECTOR_MAX && taken < size.min(self.bytes.len()) {
            let start = (next as usize + 1).saturating_mul(self.sector_bytes);
            let end = start
                .saturating_add(self.sector_bytes)
                .min(self.bytes.len());
            if start >= end {
                break;
            }
            places.push(start..end);
            taken += end - start;
            next = self.fat.get(next as usize).copied().unwrap_or(SECTOR_MAX);
        }
        places
    }

    /// Small sectors lie in the sectors of the root's stream.
    fn small_places(&self, entry: &Entry, root: &[Range<usize>]) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        let mut next = entry.start;
        let each = self.sector_bytes / self.mini_bytes.max(1);
        while next < SECTOR_MAX && places.len() * self.mini_bytes < entry.size {
            let at = next as usize;
            let Some(sector) = root.get(at / each.max(1)) else {
                break;
            };
            let start = sector.start + at % each.max(1) * self.mini_bytes;
            places.push(start..start + self.mini_bytes);
            next = self.mini_fat.get(at).copied().unwrap_or(SECTOR_MAX);
        }
        places
    }
}
