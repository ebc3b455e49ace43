//! Properties of MAPI ([MS-OXPROPS], [MS-OXTNEF] §2.1.3.4) as far as they carry text or files.

use sekisho_mime::charset;

use crate::archive::{u16_at, u32_at};

/// PidTagRtfCompressed
pub(super) const RTF: u16 = 0x1009;
/// PidTagBodyHtml
pub(super) const HTML: u16 = 0x1013;
/// PidTagAttachDataBinary, PidTagAttachDataObject
pub(super) const ATTACHED: u16 = 0x3701;
/// PidTagAttachFilename, PidTagAttachLongFilename, PidTagDisplayName
pub(super) const FILE_NAMES: [u16; 3] = [0x3707, 0x3704, 0x3001];

/// Properties of one mail or attachment.
const PROPERTIES_MAX: usize = 5_000;

/// The value of a property that is of use here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Bytes(Vec<u8>),
    Object(Vec<u8>),
}

/// A text or binary value by its type.
pub(super) fn value(kind: u16, bytes: &[u8]) -> Option<Value> {
    match kind & 0x0FFF {
        // PtypString8, in some code page.
        0x1E => Some(Value::Text(text(&charset::decode(bytes, None).text))),
        0x1F => {
            let units = bytes.chunks_exact(2);
            let units = units.map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            let decoded: String = char::decode_utf16(units)
                .map(|c| c.unwrap_or('\u{FFFD}'))
                .collect();
            Some(Value::Text(text(&decoded)))
        }
        0x102 => Some(Value::Bytes(bytes.to_vec())),
        0x0D => Some(Value::Object(bytes.to_vec())),
        _ => None,
    }
}

pub(super) fn text(text: &str) -> String {
    text.trim_end_matches('\0').to_owned()
}

/// The list of an attMsgProps or attAttachment attribute; what follows damage is left out.
pub(super) fn list(bytes: &[u8]) -> Vec<(u16, Value)> {
    let mut reader = Reader { bytes, at: 4 };
    let count = u32_at(bytes, 0).unwrap_or(0) as usize;
    let mut found = Vec::new();
    for _ in 0..count.min(PROPERTIES_MAX) {
        if reader.property(&mut found).is_none() {
            break;
        }
    }
    found
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn property(&mut self, found: &mut Vec<(u16, Value)>) -> Option<()> {
        const MANY: u16 = 0x1000;
        let kind = u16_at(self.bytes, self.at)?;
        let id = u16_at(self.bytes, self.at + 2)?;
        self.at += 4;
        if id >= 0x8000 {
            self.skip_name()?;
        }
        let fixed = match kind & 0x0FFF {
            0x02 | 0x03 | 0x04 | 0x0A | 0x0B => Some(4),
            0x05 | 0x06 | 0x07 | 0x14 | 0x40 => Some(8),
            0x48 => Some(16),
            0x0D | 0x1E | 0x1F | 0x102 => None,
            _ => return None,
        };
        let values = match fixed {
            Some(_) if kind & MANY == 0 => 1,
            _ => self.number()?,
        };
        for _ in 0..values.min(PROPERTIES_MAX) {
            let length = match fixed {
                Some(length) => length,
                None => self.number()?,
            };
            let bytes = self.take(length)?;
            found.extend(value(kind, bytes).map(|value| (id, value)));
        }
        Some(())
    }

    /// A named property: a GUID, and a number or a name.
    fn skip_name(&mut self) -> Option<()> {
        self.at += 16;
        let is_named = self.number()? == 1;
        let length = if is_named { self.number()? } else { 4 };
        self.take(length).map(|_| ())
    }

    fn number(&mut self) -> Option<usize> {
        let number = u32_at(self.bytes, self.at)? as usize;
        self.at += 4;
        Some(number)
    }

    /// So many bytes, and what fills them up to four.
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let bytes = self.bytes.get(self.at..end)?;
        self.at = end.checked_add(3)? & !3;
        Some(bytes)
    }
}
