//! Old presentations ([MS-PPT]): texts, and the OLE storages packed into them.

use crate::archive::{Unpack, u16_at, u32_at};

/// What a presentation holds.
#[derive(Debug, Default)]
pub(crate) struct PowerPoint {
    pub(crate) text: String,
    /// OLE files: embedded objects, controls, the VBA project.
    pub(crate) objects: Vec<Vec<u8>>,
    /// A click or a glance starts a program (§2.8.7).
    pub(crate) starts_program: bool,
    pub(crate) is_bomb: bool,
    pub(crate) is_whole: bool,
}

/// Containers in containers.
const DEPTH_MAX: usize = 32;

const TEXT_CHARS: u16 = 0x0FA0;
const TEXT_BYTES: u16 = 0x0FA8;
const CSTRING: u16 = 0x0FBA;
const OLE_OBJECT: u16 = 0x1011;
const INTERACTIVE: u16 = 0x0FF3;

/// Reads the stream `PowerPoint Document`; objects take up to `max` bytes together.
pub(crate) fn powerpoint(bytes: &[u8], max: usize) -> PowerPoint {
    let mut out = PowerPoint {
        is_whole: true,
        ..PowerPoint::default()
    };
    let mut left = max;
    walk(bytes, 0, &mut left, &mut out);
    out
}

fn walk(bytes: &[u8], depth: usize, left: &mut usize, out: &mut PowerPoint) {
    let mut at = 0;
    while let (Some(head), Some(kind), Some(length)) = (
        u16_at(bytes, at),
        u16_at(bytes, at + 2),
        u32_at(bytes, at + 4),
    ) {
        let end = (at + 8).saturating_add(length as usize);
        let Some(data) = bytes.get(at + 8..end.min(bytes.len())) else {
            break;
        };
        out.is_whole &= end <= bytes.len();
        // Version 15 marks a container (§2.3.1).
        if head & 0x0F == 0x0F && depth < DEPTH_MAX {
            walk(data, depth + 1, left, out);
        } else {
            atom(kind, head >> 4, data, left, out);
        }
        at = end;
    }
}

fn atom(kind: u16, instance: u16, data: &[u8], left: &mut usize, out: &mut PowerPoint) {
    match kind {
        TEXT_CHARS | CSTRING => {
            let units = data
                .chunks_exact(2)
                .map(|two| u16::from_le_bytes([two[0], two[1]]));
            let text: String = char::decode_utf16(units)
                .map(|c| c.unwrap_or('\u{FFFD}'))
                .collect();
            line(&text, out);
        }
        TEXT_BYTES => {
            let text: String = data.iter().map(|byte| char::from(*byte)).collect();
            line(&text, out);
        }
        OLE_OBJECT => {
            // Instance 1: packed by zlib behind its size (§2.10.34).
            let object = if instance == 1 {
                let (object, trouble) =
                    crate::archive::inflate(data.get(6..).unwrap_or_default(), *left);
                out.is_bomb |= trouble == Some(Unpack::TooLarge);
                object
            } else {
                data.to_vec()
            };
            *left = left.saturating_sub(object.len());
            out.objects.push(object);
        }
        // Byte 8 is the action: 2 starts a program.
        INTERACTIVE => out.starts_program |= data.get(8) == Some(&2),
        _ => {}
    }
}

fn line(text: &str, out: &mut PowerPoint) {
    out.text.extend(
        text.chars()
            .map(|c| if matches!(c, '\r' | '\u{B}') { '\n' } else { c }),
    );
    out.text.push('\n');
}
