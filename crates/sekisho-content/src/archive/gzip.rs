//! gzip (RFC 1952): one member or several in a row.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};

use super::{Unpack, u16_at, u32_at};

/// Members in one file; `pigz` and log rotation make some, a file of empty ones is an attack.
const MEMBERS_MAX: usize = 10_000;

/// The name in the first header, the unpacked bytes, and what went wrong.
pub(crate) fn gunzip(bytes: &[u8], max: usize) -> (Option<Vec<u8>>, Vec<u8>, Option<Unpack>) {
    let (mut name, mut out, mut rest) = (None, Vec::new(), bytes);
    for nth in 0..MEMBERS_MAX {
        let Some((own, start)) = header(rest) else {
            // Padding and what other programs put behind a whole file is no part of it.
            let trouble = (nth == 0).then_some(Unpack::Broken);
            return (name, out, trouble);
        };
        if nth == 0 {
            name = own;
        }
        let before = out.len();
        let packed = rest.get(start..).unwrap_or_default();
        let (used, trouble) = member(packed, &mut out, max);
        if trouble.is_some() {
            return (name, out, trouble);
        }
        let crc = crc32fast::hash(out.get(before..).unwrap_or_default());
        if u32_at(packed, used) != Some(crc) {
            return (name, out, Some(Unpack::Broken));
        }
        rest = packed.get(used + 8..).unwrap_or_default();
        if rest.is_empty() {
            return (name, out, None);
        }
    }
    (name, out, Some(Unpack::TooLarge))
}

/// One deflate stream; how many bytes it took.
fn member(packed: &[u8], out: &mut Vec<u8>, max: usize) -> (usize, Option<Unpack>) {
    let mut state = InflateState::new_boxed(DataFormat::Raw);
    let mut chunk = vec![0; 64 << 10];
    let mut used = 0;
    loop {
        let input = packed.get(used..).unwrap_or_default();
        let step = inflate(&mut state, input, &mut chunk, MZFlush::None);
        used += step.bytes_consumed;
        let room = max.saturating_sub(out.len());
        let came = chunk.get(..step.bytes_written).unwrap_or_default();
        out.extend_from_slice(came.get(..room).unwrap_or(came));
        match step.status {
            _ if step.bytes_written > room => return (used, Some(Unpack::TooLarge)),
            Ok(MZStatus::StreamEnd) => return (used, None),
            Ok(_) if step.bytes_consumed > 0 || step.bytes_written > 0 => {}
            _ => return (used, Some(Unpack::Broken)),
        }
    }
}

/// The name and where the deflate data starts (RFC 1952 §2.3).
fn header(bytes: &[u8]) -> Option<(Option<Vec<u8>>, usize)> {
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    const HEADER_CRC: u8 = 2;
    if !bytes.starts_with(b"\x1F\x8B") {
        return None;
    }
    let flags = *bytes.get(3)?;
    let mut at = 10;
    if flags & EXTRA != 0 {
        at += 2 + usize::from(u16_at(bytes, at)?);
    }
    let mut name = None;
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            let rest = bytes.get(at..)?;
            let end = memchr::memchr(0, rest)?;
            if flag == NAME {
                name = rest.get(..end).map(<[u8]>::to_vec);
            }
            at += end + 1;
        }
    }
    if flags & HEADER_CRC != 0 {
        at += 2;
    }
    Some((name, at))
}
