//! .msg files ([MS-OXMSG]): each property is a stream `__substg1.0_IIIITTTT` of an OLE file.

use std::collections::BTreeMap;

use super::OutlookMail;
use super::property::{ATTACHED, FILE_NAMES, Value, value};
use crate::ole::Stream;

pub(crate) fn msg(streams: &[Stream]) -> OutlookMail {
    let mut mail = OutlookMail::default();
    let mut files: BTreeMap<&str, (Vec<String>, Vec<u8>)> = BTreeMap::new();
    for stream in streams {
        // Names of properties are kept under the numbers of others ([MS-OXMSG] §2.2.3).
        if stream.storage.contains("__nameid") {
            continue;
        }
        let Some((id, kind)) = property(&stream.name) else {
            continue;
        };
        let Some(value) = value(kind, &stream.bytes) else {
            continue;
        };
        let attachment = stream.storage.rsplit('/').next().unwrap_or_default();
        if !attachment.starts_with("__attach") {
            // Properties of a mail inside an attachment are texts like any other.
            mail.take(id, &value);
            continue;
        }
        let file = files.entry(&stream.storage).or_default();
        match value {
            Value::Text(name) if FILE_NAMES.contains(&id) => {
                if !file.0.contains(&name) {
                    file.0.push(name);
                }
            }
            Value::Bytes(bytes) if id == ATTACHED => file.1 = bytes,
            value => mail.take(id, &value),
        }
    }
    mail.files = files.into_values().collect();
    mail
}

/// `__substg1.0_1000001F` → (0x1000, 0x001F)
fn property(name: &str) -> Option<(u16, u16)> {
    let number = name.strip_prefix("__substg1.0_")?;
    let id = u16::from_str_radix(number.get(..4)?, 16).ok()?;
    let kind = u16::from_str_radix(number.get(4..8)?, 16).ok()?;
    Some((id, kind))
}
