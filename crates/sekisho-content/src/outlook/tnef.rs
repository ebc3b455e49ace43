//! winmail.dat ([MS-OXTNEF]): a list of attributes.

use sekisho_mime::charset;

use super::OutlookMail;
use super::property::{ATTACHED, FILE_NAMES, Value, list};
use crate::archive::u32_at;

const SUBJECT: u32 = 0x0001_8004;
const BODY: u32 = 0x0002_800C;
const ATTACH_TITLE: u32 = 0x0001_8010;
const ATTACH_DATA: u32 = 0x0006_800F;
const ATTACH_START: u32 = 0x0006_9002;
const PROPERTIES: u32 = 0x0006_9003;
const ATTACH_PROPERTIES: u32 = 0x0006_9005;

/// Attributes of one file.
const ATTRIBUTES_MAX: usize = 10_000;

pub(crate) fn tnef(bytes: &[u8]) -> OutlookMail {
    let mut mail = OutlookMail::default();
    let mut at = 6;
    for _ in 0..ATTRIBUTES_MAX {
        if at >= bytes.len() {
            return mail;
        }
        // Level, id, length, data, checksum.
        let header = (u32_at(bytes, at + 1), u32_at(bytes, at + 5));
        let (Some(id), Some(length)) = header else {
            break;
        };
        let start = at + 9;
        let end = start.saturating_add(length as usize);
        let Some(data) = bytes.get(start..end) else {
            break;
        };
        attribute(id, data, &mut mail);
        at = end.saturating_add(2);
    }
    mail.is_damaged = true;
    mail
}

fn attribute(id: u32, data: &[u8], mail: &mut OutlookMail) {
    match id {
        SUBJECT | BODY => mail.texts.push(decoded(data)),
        ATTACH_START => mail.files.push((Vec::new(), Vec::new())),
        ATTACH_TITLE => add_name(mail, decoded(data)),
        ATTACH_DATA => {
            if let Some((_, bytes)) = mail.files.last_mut() {
                *bytes = data.to_vec();
            }
        }
        PROPERTIES => {
            for (id, value) in list(data) {
                mail.take(id, &value);
            }
        }
        ATTACH_PROPERTIES => attached(data, mail),
        _ => {}
    }
}

fn attached(data: &[u8], mail: &mut OutlookMail) {
    for (id, value) in list(data) {
        match value {
            Value::Text(name) if FILE_NAMES.contains(&id) => add_name(mail, name),
            Value::Bytes(bytes) if id == ATTACHED => set_bytes(mail, bytes),
            // An attached mail: an interface id, then winmail.dat again.
            Value::Object(bytes) if id == ATTACHED => {
                set_bytes(mail, bytes.get(16..).unwrap_or_default().to_vec());
            }
            _ => {}
        }
    }
}

fn set_bytes(mail: &mut OutlookMail, new: Vec<u8>) {
    if let Some((_, bytes)) = mail.files.last_mut() {
        *bytes = new;
    }
}

fn add_name(mail: &mut OutlookMail, name: String) {
    if let Some((names, _)) = mail.files.last_mut()
        && !names.contains(&name)
    {
        names.push(name);
    }
}

fn decoded(data: &[u8]) -> String {
    super::property::text(&charset::decode(data, None).text)
}
