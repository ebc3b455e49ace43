//! Where the directory stands: the end record, and that of zip64 before it.

use crate::archive::{u16_at, u32_at, u64_at};
use crate::limits::ZIP_END_BYTES;

/// The directory's own record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// Where the record stands, or the first of the two.
    pub(super) at: usize,
    pub(super) directory: usize,
    pub(super) directory_bytes: usize,
    pub(super) entries: usize,
    /// The archive lies in more than one file, and this is not all of it.
    pub(super) is_volume: bool,
}

/// The end of central directory record (APPNOTE §4.3.16): the last one whose comment fits.
pub(super) fn end(bytes: &[u8]) -> Option<End> {
    let from = bytes.len().saturating_sub(ZIP_END_BYTES);
    let tail = bytes.get(from..)?;
    memchr::memmem::rfind_iter(tail, b"PK\x05\x06").find_map(|found| {
        let at = from + found;
        let small = End {
            at,
            directory: u32_at(bytes, at + 16)? as usize,
            directory_bytes: u32_at(bytes, at + 12)? as usize,
            entries: usize::from(u16_at(bytes, at + 10)?),
            is_volume: !matches!(u16_at(bytes, at + 4)?, 0 | 0xFFFF),
        };
        let end = large(bytes, at).unwrap_or(small);
        let fits = end.directory.checked_add(end.directory_bytes)? <= end.at;
        (fits || small.is_volume).then_some(end)
    })
}

/// The end record of zip64 (APPNOTE §4.3.14), named by a locator right before the other one.
fn large(bytes: &[u8], small: usize) -> Option<End> {
    let locator = small.checked_sub(20)?;
    if u32_at(bytes, locator)? != 0x0706_4b50 {
        return None;
    }
    let said = usize::try_from(u64_at(bytes, locator + 8)?).ok()?;
    // Bytes before the archive shift it; its usual place is right before the locator.
    let at = [said, locator.checked_sub(56)?]
        .into_iter()
        .find(|at| u32_at(bytes, *at) == Some(0x0606_4b50))?;
    Some(End {
        at,
        directory: usize::try_from(u64_at(bytes, at.checked_add(48)?)?).ok()?,
        directory_bytes: usize::try_from(u64_at(bytes, at + 40)?).ok()?,
        entries: usize::try_from(u64_at(bytes, at + 32)?).ok()?,
        is_volume: u32_at(bytes, at + 16)? != 0,
    })
}
