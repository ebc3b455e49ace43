//! Property sets ([MS-OLEPS]): title, author, what else a document says of itself.

use sekisho_mime::charset;

use crate::archive::{u16_at, u32_at};

/// Properties of one set, and items of one list.
const PROPERTIES_MAX: usize = 1_000;

/// The texts of a stream like `\x05SummaryInformation`, a line each.
pub(crate) fn properties(bytes: &[u8]) -> String {
    let mut out = String::new();
    let sets = u32_at(bytes, 24).unwrap_or(0).min(4) as usize;
    for nth in 0..sets {
        let Some(offset) = u32_at(bytes, 28 + 20 * nth + 16) else {
            break;
        };
        if let Some(set) = bytes.get(offset as usize..) {
            set_texts(set, &mut out);
        }
    }
    out
}

fn set_texts(set: &[u8], out: &mut String) {
    const CODE_PAGE: u32 = 1;
    let count = (u32_at(set, 4).unwrap_or(0) as usize).min(PROPERTIES_MAX);
    let places: Vec<(u32, usize)> = (0..count)
        .filter_map(|nth| {
            Some((
                u32_at(set, 8 + 8 * nth)?,
                u32_at(set, 12 + 8 * nth)? as usize,
            ))
        })
        .collect();
    let page = places
        .iter()
        .find(|(id, _)| *id == CODE_PAGE)
        .and_then(|(_, at)| u16_at(set, at + 4))
        .unwrap_or(1252);
    for (_, at) in &places {
        let kind = u16_at(set, *at).unwrap_or(0);
        let Some(value) = set.get(at + 4..) else {
            continue;
        };
        let is_list = kind & 0x1000 != 0;
        let items = if is_list {
            u32_at(value, 0).unwrap_or(0) as usize
        } else {
            1
        };
        let mut rest = if is_list {
            value.get(4..).unwrap_or_default()
        } else {
            value
        };
        for _ in 0..items.min(PROPERTIES_MAX) {
            match text(kind & 0x0FFF, rest, page) {
                Some((text, length)) => {
                    if !text.trim().is_empty() {
                        out.push_str(&text);
                        out.push('\n');
                    }
                    rest = rest.get(length..).unwrap_or_default();
                }
                None => break,
            }
        }
    }
}

/// A text and how many bytes it takes with its length.
fn text(kind: u16, value: &[u8], page: u16) -> Option<(String, usize)> {
    let count = u32_at(value, 0)? as usize;
    match kind {
        0x1E => {
            let bytes = value.get(4..4usize.checked_add(count)?)?;
            let label = match page {
                932 => "shift_jis".to_owned(),
                65001 => "utf-8".to_owned(),
                1200 => "utf-16le".to_owned(),
                page => format!("windows-{page}"),
            };
            let label = (!bytes.is_ascii()).then_some(label.as_str());
            let text = charset::decode(bytes, label).text;
            Some((text.trim_end_matches('\0').to_owned(), 4 + count))
        }
        0x1F => {
            let end = count.checked_mul(2)?.checked_add(4)?;
            let units = value.get(4..end)?.chunks_exact(2);
            let units: Vec<u16> = units
                .map(|two| u16::from_le_bytes([two[0], two[1]]))
                .collect();
            let text = String::from_utf16_lossy(&units);
            Some((
                text.trim_end_matches('\0').to_owned(),
                end.next_multiple_of(4),
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::properties;

    #[test]
    fn a_title() {
        let mut bytes = vec![0u8; 48];
        bytes[24] = 1;
        bytes[44] = 48;
        bytes.extend(
            b"\x30\0\0\0\x01\0\0\0\x02\0\0\0\x10\0\0\0\x1F\0\0\0\x03\0\0\0\x75\x69\xD8\x79\0\0",
        );
        assert_eq!(properties(&bytes), "極秘\n");
        assert_eq!(properties(b""), "");
    }
}
