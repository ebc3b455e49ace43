//! LHA (LZH), header levels 0 to 3, every method that is known: -lh0- to -lh7-, -lhx-, -lzs-,
//! -lz4-, -lz5-, and those of PMarc.

use delharc::LhaHeader;
use delharc::crc::Crc16;
use delharc::decode::{Decoder, DecoderAny};
use delharc::header::CompressionMethod;

use super::Unpack;
use super::codec::Unpacked;
use crate::limits::MEMBERS_MAX;

/// Extended headers that hold names; the two wide ones are of UNLHA32.
const FILE_NAME: u8 = 0x01;
const DIRECTORY: u8 = 0x02;
const WIDE_FILE_NAME: u8 = 0x44;
const WIDE_DIRECTORY: u8 = 0x45;

/// A member: its name, how it is packed, and the packed bytes.
#[derive(Debug)]
pub(crate) struct LhaFile<'a> {
    header: LhaHeader,
    pub(crate) packed: &'a [u8],
}

/// The members, and whether the archive is whole.
pub(crate) fn members(bytes: &[u8]) -> (Vec<LhaFile<'_>>, bool) {
    let mut files = Vec::new();
    let mut rest = bytes;
    while rest.first().is_some_and(|byte| *byte != 0) {
        let before = rest.len();
        let header = LhaHeader::read(&mut rest);
        let Ok(Some(header)) = header else {
            return (files, false);
        };
        let length = usize::try_from(header.compressed_size).unwrap_or(usize::MAX);
        let Some((packed, next)) = rest.split_at_checked(length) else {
            files.push(LhaFile {
                header,
                packed: rest,
            });
            return (files, false);
        };
        rest = next;
        files.push(LhaFile { header, packed });
        if files.len() > MEMBERS_MAX || rest.len() >= before {
            return (files, false);
        }
    }
    (files, true)
}

impl LhaFile<'_> {
    pub(crate) fn is_directory(&self) -> bool {
        self.header.is_directory()
    }

    /// The name of a symbolic link: `name|target`, held as a directory (LHa for UNIX).
    pub(crate) fn link(&self) -> Option<Vec<u8>> {
        let (name, _) = self.names();
        let at = memchr::memchr(b'|', &name).filter(|_| self.is_directory())?;
        name.get(..at).map(<[u8]>::to_vec)
    }

    /// The name as bytes, and in Unicode where the archive has it so.
    pub(crate) fn names(&self) -> (Vec<u8>, Option<String>) {
        let (mut directory, mut name) = (Vec::new(), self.header.filename.to_vec());
        let (mut wide_directory, mut wide_name) = (String::new(), None);
        for field in self.header.iter_extra() {
            let Some((kind, content)) = field.split_first() else {
                continue;
            };
            match *kind {
                FILE_NAME => name = content.to_vec(),
                DIRECTORY => directory = content.to_vec(),
                WIDE_FILE_NAME => wide_name = Some(wide(content)),
                WIDE_DIRECTORY => wide_directory = wide(content),
                _ => {}
            }
        }
        let end = memchr::memchr(0, &name).unwrap_or(name.len());
        name.truncate(end);
        for byte in &mut directory {
            if *byte == 0xFF {
                *byte = b'/';
            }
        }
        directory.extend(name);
        (directory, wide_name.map(|name| wide_directory + &name))
    }

    pub(crate) fn size(&self) -> u64 {
        self.header.original_size
    }

    /// The unpacked bytes; `None` for a method that is not known.
    pub(crate) fn unpacked(&self, max: usize) -> Option<Unpacked> {
        let method = CompressionMethod::try_from(&self.header.compression).ok()?;
        let size = usize::try_from(self.header.original_size).unwrap_or(usize::MAX);
        let mut decoder = DecoderAny::new_from_compression(method, self.packed);
        if !decoder.is_supported() {
            return None;
        }
        let mut out = Vec::new();
        let mut trouble = None;
        while out.len() < size.min(max) {
            let mut chunk = vec![0; (size.min(max) - out.len()).min(32 << 10)];
            // The tables of a broken stream may be such that the decoder gives up loudly.
            let filled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                decoder.fill_buffer(&mut chunk).is_ok()
            }));
            if !filled.unwrap_or(false) {
                trouble = Some(Unpack::Broken);
                break;
            }
            out.extend_from_slice(&chunk);
        }
        if trouble.is_none() && size > max {
            trouble = Some(Unpack::TooLarge);
        }
        let mut crc = Crc16::default();
        crc.digest(&out);
        if trouble.is_none() && crc.sum16() != self.header.file_crc {
            trouble = Some(Unpack::Broken);
        }
        Some((out, trouble))
    }
}

fn wide(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
    char::decode_utf16(units)
        .map(|c| match c.unwrap_or('\u{FFFD}') {
            '\u{FFFF}' => '/',
            c => c,
        })
        .collect()
}
