//! Parts of .xlsb ([MS-XLSB]): records of binary numbers in place of XML.

/// What a binary part holds.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Texts and numbers, cells parted by tabs, rows by line ends.
    pub(super) text: String,
    /// Items of the table of strings.
    pub(super) strings: Vec<String>,
    pub(super) is_dde: bool,
    pub(super) is_ole_link: bool,
    /// Names that start a macro.
    pub(super) starts_by_itself: bool,
}

/// Record types of [MS-XLSB] §2.3.
const ROW: u32 = 0;
const CELL_RK: u32 = 2;
const CELL_REAL: u32 = 5;
const CELL_TEXT: u32 = 6;
const CELL_SHARED: u32 = 7;
const FORMULA_TEXT: u32 = 8;
const FORMULA_NUMBER: u32 = 9;
const SHARED_ITEM: u32 = 19;
const NAME: u32 = 39;
const SUP_BOOK: u32 = 360;

pub(super) fn read(bytes: &[u8], shared: &[String]) -> Part {
    let mut part = Part::default();
    let mut rest = bytes;
    while let Some((id, data, next)) = record(rest) {
        take(id, data, shared, &mut part);
        rest = next;
    }
    part
}

/// Type and length are numbers of seven bits a byte (§2.1.4).
fn record(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let (id, rest) = variable(bytes, 2)?;
    let (length, rest) = variable(rest, 4)?;
    let data = rest.get(..length as usize)?;
    Some((id, data, rest.get(length as usize..)?))
}

fn variable(bytes: &[u8], bytes_max: usize) -> Option<(u32, &[u8])> {
    let mut value = 0u32;
    for at in 0..bytes_max {
        let byte = *bytes.get(at)?;
        value |= u32::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    Some((value, bytes.get(bytes_max..)?))
}

fn take(id: u32, data: &[u8], shared: &[String], part: &mut Part) {
    // A cell: column, style, value (§2.5.9).
    let value = data.get(8..).unwrap_or_default();
    match id {
        ROW if !part.text.is_empty() && !part.text.ends_with('\n') => part.text.push('\n'),
        CELL_SHARED => {
            let at = crate::archive::u32_at(value, 0).unwrap_or(u32::MAX) as usize;
            cell(part, shared.get(at).map(String::as_str).unwrap_or_default());
        }
        CELL_TEXT | FORMULA_TEXT => {
            if let Some((text, _)) = wide(value) {
                cell(part, &text);
            }
        }
        CELL_REAL | FORMULA_NUMBER => {
            let number = value.get(..8).and_then(|eight| eight.try_into().ok());
            if let Some(number) = number.map(f64::from_le_bytes) {
                cell(part, &number.to_string());
            }
        }
        CELL_RK => {
            if let Some(number) = crate::archive::u32_at(value, 0) {
                cell(part, &crate::ole::rk(number).to_string());
            }
        }
        SHARED_ITEM => {
            let text = data.get(1..).and_then(wide).map(|(text, _)| text);
            part.strings.push(text.unwrap_or_default());
        }
        NAME => {
            let name = data.get(9..).and_then(wide).map(|(text, _)| text);
            part.starts_by_itself |= name.is_some_and(|name| crate::ole::is_automatic_name(&name));
        }
        SUP_BOOK => match crate::archive::u16_at(data, 0) {
            Some(1) => part.is_dde = true,
            Some(2) => part.is_ole_link = true,
            _ => {}
        },
        // Sheet names, notes, headers: any record that is text.
        156 | 636 | 480..=489 => {
            part.text.push_str(&crate::ole::strings(data));
        }
        _ => {}
    }
}

fn cell(part: &mut Part, text: &str) {
    part.text.push_str(text);
    part.text.push('\t');
}

/// A counted UTF-16 string (§2.5.169) and what follows it.
fn wide(bytes: &[u8]) -> Option<(String, &[u8])> {
    let count = crate::archive::u32_at(bytes, 0)? as usize;
    let end = count.checked_mul(2)?.checked_add(4)?;
    let units = bytes.get(4..end)?.chunks_exact(2);
    let units: Vec<u16> = units
        .map(|two| u16::from_le_bytes([two[0], two[1]]))
        .collect();
    Some((String::from_utf16_lossy(&units), bytes.get(end..)?))
}
