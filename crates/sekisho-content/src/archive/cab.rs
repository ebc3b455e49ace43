//! Cabinets ([MS-CAB]): names of all files, and the bytes of folders that are stored or packed
//! with MSZIP. LZX and Quantum are told as unknown.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use super::{Unpack, u16_at, u32_at};
use crate::limits::MEMBERS_MAX;

/// Bytes that a block may unpack to.
const BLOCK_BYTES_MAX: usize = 32 << 10;

/// A file and where it lies in its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CabFile {
    pub(crate) name: Vec<u8>,
    pub(crate) utf8: bool,
    pub(crate) folder: usize,
    pub(crate) offset: usize,
    pub(crate) size: usize,
    /// It begins or goes on in another cabinet.
    pub(crate) elsewhere: bool,
}

/// A run of blocks that are packed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Folder {
    at: usize,
    blocks: usize,
    method: u16,
}

/// A cabinet's lists.
#[derive(Debug)]
pub(crate) struct Cabinet<'a> {
    bytes: &'a [u8],
    pub(crate) files: Vec<CabFile>,
    folders: Vec<Folder>,
    reserved: usize,
    pub(crate) is_broken: bool,
    pub(crate) is_volume: bool,
}

impl<'a> Cabinet<'a> {
    /// `None` where not even the header is whole.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        const PREVIOUS: u16 = 1;
        const NEXT: u16 = 2;
        const RESERVE: u16 = 4;
        let flags = u16_at(bytes, 30)?;
        let mut at = 36;
        let (mut folder_reserved, mut reserved) = (0, 0);
        if flags & RESERVE != 0 {
            let header = usize::from(u16_at(bytes, at)?);
            folder_reserved = usize::from(*bytes.get(at + 2)?);
            reserved = usize::from(*bytes.get(at + 3)?);
            at += 4 + header;
        }
        // Names of the cabinet before and after, and of their disks.
        let strings = 2 * (flags & (PREVIOUS | NEXT)).count_ones();
        for _ in 0..strings {
            at += memchr::memchr(0, bytes.get(at..)?)? + 1;
        }
        let mut cabinet = Self {
            bytes,
            files: Vec::new(),
            folders: Vec::new(),
            reserved,
            is_broken: (u32_at(bytes, 8)? as usize) > bytes.len(),
            is_volume: flags & (PREVIOUS | NEXT) != 0,
        };
        for _ in 0..u16_at(bytes, 26)? {
            cabinet.folders.push(Folder {
                at: u32_at(bytes, at)? as usize,
                blocks: usize::from(u16_at(bytes, at + 4)?),
                method: u16_at(bytes, at + 6)?,
            });
            at += 8 + folder_reserved;
        }
        let mut at = u32_at(bytes, 16)? as usize;
        for _ in 0..usize::from(u16_at(bytes, 28)?).min(MEMBERS_MAX + 1) {
            let Some((file, next)) = cabinet.file(at) else {
                cabinet.is_broken = true;
                break;
            };
            cabinet.files.push(file);
            at = next;
        }
        Some(cabinet)
    }

    fn file(&self, at: usize) -> Option<(CabFile, usize)> {
        const UTF8: u16 = 0x80;
        let bytes = self.bytes;
        let rest = bytes.get(at.checked_add(16)?..)?;
        let length = memchr::memchr(0, rest)?;
        let folder = u16_at(bytes, at + 8)?;
        let file = CabFile {
            name: rest.get(..length)?.to_vec(),
            utf8: u16_at(bytes, at + 14)? & UTF8 != 0,
            // Marks for files that go over the border of cabinets.
            elsewhere: folder >= 0xFFFD,
            folder: match folder {
                0xFFFD | 0xFFFF => 0,
                0xFFFE => self.folders.len().saturating_sub(1),
                folder => usize::from(folder),
            },
            offset: u32_at(bytes, at + 4)? as usize,
            size: u32_at(bytes, at)? as usize,
        };
        Some((file, at + 17 + length))
    }

    pub(crate) fn folders(&self) -> usize {
        self.folders.len()
    }

    /// All bytes of a folder; `None` for a method that is not known.
    pub(crate) fn folder(&self, nth: usize, max: usize) -> Option<(Vec<u8>, Option<Unpack>)> {
        let folder = self.folders.get(nth)?;
        let method = folder.method & 0xF;
        if method > 1 {
            return None;
        }
        let mut out = Vec::new();
        let mut at = folder.at;
        for _ in 0..folder.blocks {
            let Some((packed, size)) = self.block(at) else {
                return Some((out, Some(Unpack::Broken)));
            };
            at += 8 + self.reserved + packed.len();
            if out.len() + size > max {
                return Some((out, Some(Unpack::TooLarge)));
            }
            let done = match method {
                0 => {
                    out.extend_from_slice(packed);
                    Some(())
                }
                _ => mszip(packed, size, &mut out),
            };
            if done.is_none() {
                return Some((out, Some(Unpack::Broken)));
            }
        }
        Some((out, None))
    }

    /// The packed bytes of a block and what they unpack to.
    fn block(&self, at: usize) -> Option<(&'a [u8], usize)> {
        let packed = usize::from(u16_at(self.bytes, at + 4)?);
        let size = usize::from(u16_at(self.bytes, at + 6)?);
        let start = at.checked_add(8)?.checked_add(self.reserved)?;
        let data = self.bytes.get(start..start.checked_add(packed)?)?;
        (size <= BLOCK_BYTES_MAX).then_some((data, size))
    }
}

/// Deflate that may look back into the block before ([MS-MCI]).
fn mszip(packed: &[u8], size: usize, out: &mut Vec<u8>) -> Option<()> {
    let data = packed.strip_prefix(b"CK")?;
    let before = out.len();
    // Only the last 32 KiB can be looked back to.
    let from = before.saturating_sub(BLOCK_BYTES_MAX);
    out.resize(before + size, 0);
    let window = out.get_mut(from..)?;
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = Box::<DecompressorOxide>::default();
    let (status, _, written) = decompress(&mut state, data, window, before - from, flags);
    if status != TINFLStatus::Done || written != size {
        out.truncate(before + written);
        return None;
    }
    Some(())
}
