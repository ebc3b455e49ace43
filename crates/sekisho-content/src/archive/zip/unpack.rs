//! The bytes of a member: deciphered, then unpacked.

use super::{Entry, Zip};
use crate::archive::{Unpack, codec, inflate};
use crate::budget::Budget;
use crate::locked::{Keys, zip_crypto};

/// What a member gave.
#[derive(Debug)]
pub(crate) enum Content {
    /// Its bytes, the password that opened it, and what went wrong on the way.
    Bytes(Vec<u8>, Option<String>, Option<Unpack>),
    /// Locked, and no password fits.
    Locked,
    /// Packed with a method that is not known here.
    UnknownMethod,
}

impl Zip<'_> {
    /// The unpacked bytes of a member, within what the budget has left.
    pub(crate) fn content(&self, entry: &Entry, budget: &mut Budget) -> Content {
        if !entry.encrypted || entry.lies {
            let packed = self.packed(entry);
            return match unpacked(packed, entry.method, entry, budget) {
                Some((bytes, trouble)) => Content::Bytes(bytes, None, trouble),
                None => Content::UnknownMethod,
            };
        }
        self.unlocked(entry, budget).unwrap_or(Content::Locked)
    }

    fn unlocked(&self, entry: &Entry, budget: &mut Budget) -> Option<Content> {
        let locked = self.packed(entry);
        if let Some(aes) = entry.aes.filter(|_| entry.method == 99) {
            let (password, packed) = aes.open(locked, &mut budget.keys)?;
            let Some((bytes, trouble)) = unpacked(&packed, aes.method, entry, budget) else {
                return Some(Content::UnknownMethod);
            };
            return Some(Content::Bytes(bytes, Some(password), trouble));
        }
        let mut keys = std::mem::replace(&mut budget.keys, Keys::new(&[]));
        // The key costs nothing; deciphering and unpacking all the data does.
        let blocks = (locked.len() as u64).div_ceil(64).min(100_000);
        let opened = keys.try_each(blocks, |password| {
            let encodings = crate::locked::encodings(password);
            encodings.iter().find_map(|password| {
                let packed = zip_crypto(locked, password, entry.checks)?;
                let (bytes, trouble) = unpacked(&packed, entry.method, entry, budget)?;
                // A wrong password gets this far one time in 128, and then gives garbage.
                (trouble != Some(Unpack::Broken)).then_some((bytes, trouble))
            })
        });
        budget.keys = keys;
        let (password, (bytes, trouble)) = opened?;
        Some(Content::Bytes(bytes, Some(password), trouble))
    }
}

/// `None`: a method that is not known.
fn unpacked(
    packed: &[u8],
    method: u16,
    entry: &Entry,
    budget: &mut Budget,
) -> Option<(Vec<u8>, Option<Unpack>)> {
    let ns = codec::ns_a_byte(method_name(method)?);
    let max = budget.unpack_max_at(packed.len(), ns);
    let (bytes, mut trouble) = by_method(packed, method, entry, max)?;
    budget.take_time(bytes.len(), ns);
    // AE-2 leaves the CRC out: its code over the data has told already.
    let has_crc = entry.aes.is_none() && !(entry.crc == 0 && entry.flags & 8 != 0);
    if trouble.is_none() && has_crc && crc32fast::hash(&bytes) != entry.crc {
        trouble = Some(Unpack::Broken);
    }
    Some((bytes, trouble))
}

fn method_name(method: u16) -> Option<&'static str> {
    Some(match method {
        0 => "stored",
        8 => "deflate",
        9 => "deflate64",
        12 => "bzip2",
        14 => "lzma",
        93 | 20 => "zstd",
        95 => "xz",
        98 => "ppmd",
        _ => return None,
    })
}

fn by_method(
    packed: &[u8],
    method: u16,
    entry: &Entry,
    max: usize,
) -> Option<(Vec<u8>, Option<Unpack>)> {
    Some(match method {
        0 if packed.len() > max => (Vec::new(), Some(Unpack::TooLarge)),
        0 => (packed.to_vec(), None),
        8 => inflate(packed, max),
        9 => codec::inflate64(packed, max),
        12 => codec::bunzip2(packed, max),
        14 => codec::lzma_of_zip(packed, entry.size, entry.flags & 2 != 0, max),
        93 | 20 => codec::unzstd(packed, max),
        95 => codec::unxz(packed, max),
        98 => codec::ppmd_of_zip(packed, entry.size, max),
        _ => return None,
    })
}
