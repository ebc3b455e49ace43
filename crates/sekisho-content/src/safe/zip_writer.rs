//! A zip written anew: deflate, no dates, no extras (APPNOTE 6.3.10 §4.3).

use miniz_oxide::deflate::compress_to_vec;

/// 2020-01-01 in the form of MS-DOS: a rebuilt file has no date of its own.
const DATE: u16 = (40 << 9) | (1 << 5) | 1;

/// Speed before size: an attachment is packed once more by no one.
const LEVEL: u8 = 6;

#[derive(Default)]
pub(super) struct ZipWriter {
    out: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl ZipWriter {
    /// Adds a member; `None` when a size or the number of members does not fit a zip.
    pub(super) fn add(&mut self, name: &str, bytes: &[u8]) -> Option<()> {
        let packed = compress_to_vec(bytes, LEVEL);
        let (method, data) = if packed.len() < bytes.len() {
            (8u16, packed.as_slice())
        } else {
            (0u16, bytes)
        };
        let offset = u32::try_from(self.out.len()).ok()?;
        let mut shared = Vec::new();
        // Version, flags (names are UTF-8), method, time, date, check, sizes, lengths.
        for number in [20, 0x0800, method, 0, DATE] {
            shared.extend(u16::to_le_bytes(number));
        }
        shared.extend(crc32fast::hash(bytes).to_le_bytes());
        shared.extend(u32::try_from(data.len()).ok()?.to_le_bytes());
        shared.extend(u32::try_from(bytes.len()).ok()?.to_le_bytes());
        shared.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
        shared.extend([0, 0]);
        self.out.extend(b"PK\x03\x04");
        self.out.extend(&shared);
        self.out.extend(name.as_bytes());
        self.out.extend(data);
        self.directory.extend(b"PK\x01\x02\x14\0");
        self.directory.extend(&shared);
        // Comment, disk, attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.count = self.count.checked_add(1)?;
        Some(())
    }

    pub(super) fn finish(mut self) -> Option<Vec<u8>> {
        let start = u32::try_from(self.out.len()).ok()?;
        let length = u32::try_from(self.directory.len()).ok()?;
        self.out.extend(self.directory);
        self.out.extend(b"PK\x05\x06\0\0\0\0");
        self.out.extend(self.count.to_le_bytes());
        self.out.extend(self.count.to_le_bytes());
        self.out.extend(length.to_le_bytes());
        self.out.extend(start.to_le_bytes());
        self.out.extend([0, 0]);
        Some(self.out)
    }
}
