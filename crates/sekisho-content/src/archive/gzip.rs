//! gzip (RFC 1952).

use super::{Unpack, inflate, u16_at};

/// The name in the header, the unpacked bytes, and what went wrong.
pub(crate) fn gunzip(bytes: &[u8], max: usize) -> (Option<Vec<u8>>, Vec<u8>, Option<Unpack>) {
    match header(bytes) {
        Some((name, start)) => {
            let (out, why) = inflate(bytes.get(start..).unwrap_or_default(), max);
            (name, out, why)
        }
        None => (None, Vec::new(), Some(Unpack::Broken)),
    }
}

/// The name and where the deflate data starts (RFC 1952 §2.3).
fn header(bytes: &[u8]) -> Option<(Option<Vec<u8>>, usize)> {
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    const HEADER_CRC: u8 = 2;
    let flags = *bytes.get(3)?;
    let mut at = 10;
    if flags & EXTRA != 0 {
        at += 2 + usize::from(u16_at(bytes, at)?);
    }
    let mut name = None;
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            let rest = bytes.get(at..)?;
            let end = memchr::memchr(0, rest)?;
            if flag == NAME {
                name = rest.get(..end).map(<[u8]>::to_vec);
            }
            at += end + 1;
        }
    }
    if flags & HEADER_CRC != 0 {
        at += 2;
    }
    Some((name, at))
}
