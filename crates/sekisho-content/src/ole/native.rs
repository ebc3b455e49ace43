//! Files packed into a document ([MS-OLEDS] §2.3.6, `\x01Ole10Native` streams).

use sekisho_mime::charset;

use super::Stream;
use crate::archive::u32_at;

/// A file packed into a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// Made by the Object Packager, which hands the file to the shell.
    pub(crate) is_package: bool,
}

/// Streams that hold a whole file: its name and its bytes.
pub(crate) fn packaged(stream: &Stream) -> Option<Packed> {
    let as_it_is = |name: &str| Packed {
        name: name.to_owned(),
        bytes: stream.bytes.clone(),
        is_package: false,
    };
    match stream.name.trim_start_matches('\u{1}') {
        "Ole10Native" => Some(match native(&stream.bytes) {
            Some((name, bytes)) => Packed {
                is_package: !name.is_empty() && !name.chars().any(char::is_control),
                name,
                bytes,
            },
            // Another program's object in its old form: its bytes behind their size.
            None => Packed {
                bytes: stream.bytes.get(4..).unwrap_or_default().to_vec(),
                ..as_it_is("")
            },
        }),
        "Package" | "CONTENTS" => Some(as_it_is(&stream.name)),
        _ => None,
    }
}

/// A reference by URL, file or script ([MS-OSHARED] §2.3.7) in an object.
pub(crate) fn has_url_moniker(bytes: &[u8]) -> bool {
    const URL: &[u8] = b"\xE0\xC9\xEA\x79\xF9\xBA\xCE\x11\x8C\x82\x00\xAA\x00\x4B\xA9\x0B";
    const FILE: &[u8] = b"\x03\x03\0\0\0\0\0\0\xC0\0\0\0\0\0\0\x46";
    const SCRIPT: &[u8] = b"\xBE\x21\xE5\x06\x87\xC2\xD0\x11\x81\x0D\x00\xA0\xC9\x0D\xC8\xD9";
    [URL, FILE, SCRIPT]
        .iter()
        .any(|class| memchr::memmem::find(bytes, class).is_some())
}

/// Size, two bytes, label, file name, eight bytes with the length of the next, path, length, data.
fn native(bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut rest = bytes.get(6..)?;
    let label = until_nul(&mut rest)?;
    until_nul(&mut rest)?;
    let path_bytes = u32_at(rest, 4)? as usize;
    let rest = rest.get(8usize.checked_add(path_bytes)?..)?;
    let length = u32_at(rest, 0)? as usize;
    let data = rest.get(4..)?;
    let data = data.get(..length).unwrap_or(data);
    Some((charset::decode(label, None).text, data.to_vec()))
}

fn until_nul<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = memchr::memchr(0, rest)?;
    let text = rest.get(..end)?;
    *rest = rest.get(end + 1..)?;
    Some(text)
}

/// The data of an object as RTF and OLE 1.0 keep it ([MS-OLEDS] §2.2.5): version, format, class,
/// topic, item, then data, which for the class `Package` is a packed file. Class, name and bytes.
pub(crate) fn embedded(bytes: &[u8]) -> Option<(String, String, Vec<u8>)> {
    let mut rest = bytes.get(8..)?;
    let class = counted(&mut rest)?;
    let class = String::from_utf8_lossy(class.trim_ascii_end()).into_owned();
    counted(&mut rest)?;
    counted(&mut rest)?;
    let data = counted_or_rest(&mut rest);
    if class.to_ascii_lowercase().starts_with("package") {
        // The same layout as an Ole10Native stream, without its leading size.
        let with_size = [&[0; 4], data].concat();
        if let Some((name, bytes)) = native(&with_size) {
            return Some((class, name, bytes));
        }
    }
    Some((class.clone(), class, data.to_vec()))
}

/// A length that goes beyond the end is a lie; the data is there all the same.
fn counted_or_rest<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let whole = rest.get(4..).unwrap_or_default();
    counted(rest).unwrap_or(whole)
}

fn counted<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u32_at(rest, 0)? as usize;
    let end = length.checked_add(4)?;
    let text = rest.get(4..end)?;
    *rest = rest.get(end..)?;
    Some(text.strip_suffix(b"\0").unwrap_or(text))
}
