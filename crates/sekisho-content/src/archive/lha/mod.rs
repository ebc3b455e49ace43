//! LHA (LZH), header levels 0 to 2, methods -lh0- and -lh4- to -lh7- (H. Yoshizaki's format, as
//! LHa for UNIX writes and reads it).

mod huffman;

use super::{Unpack, u16_at, u32_at};
use crate::limits::MEMBERS_MAX;

pub(crate) use huffman::unpack;

/// A member: its name, how it is packed, and the packed bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LhaFile<'a> {
    pub(crate) name: Vec<u8>,
    method: [u8; 5],
    size: usize,
    packed: &'a [u8],
}

impl LhaFile<'_> {
    /// The unpacked bytes; `None` for a method that is not known.
    pub(crate) fn unpacked(&self, max: usize) -> Option<(Vec<u8>, Option<Unpack>)> {
        let too_large = self.size > max;
        let size = self.size.min(max);
        let bytes = match &self.method {
            b"-lh0-" | b"-lz4-" => self.packed.get(..size).unwrap_or(self.packed).to_vec(),
            b"-lh4-" | b"-lh5-" => unpack(self.packed, size, 13, 14, 4),
            b"-lh6-" => unpack(self.packed, size, 15, 16, 5),
            b"-lh7-" => unpack(self.packed, size, 16, 17, 5),
            _ => return None,
        };
        let trouble = if too_large {
            Some(Unpack::TooLarge)
        } else {
            (bytes.len() < size).then_some(Unpack::Broken)
        };
        Some((bytes, trouble))
    }
}

/// The members, and whether the archive is whole.
pub(crate) fn members(bytes: &[u8]) -> (Vec<LhaFile<'_>>, bool) {
    let mut files = Vec::new();
    let mut rest = bytes;
    while rest.first().is_some_and(|byte| *byte != 0) {
        let Some((file, next)) = member(rest) else {
            return (files, false);
        };
        if &file.method != b"-lhd-" {
            files.push(file);
        }
        if files.len() > MEMBERS_MAX {
            return (files, false);
        }
        rest = next;
    }
    (files, true)
}

fn member(bytes: &[u8]) -> Option<(LhaFile<'_>, &[u8])> {
    let method: [u8; 5] = bytes.get(2..7)?.try_into().ok()?;
    let mut packed_bytes = u32_at(bytes, 7)? as usize;
    let size = u32_at(bytes, 11)? as usize;
    let level = *bytes.get(20)?;
    let mut names = Names::default();
    let data = match level {
        0 | 1 => {
            let header = usize::from(*bytes.first()?) + 2;
            let name_bytes = usize::from(*bytes.get(21)?);
            names.file = bytes.get(22..22 + name_bytes)?.to_vec();
            if level == 0 {
                header
            } else {
                let more = names.extend(bytes, header - 2)?;
                packed_bytes = packed_bytes.checked_sub(more)?;
                header + more
            }
        }
        2 => {
            names.extend(bytes, 24)?;
            usize::from(u16_at(bytes, 0)?)
        }
        _ => return None,
    };
    let packed = bytes.get(data..data.checked_add(packed_bytes)?)?;
    let file = LhaFile {
        name: names.joined(),
        method,
        size,
        packed,
    };
    Some((file, bytes.get(data + packed_bytes..)?))
}

#[derive(Default)]
struct Names {
    directory: Vec<u8>,
    file: Vec<u8>,
}

impl Names {
    /// Extended headers: size, kind, content; the size of the first one stands at `at`. Gives their
    /// bytes together.
    fn extend(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        let mut at = at;
        let mut total = 0;
        loop {
            let size = usize::from(u16_at(bytes, at)?);
            if size < 3 {
                return (size == 0).then_some(total);
            }
            let content = bytes.get(at + 3..at + size)?;
            match bytes.get(at + 2)? {
                1 => self.file = content.to_vec(),
                2 => self.directory = content.to_vec(),
                _ => {}
            }
            at += size;
            total += size;
        }
    }

    fn joined(self) -> Vec<u8> {
        let separated = |byte: u8| if byte == 0xFF { b'/' } else { byte };
        self.directory
            .into_iter()
            .map(separated)
            .chain(self.file)
            .collect()
    }
}
