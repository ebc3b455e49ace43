//! Which of the formats in an OLE compound file this is, by the streams it names
//! ([MS-CFB] §2.6.1: names are UTF-16LE).

use memchr::memmem;

fn has_stream(bytes: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memmem::find(bytes, &wide).is_some()
}

pub(super) fn kind(bytes: &[u8]) -> &'static str {
    // Class id of an installer database, in the root entry.
    const MSI: &[u8] = b"\x84\x10\x0C\0\0\0\0\0\xC0\0\0\0\0\0\0\x46";
    // msg files hold whole Office files, so theirs is asked for first.
    if has_stream(bytes, "__properties_version1.0") {
        "msg"
    } else if has_stream(bytes, "WordDocument") {
        "doc"
    } else if has_stream(bytes, "Workbook\0") || has_stream(bytes, "Book\0") {
        "xls"
    } else if has_stream(bytes, "PowerPoint Document") {
        "ppt"
    } else if has_stream(bytes, "VisioDocument") {
        "visio"
    } else if has_stream(bytes, "Quill") && has_stream(bytes, "Contents") {
        "publisher"
    } else if has_stream(bytes, "_VBA_PROJECT") && has_stream(bytes, "PROJECT") {
        "vba"
    } else if memmem::find(bytes, MSI).is_some() {
        "msi"
    } else {
        "ole"
    }
}

/// Whether an OLE file holds a locked document: an OOXML package in a stream of its own
/// ([MS-OFFCRYPTO] §2.3.4.4), or an old document with its flag of encryption.
pub(crate) fn is_encrypted(bytes: &[u8], kind: &str) -> bool {
    has_stream(bytes, "EncryptedPackage")
        || match kind {
            "doc" => doc_is_encrypted(bytes),
            "xls" => xls_is_encrypted(bytes),
            "ppt" => has_stream(bytes, "EncryptedSummary"),
            _ => false,
        }
}

/// [MS-DOC] §2.5.2: `fEncrypted` is bit 8 of the flags at offset 10 of the FIB, which starts a
/// sector.
fn doc_is_encrypted(bytes: &[u8]) -> bool {
    bytes.chunks(512).any(|sector| {
        sector.starts_with(b"\xEC\xA5") && sector.get(11).is_some_and(|flags| flags & 1 != 0)
    })
}

/// [MS-XLS] §2.4.117: a FilePass record stands right after the first BOF.
fn xls_is_encrypted(bytes: &[u8]) -> bool {
    bytes.chunks(512).any(|sector| {
        let Some([9, 8, low, high]) = sector.get(..4) else {
            return false;
        };
        let next = 4 + usize::from(u16::from_le_bytes([*low, *high]));
        sector
            .get(next..)
            .is_some_and(|rest| rest.starts_with(b"\x2F\0"))
    })
}
