//! ARJ: names, and the bytes of members that are not packed.

use super::listing::{Held, Listed, Listing};
use super::{u16_at, u32_at};
use crate::limits::MEMBERS_MAX;

pub(crate) fn list(bytes: &[u8]) -> Listing<'_> {
    let mut listing = Listing::default();
    let mut at = 0;
    let mut is_main = true;
    while listing.files.len() <= MEMBERS_MAX {
        match header(bytes, at) {
            Some(Header::End) => return listing,
            Some(Header::File(header, data)) => {
                let end = data.saturating_add(if is_main { 0 } else { header.packed });
                if is_main {
                    listing.is_volume = header.flags & 4 != 0;
                } else if header.kind != 3 {
                    let held = held(&header, bytes.get(data..end));
                    listing.files.push(Listed {
                        name: header.name.to_vec(),
                        unicode: None,
                        size: header.size as u64,
                        held,
                    });
                }
                is_main = false;
                at = end;
            }
            None => {
                listing.is_broken = true;
                return listing;
            }
        }
    }
    listing
}

enum Header<'a> {
    End,
    File(Fields<'a>, usize),
}

struct Fields<'a> {
    flags: u8,
    method: u8,
    kind: u8,
    packed: usize,
    size: usize,
    name: &'a [u8],
}

fn held<'a>(header: &Fields<'_>, data: Option<&'a [u8]>) -> Held<'a> {
    const GARBLED: u8 = 1;
    const CONTINUED: u8 = 4;
    match data {
        _ if header.flags & GARBLED != 0 => Held::Locked,
        None => Held::Broken,
        _ if header.flags & CONTINUED != 0 => Held::Elsewhere,
        Some(data) if header.method == 0 => Held::Plain(data),
        Some(_) => Held::Packed,
    }
}

/// A header and where what is behind it starts.
fn header(bytes: &[u8], at: usize) -> Option<Header<'_>> {
    if u16_at(bytes, at)? != 0xEA60 {
        return None;
    }
    let length = usize::from(u16_at(bytes, at + 2)?);
    if length == 0 {
        return Some(Header::End);
    }
    let basic = bytes.get(at + 4..at + 4 + length)?;
    let first = usize::from(*basic.first()?);
    let name = basic.get(first..)?;
    let name = name.get(..memchr::memchr(0, name)?)?;
    let mut data = at + 4 + length + 4;
    // Extended headers with their sums, until one of no bytes.
    loop {
        let more = usize::from(u16_at(bytes, data)?);
        data += 2;
        if more == 0 {
            break;
        }
        data += more + 4;
    }
    let fields = Fields {
        flags: *basic.get(4)?,
        method: *basic.get(5)?,
        kind: *basic.get(6)?,
        packed: u32_at(basic, 12)? as usize,
        size: u32_at(basic, 16)? as usize,
        name,
    };
    Some(Header::File(fields, data))
}
