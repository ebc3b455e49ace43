//! The headers of a member.

use std::ops::Range;

use crate::archive::{u16_at, u32_at, u64_at};
use crate::locked::ZipAes;

/// One member as a header describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The names in the directory and, where it differs, in the local header.
    pub(crate) names: Vec<Vec<u8>>,
    /// Names are UTF-8 by the general purpose flag, bit 11.
    pub(crate) utf8: bool,
    pub(crate) encrypted: bool,
    /// Directory and local header do not agree about encryption.
    pub(crate) lies: bool,
    pub(crate) method: u16,
    /// Unpacked bytes as stated.
    pub(crate) size: u64,
    pub(super) crc: u32,
    /// What the last byte of an old cipher's header may be.
    pub(super) checks: [u8; 2],
    pub(super) flags: u16,
    pub(super) aes: Option<ZipAes>,
    pub(super) data: Range<usize>,
}

/// Sizes and place where 32 bits do not hold them (APPNOTE §4.5.3), in this order.
#[derive(Default)]
struct Large {
    size: Option<u64>,
    packed: Option<u64>,
    local: Option<u64>,
}

/// What the extra fields say.
#[derive(Default)]
struct Extra {
    large: Large,
    aes: Option<ZipAes>,
    /// Info-ZIP's name in UTF-8 (APPNOTE §4.6.9), with the CRC of the name that it stands for.
    unicode: Option<(u32, Vec<u8>)>,
}

impl Entry {
    fn new(name: &[u8], flags: u16, method: u16, crc: u32, time: u16) -> Self {
        Self {
            names: vec![name.to_vec()],
            utf8: flags & 0x800 != 0,
            encrypted: flags & 1 != 0,
            lies: false,
            method,
            size: 0,
            crc,
            checks: [(crc >> 24) as u8, (time >> 8) as u8],
            flags,
            aes: None,
            data: 0..0,
        }
    }

    fn take(&mut self, extra: Extra) {
        if let Some((crc, name)) = extra.unicode
            && self
                .names
                .first()
                .is_some_and(|own| crc32fast::hash(own) == crc)
            && !self.names.contains(&name)
        {
            self.names.insert(0, name);
        }
        self.aes = extra.aes;
    }
}

/// A directory record (APPNOTE §4.3.12): the member, its packed bytes, where its local header
/// lies, and where the next record starts.
pub(super) fn directory_entry(bytes: &[u8], at: usize) -> Option<(Entry, usize, usize, usize)> {
    if u32_at(bytes, at)? != 0x0201_4b50 {
        return None;
    }
    let name_bytes = usize::from(u16_at(bytes, at + 28)?);
    let extra_bytes = usize::from(u16_at(bytes, at + 30)?);
    let comment = usize::from(u16_at(bytes, at + 32)?);
    let name = bytes.get(at + 46..at + 46 + name_bytes)?;
    let mut entry = Entry::new(
        name,
        u16_at(bytes, at + 8)?,
        u16_at(bytes, at + 10)?,
        u32_at(bytes, at + 16)?,
        u16_at(bytes, at + 12)?,
    );
    let (packed, size) = (u32_at(bytes, at + 20)?, u32_at(bytes, at + 24)?);
    let local = u32_at(bytes, at + 42)?;
    let extra_at = at + 46 + name_bytes;
    let fields = bytes
        .get(extra_at..extra_at + extra_bytes)
        .unwrap_or_default();
    let extra = extra(fields, size, packed, Some(local));
    entry.size = extra.large.size.unwrap_or(u64::from(size));
    let packed = extra.large.packed.unwrap_or(u64::from(packed));
    let local = extra.large.local.unwrap_or(u64::from(local));
    entry.take(extra);
    let next = extra_at + extra_bytes + comment;
    let narrow = |wide: u64| usize::try_from(wide).unwrap_or(usize::MAX);
    Some((entry, narrow(packed), narrow(local), next))
}

/// A local header (APPNOTE §4.3.7) and where its data starts.
pub(super) fn local_entry(bytes: &[u8], at: usize) -> Option<(Entry, usize)> {
    if u32_at(bytes, at)? != 0x0403_4b50 {
        return None;
    }
    let name_bytes = usize::from(u16_at(bytes, at + 26)?);
    let extra_bytes = usize::from(u16_at(bytes, at + 28)?);
    let name = bytes.get(at + 30..at + 30 + name_bytes)?;
    let mut entry = Entry::new(
        name,
        u16_at(bytes, at + 6)?,
        u16_at(bytes, at + 8)?,
        u32_at(bytes, at + 14)?,
        u16_at(bytes, at + 10)?,
    );
    let (packed, size) = (u32_at(bytes, at + 18)?, u32_at(bytes, at + 22)?);
    let extra_at = at + 30 + name_bytes;
    let fields = bytes
        .get(extra_at..extra_at + extra_bytes)
        .unwrap_or_default();
    let extra = extra(fields, size, packed, None);
    entry.size = extra.large.size.unwrap_or(u64::from(size));
    let packed = extra.large.packed.unwrap_or(u64::from(packed));
    entry.take(extra);
    let data = extra_at + extra_bytes;
    let packed = usize::try_from(packed).unwrap_or(usize::MAX);
    entry.data = data..data.saturating_add(packed).min(bytes.len());
    Some((entry, data))
}

fn extra(mut fields: &[u8], size: u32, packed: u32, local: Option<u32>) -> Extra {
    let mut found = Extra::default();
    while let (Some(kind), Some(length)) = (u16_at(fields, 0), u16_at(fields, 2)) {
        let end = 4 + usize::from(length);
        let Some(content) = fields.get(4..end) else {
            break;
        };
        match kind {
            1 => found.large = large(content, size, packed, local),
            0x7075 => {
                let crc = u32_at(content, 1);
                let name = content.get(5..).map(<[u8]>::to_vec);
                found.unicode = crc.zip(name.filter(|name| !name.is_empty()));
            }
            0x9901 => {
                found.aes = content
                    .get(4)
                    .zip(u16_at(content, 5))
                    .map(|(strength, method)| ZipAes {
                        strength: *strength,
                        method,
                    });
            }
            _ => {}
        }
        fields = fields.get(end..).unwrap_or_default();
    }
    found
}

fn large(content: &[u8], size: u32, packed: u32, local: Option<u32>) -> Large {
    let mut at = 0;
    let mut next = |wanted: bool| {
        if !wanted {
            return None;
        }
        at += 8;
        u64_at(content, at - 8)
    };
    Large {
        size: next(size == u32::MAX),
        packed: next(packed == u32::MAX),
        local: next(local == Some(u32::MAX)),
    }
}
