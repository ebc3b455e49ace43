//! cpio in its four forms: old binary in either byte order, and in octal or hexadecimal digits.

use super::listing::Listing;
use super::{u16_at, u32_at};
use crate::limits::MEMBERS_MAX;

/// The name behind the last file.
const TRAILER: &[u8] = b"TRAILER!!!";

/// File type bits of the mode: a regular file.
const TYPE: usize = 0o170_000;
const REGULAR: usize = 0o100_000;

/// Where a header, the name and the content of one file lie.
struct Header {
    mode: usize,
    name_at: usize,
    name_bytes: usize,
    size: usize,
    /// Name and content are padded to a multiple of this.
    align: usize,
}

pub(crate) fn list(bytes: &[u8]) -> Listing<'_> {
    let mut listing = Listing::default();
    let mut rest = bytes;
    while listing.files.len() <= MEMBERS_MAX {
        let Some((header, name, content, next)) = file(rest) else {
            listing.is_broken = true;
            return listing;
        };
        if name == TRAILER {
            return listing;
        }
        if header.mode & TYPE == REGULAR {
            listing.add(name, content);
        }
        rest = next;
    }
    listing
}

type File<'a> = (Header, &'a [u8], &'a [u8], &'a [u8]);

fn file(bytes: &[u8]) -> Option<File<'_>> {
    let header = header(bytes)?;
    let padded = |at: usize| at.div_ceil(header.align).checked_mul(header.align);
    let end = header.name_at.checked_add(header.name_bytes)?;
    let name = bytes.get(header.name_at..end)?;
    let name = name.get(..memchr::memchr(0, name).unwrap_or(name.len()))?;
    let start = padded(end)?;
    let end = start.checked_add(header.size)?;
    let content = bytes.get(start..end)?;
    let next = bytes.get(padded(end)?..).unwrap_or_default();
    Some((header, name, content, next))
}

fn header(bytes: &[u8]) -> Option<Header> {
    match bytes.get(..6)? {
        b"070701" | b"070702" => {
            let field = |nth: usize| digits(bytes, 6 + nth * 8, 8, 16);
            Some(Header {
                mode: field(1)?,
                size: field(6)?,
                name_bytes: field(11)?,
                name_at: 110,
                align: 4,
            })
        }
        b"070707" => Some(Header {
            mode: digits(bytes, 18, 6, 8)?,
            name_bytes: digits(bytes, 59, 6, 8)?,
            size: digits(bytes, 65, 11, 8)?,
            name_at: 76,
            align: 1,
        }),
        _ => binary(bytes),
    }
}

fn digits(bytes: &[u8], at: usize, count: usize, radix: u32) -> Option<usize> {
    let text = std::str::from_utf8(bytes.get(at..at + count)?).ok()?;
    usize::from_str_radix(text, radix).ok()
}

fn binary(bytes: &[u8]) -> Option<Header> {
    let swap = match u16_at(bytes, 0)? {
        0o070_707 => false,
        0xC771 => true,
        _ => return None,
    };
    let word = |at: usize| {
        let word = u16_at(bytes, at)?;
        Some(usize::from(if swap { word.swap_bytes() } else { word }))
    };
    u32_at(bytes, 22)?;
    Some(Header {
        mode: word(6)?,
        name_bytes: word(20)?,
        // The higher half first, whatever the order of bytes is.
        size: word(22)? << 16 | word(24)?,
        name_at: 26,
        align: 2,
    })
}
