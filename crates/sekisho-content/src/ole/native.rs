//! Files packed into a document ([MS-OLEDS] §2.3.6, `\x01Ole10Native` streams).

use sekisho_mime::charset;

use super::Stream;
use crate::archive::u32_at;

/// Streams that hold a whole file: its name and its bytes.
pub(crate) fn packaged(stream: &Stream) -> Option<(String, Vec<u8>)> {
    match stream.name.trim_start_matches('\u{1}') {
        "Ole10Native" => native(&stream.bytes),
        "Package" | "CONTENTS" => Some((stream.name.clone(), stream.bytes.clone())),
        _ => None,
    }
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
/// topic, item, then data, which for the class `Package` is a packed file.
pub(crate) fn embedded(bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut rest = bytes.get(8..)?;
    let class = counted(&mut rest)?;
    counted(&mut rest)?;
    counted(&mut rest)?;
    let data = counted(&mut rest)?;
    if class.trim_ascii_end() == b"Package" || class.starts_with(b"Package") {
        // The same layout as an Ole10Native stream, without its leading size.
        let with_size = [&[0; 4], data].concat();
        return native(&with_size);
    }
    Some((String::from_utf8_lossy(class).into_owned(), data.to_vec()))
}

fn counted<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u32_at(rest, 0)? as usize;
    let end = length.checked_add(4)?;
    let text = rest.get(4..end)?;
    *rest = rest.get(end..)?;
    Some(text.strip_suffix(b"\0").unwrap_or(text))
}
