//! Magic numbers: types that say at a fixed place what they are.

/// Offset, bytes there, type. The first match wins, so longer ones stand before shorter ones.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"%PDF-", "pdf"),
    (0, b"{\\rt", "rtf"),
    (0, b"%!PS", "ps"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"PK00PK\x03\x04", "zip"),
    (0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "ole"),
    (0, b"\x89PNG\r\n\x1A\n", "png"),
    (0, b"\xFF\xD8\xFF", "jpeg"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (0, b"8BPS", "psd"),
    (0, b"\0\0\x01\0", "ico"),
    (0, b"\xD7\xCD\xC6\x9A", "emf"),
    (40, b" EMF", "emf"),
    (0, b"7z\xBC\xAF\x27\x1C", "7z"),
    (0, b"Rar!\x1A\x07", "rar"),
    (0, b"\x1F\x8B", "gzip"),
    (0, b"\x1F\x9D", "compress"),
    (0, b"BZh", "bzip2"),
    (0, b"\xFD7zXZ\0", "xz"),
    (0, b"\x28\xB5\x2F\xFD", "zstd"),
    (0, b"\x04\x22\x4D\x18", "lz4"),
    (0, b"LZIP\x01", "lzip"),
    (0, b"\x02\x21\x4C\x18", "lz4"),
    (0, b"\x89LZO\0\r\n\x1A\n", "lzop"),
    (0, b"PK\x07\x08PK\x03\x04", "zip"),
    (0, b"MSCF\0\0\0\0", "cab"),
    (0, b"\x60\xEA", "arj"),
    (0, b"!<arch>\ndebian", "deb"),
    (0, b"!<arch>\n", "ar"),
    (0, b"070707", "cpio"),
    (0, b"070701", "cpio"),
    (0, b"070702", "cpio"),
    (0, b"\xC7\x71", "cpio"),
    (0, b"\x71\xC7", "cpio"),
    (257, b"ustar", "tar"),
    (0x8001, b"CD001", "iso9660"),
    (0x8801, b"CD001", "iso9660"),
    (0x9001, b"CD001", "iso9660"),
    (0, b"conectix", "vhd"),
    (0, b"vhdxfile", "vhd"),
    (0, b"\x7FELF", "elf"),
    (0, b"\xCF\xFA\xED\xFE", "macho"),
    (0, b"\xCE\xFA\xED\xFE", "macho"),
    (0, b"\xFE\xED\xFA\xCE", "macho"),
    (0, b"\xFE\xED\xFA\xCF", "macho"),
    (0, b"\xED\xAB\xEE\xDB", "rpm"),
    (
        0,
        b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46",
        "lnk",
    ),
    (0, b"ITSF\x03\0\0\0", "chm"),
    (0, b"\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D", "one"),
    (0, b"CWS", "swf"),
    (0, b"FWS", "swf"),
    (0, b"\x76\xE8\x04\x60\xC4\x11\xE3\x86", "rpmsg"),
    (0, b"\x78\x9F\x3E\x22", "tnef"),
    (0, b"SQLite format 3\0", "sqlite"),
    (0, b"ActiveMime", "activemime"),
    (4, b"Standard Jet DB\0", "access"),
    (4, b"Standard ACE DB\0", "access"),
    // Workbooks of Excel 2 to 5 that are one stream: the first record and its length.
    (0, b"\x09\x00\x04\x00", "xls"),
    (0, b"\x09\x02\x06\x00", "xls"),
    (0, b"\x09\x04\x06\x00", "xls"),
    (0, b"\x09\x08\x08\x00\x00\x05", "xls"),
    (0, b"\x09\x08\x10\x00\x00\x06", "xls"),
    (0, b"ID3", "mp3"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b"\x1A\x45\xDF\xA3", "mkv"),
    (0, b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "asf"),
    (0, b"\0asm", "wasm"),
    // What macOS packs beside a file: its Finder information, no content of its own.
    (0, b"\x00\x05\x16\x07\x00\x02\x00\x00", "appledouble"),
    (0, b"\0\x01\0\0\0", "ttf"),
    (0, b"OTTO", "ttf"),
    (0, b"wOFF", "ttf"),
    (0, b"wOF2", "ttf"),
];

pub(super) fn by_magic(bytes: &[u8]) -> Option<&'static str> {
    let at = |offset: usize, magic: &[u8]| {
        bytes
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    let found = MAGIC
        .iter()
        .find(|(offset, magic, _)| at(*offset, magic))
        .map(|(_, _, name)| *name);
    match found {
        Some("compress" | "arj" | "cpio") if bytes.len() < 32 => None,
        Some(found) => Some(found),
        None => by_structure(bytes),
    }
}

/// Types whose mark is too short to be believed without a second look.
fn by_structure(bytes: &[u8]) -> Option<&'static str> {
    let has = |offset: usize, mark: &[u8]| {
        bytes
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(mark))
    };
    if has(0, b"MZ") && bytes.len() >= 8 && !bytes.iter().take(32).all(u8::is_ascii_graphic) {
        return Some("exe");
    }
    if has(0, b"\xCA\xFE\xBA\xBE") {
        // Java classes and fat Mach-O share the mark; a fat file has few architectures.
        let count = bytes.get(4..8)?.try_into().ok().map(u32::from_be_bytes)?;
        return Some(if count < 32 { "macho" } else { "class" });
    }
    if has(0, b"BM") && bytes.get(6..10) == Some(&[0; 4]) {
        return Some("bmp");
    }
    if has(0, b"RIFF") {
        return match bytes.get(8..12) {
            Some(b"WEBP") => Some("webp"),
            Some(b"WAVE") => Some("wav"),
            Some(b"AVI ") => Some("avi"),
            _ => None,
        };
    }
    if has(4, b"ftyp") {
        return match bytes.get(8..12) {
            Some(b"heic" | b"heix" | b"mif1" | b"hevc") => Some("heif"),
            _ => Some("mp4"),
        };
    }
    // "-lh5-", "-lz4-", "-lhd-", "-pm2-" (LHA header levels 0 to 3).
    if (has(2, b"-l") || has(2, b"-pm")) && bytes.get(6) == Some(&b'-') {
        return Some("lha");
    }
    if crate::archive::is_tar(bytes) {
        return Some("tar");
    }
    if crate::archive::codec::is_lzma(bytes) {
        return Some("lzma");
    }
    if bytes.first() == Some(&0xFF) && bytes.get(1).is_some_and(|b| b & 0xE6 == 0xE2) {
        return Some("mp3");
    }
    crate::der::cms_kind(bytes)
}
