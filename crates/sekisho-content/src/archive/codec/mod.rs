//! What bytes are packed with: each codec gives up to so many bytes, and says what went wrong.

mod inflate64;
mod lz4;
mod lzw;

pub(crate) use inflate64::inflate64;
pub(crate) use lz4::unlz4;
pub(crate) use lzw::uncompress;

use std::io::Read;

use super::{Unpack, u16_at, u32_at, u64_at};
use crate::limits::DICTIONARY_KIB_MAX;

/// What a codec gave, and why it stopped before its end.
pub(crate) type Unpacked = (Vec<u8>, Option<Unpack>);

/// Nanoseconds that a byte takes to come out, on a processor of an ordinary server.
pub(crate) fn ns_a_byte(method: &str) -> u64 {
    match method {
        "stored" => 1,
        "deflate" | "zstd" | "lz4" => 4,
        "compress" | "lha" | "cab" => 12,
        "lzma" | "xz" | "7z" | "rar" => 16,
        // bzip2, PPMd, deflate64.
        _ => 40,
    }
}

/// Reads up to `max` bytes. The buffer grows with what comes, not with what is promised.
pub(crate) fn read_up_to(mut from: impl Read, max: usize) -> Unpacked {
    let mut out = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        match from.read(&mut chunk) {
            Ok(0) => return (out, None),
            Ok(count) => {
                let room = max.saturating_sub(out.len());
                let taken = chunk.get(..count.min(room)).unwrap_or_default();
                if out.capacity() - out.len() < taken.len() {
                    let more = out.len().clamp(64 << 10, 16 << 20);
                    out.reserve_exact(more.max(taken.len()));
                }
                out.extend_from_slice(taken);
                if count > room {
                    return (out, Some(Unpack::TooLarge));
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == std::io::ErrorKind::OutOfMemory => {
                return (out, Some(Unpack::Dictionary));
            }
            Err(_) => return (out, Some(Unpack::Broken)),
        }
    }
}

/// One bzip2 stream or several in a row.
pub(crate) fn bunzip2(packed: &[u8], max: usize) -> Unpacked {
    read_up_to(bzip2::read::MultiBzDecoder::new(packed), max)
}

/// The .xz format.
pub(crate) fn unxz(packed: &[u8], max: usize) -> Unpacked {
    let kib = DICTIONARY_KIB_MAX as u32;
    read_up_to(lzma_rust2::XzReader::new_mem_limit(packed, true, kib), max)
}

/// The .lzma format: properties, dictionary, size.
pub(crate) fn unlzma(packed: &[u8], max: usize) -> Unpacked {
    let kib = DICTIONARY_KIB_MAX as u32;
    match lzma_rust2::LzmaReader::new_mem_limit(packed, kib, None) {
        Ok(reader) => read_up_to(reader, max),
        Err(_) => (Vec::new(), Some(Unpack::Dictionary)),
    }
}

/// The .lz format (lzip); the dictionary stands in the sixth byte.
pub(crate) fn unlzip(packed: &[u8], max: usize) -> Unpacked {
    let bits = packed.get(5).copied().unwrap_or(0) & 0x1F;
    if bits > 26 {
        return (Vec::new(), Some(Unpack::Dictionary));
    }
    read_up_to(lzma_rust2::LzipReader::new(packed), max)
}

/// Zstandard (RFC 8878), frame by frame; frames to be skipped are skipped.
pub(crate) fn unzstd(packed: &[u8], max: usize) -> Unpacked {
    const FRAME: u32 = 0xFD2F_B528;
    const SKIPPABLE: u32 = 0x0184_D2A5;
    let mut out = Vec::new();
    let mut rest = packed;
    while let Some(magic) = u32_at(rest, 0) {
        if magic >> 4 == SKIPPABLE {
            let length = u32_at(rest, 4).unwrap_or(u32::MAX) as usize;
            rest = rest.get(length.saturating_add(8)..).unwrap_or_default();
            continue;
        }
        if magic != FRAME {
            return (out, Some(Unpack::Broken));
        }
        let window = (DICTIONARY_KIB_MAX as u64) << 10;
        let decoder = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(rest, window);
        let Ok(mut decoder) = decoder else {
            return (out, Some(Unpack::Dictionary));
        };
        let (frame, trouble) = read_up_to(&mut decoder, max.saturating_sub(out.len()));
        out.extend_from_slice(&frame);
        if trouble.is_some() {
            return (out, trouble);
        }
        rest = decoder.into_inner();
    }
    let trouble = (!rest.is_empty()).then_some(Unpack::Broken);
    (out, trouble)
}

/// LZMA in a zip (APPNOTE §5.8): version, size of the properties, properties, data.
pub(crate) fn lzma_of_zip(packed: &[u8], size: u64, has_end: bool, max: usize) -> Unpacked {
    let properties = u16_at(packed, 2).filter(|bytes| *bytes == 5);
    let fields = properties.and_then(|_| packed.get(4).copied().zip(u32_at(packed, 5)));
    let Some((byte, dictionary)) = fields else {
        return (Vec::new(), Some(Unpack::Broken));
    };
    if dictionary as usize >> 10 > DICTIONARY_KIB_MAX {
        return (Vec::new(), Some(Unpack::Dictionary));
    }
    let data = packed.get(9..).unwrap_or_default();
    let size = if has_end { u64::MAX } else { size };
    match lzma_rust2::LzmaReader::new_with_props(data, size, byte, dictionary, None) {
        Ok(reader) => read_up_to(reader, max),
        Err(_) => (Vec::new(), Some(Unpack::Broken)),
    }
}

/// PPMd version I in a zip (APPNOTE §5.10): two bytes say order, memory and how it starts anew.
pub(crate) fn ppmd_of_zip(packed: &[u8], size: u64, max: usize) -> Unpacked {
    let Some(word) = u16_at(packed, 0) else {
        return (Vec::new(), Some(Unpack::Broken));
    };
    let order = u32::from(word & 15) + 1;
    let memory = (u32::from(word >> 4 & 0xFF) + 1) << 20;
    if memory as usize >> 10 > DICTIONARY_KIB_MAX {
        return (Vec::new(), Some(Unpack::Dictionary));
    }
    let restore = match word >> 12 {
        0 => ppmd_rust::RestoreMethod::Restart,
        1 => ppmd_rust::RestoreMethod::CutOff,
        _ => return (Vec::new(), Some(Unpack::Broken)),
    };
    let data = packed.get(2..).unwrap_or_default();
    match ppmd_rust::Ppmd8Decoder::new(data, order, memory, restore) {
        Ok(reader) => {
            let mut unpacked = read_up_to(reader.take(size), max);
            if unpacked.1.is_none() && (unpacked.0.len() as u64) < size {
                unpacked.1 = Some(Unpack::Broken);
            }
            unpacked
        }
        Err(_) => (Vec::new(), Some(Unpack::Broken)),
    }
}

/// The size that a .lzma header states; all ones where it does not know.
pub(crate) fn is_lzma(bytes: &[u8]) -> bool {
    let dictionary = u32_at(bytes, 1).unwrap_or(0);
    let size = u64_at(bytes, 5).unwrap_or(0);
    let usual = dictionary.is_power_of_two() || (dictionary / 3).is_power_of_two();
    bytes.first() == Some(&0x5D)
        && usual
        && dictionary >= 1 << 12
        && (size == u64::MAX || size < 1 << 40)
        && bytes.get(13) == Some(&0)
}
