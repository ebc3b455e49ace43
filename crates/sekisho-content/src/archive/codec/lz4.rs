//! LZ4 frames, as the `lz4` tool writes them (format description 1.6).

use super::Unpacked;
use crate::archive::{Unpack, u32_at, u64_at};

const FRAME: u32 = 0x184D_2204;
const LEGACY: u32 = 0x184C_2102;
const SKIPPABLE: u32 = 0x0184_D2A5;

/// Frame after frame.
pub(crate) fn unlz4(packed: &[u8], max: usize) -> Unpacked {
    let mut out = Vec::new();
    let mut rest = packed;
    while let Some(magic) = u32_at(rest, 0) {
        let next = match magic {
            FRAME => frame(rest, &mut out, max),
            LEGACY => legacy(rest, &mut out, max),
            _ if magic >> 4 == SKIPPABLE => {
                let length = u32_at(rest, 4).unwrap_or(u32::MAX) as usize;
                Ok(rest.get(length.saturating_add(8)..).unwrap_or_default())
            }
            _ => Err(Unpack::Broken),
        };
        match next {
            Ok(next) => rest = next,
            Err(why) => return (out, Some(why)),
        }
    }
    (out, None)
}

fn frame<'a>(bytes: &'a [u8], out: &mut Vec<u8>, max: usize) -> Result<&'a [u8], Unpack> {
    let flags = *bytes.get(4).ok_or(Unpack::Broken)?;
    let mut at = 7;
    if flags & 8 != 0 {
        u64_at(bytes, 6).ok_or(Unpack::Broken)?;
        at += 8;
    }
    if flags & 1 != 0 {
        at += 4;
    }
    let start = out.len();
    loop {
        let word = u32_at(bytes, at).ok_or(Unpack::Broken)?;
        at += 4;
        if word == 0 {
            break;
        }
        let length = (word & 0x7FFF_FFFF) as usize;
        let block = bytes
            .get(at..at.saturating_add(length))
            .ok_or(Unpack::Broken)?;
        // Blocks that stand alone do not look back.
        let from = if flags & 0x20 != 0 { out.len() } else { start };
        if word >> 31 == 1 {
            out.extend_from_slice(
                block
                    .get(..max.saturating_sub(out.len()).min(length))
                    .unwrap_or(block),
            );
        } else {
            self::block(block, out, from, max)?;
        }
        if out.len() >= max {
            return Err(Unpack::TooLarge);
        }
        at += length + if flags & 0x10 != 0 { 4 } else { 0 };
    }
    at += if flags & 4 != 0 { 4 } else { 0 };
    Ok(bytes.get(at..).unwrap_or_default())
}

/// The form before frames: blocks of 8 MiB up to the end or the next mark.
fn legacy<'a>(bytes: &'a [u8], out: &mut Vec<u8>, max: usize) -> Result<&'a [u8], Unpack> {
    let mut at = 4;
    while let Some(length) = u32_at(bytes, at) {
        if matches!(length, FRAME | LEGACY) {
            break;
        }
        let end = (at + 4).saturating_add(length as usize);
        let block = bytes.get(at + 4..end).ok_or(Unpack::Broken)?;
        let from = out.len();
        self::block(block, out, from, max)?;
        at = end;
    }
    Ok(bytes.get(at..).unwrap_or_default())
}

/// Literals, then a copy of what came before, in turns.
fn block(bytes: &[u8], out: &mut Vec<u8>, from: usize, max: usize) -> Result<(), Unpack> {
    let mut at = 0;
    while let Some(token) = bytes.get(at).copied() {
        at += 1;
        let literals = length(bytes, &mut at, token >> 4)?;
        let run = bytes
            .get(at..at.saturating_add(literals))
            .ok_or(Unpack::Broken)?;
        if out.len().saturating_add(literals) > max {
            return Err(Unpack::TooLarge);
        }
        out.extend_from_slice(run);
        at += literals;
        let Some(pair) = bytes.get(at..at + 2) else {
            break;
        };
        let back = usize::from(u16::from_le_bytes([pair[0], pair[1]]));
        at += 2;
        let copied = length(bytes, &mut at, token & 15)?.saturating_add(4);
        if out.len().saturating_add(copied) > max {
            return Err(Unpack::TooLarge);
        }
        let start = out
            .len()
            .checked_sub(back)
            .filter(|start| back > 0 && *start >= from);
        let start = start.ok_or(Unpack::Broken)?;
        for place in start..start + copied {
            let byte = out.get(place).copied().ok_or(Unpack::Broken)?;
            out.push(byte);
        }
    }
    Ok(())
}

/// Fifteen means that more bytes follow, until one is not 255.
fn length(bytes: &[u8], at: &mut usize, nibble: u8) -> Result<usize, Unpack> {
    let mut length = usize::from(nibble);
    if nibble == 15 {
        loop {
            let more = *bytes.get(*at).ok_or(Unpack::Broken)?;
            *at += 1;
            length = length.saturating_add(usize::from(more));
            if more != 255 {
                break;
            }
        }
    }
    Ok(length)
}
