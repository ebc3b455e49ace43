//! Archives: what they hold, by their own lists. Nothing is unpacked here beyond what is asked for.

pub(crate) mod ar;
pub(crate) mod arj;
mod cab;
pub(crate) mod codec;
pub(crate) mod cpio;
mod gzip;
pub(crate) mod iso;
mod lha;
pub(crate) mod listing;
pub(crate) mod rar;
pub(crate) mod rpm;
mod tar;
mod zip;

pub(crate) use cab::Cabinet;
pub(crate) use gzip::gunzip;
pub(crate) use lha::{LhaFile, members as lha_members};
pub(crate) use tar::{Tar, is_tar, untar};
pub(crate) use zip::{Content, Entry, Zip, zip_names};

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// Why a packed file did not come out whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unpack {
    /// More bytes than allowed for what went in.
    TooLarge,
    /// A decoder asks for more memory than it may have.
    Dictionary,
    /// The data is broken.
    Broken,
}

/// Raw deflate (RFC 1951), up to `max` bytes. What came out before the damage is given too.
pub(crate) fn inflate(packed: &[u8], max: usize) -> (Vec<u8>, Option<Unpack>) {
    match decompress_to_vec_with_limit(packed, max) {
        Ok(bytes) => (bytes, None),
        Err(error) => {
            let why = match error.status {
                TINFLStatus::HasMoreOutput => Unpack::TooLarge,
                _ => Unpack::Broken,
            };
            (error.output, Some(why))
        }
    }
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    two.try_into().ok().map(u16::from_le_bytes)
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    four.try_into().ok().map(u32::from_le_bytes)
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at.checked_add(8)?)?;
    eight.try_into().ok().map(u64::from_le_bytes)
}
