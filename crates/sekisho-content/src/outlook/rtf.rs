//! Packed RTF ([MS-OXRTFCP]): LZ77 over a dictionary of 4,096 bytes that starts with usual RTF.

use crate::archive::u32_at;

const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \
\\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\
\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const WINDOW: usize = 4_096;

/// Bytes that come out at most; two bytes give at most 17.
const RTF_BYTES_MAX: usize = 32 << 20;

pub(super) fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let size = (u32_at(packed, 4)? as usize).min(RTF_BYTES_MAX);
    let body = packed.get(16..)?;
    match packed.get(8..12)? {
        b"MELA" => Some(body.get(..size).unwrap_or(body).to_vec()),
        b"LZFu" => Some(unpack(body, size)),
        _ => None,
    }
}

fn unpack(body: &[u8], size: usize) -> Vec<u8> {
    let mut window = [0u8; WINDOW];
    window[..DICTIONARY.len()].copy_from_slice(DICTIONARY);
    let mut write = DICTIONARY.len();
    let mut out = Vec::new();
    let mut bytes = body.iter().copied();
    let mut put = |byte: u8, window: &mut [u8; WINDOW], out: &mut Vec<u8>| {
        window[write % WINDOW] = byte;
        write = (write + 1) % WINDOW;
        out.push(byte);
        write
    };
    let mut end = DICTIONARY.len();
    while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            if out.len() >= size {
                return out;
            }
            let Some(first) = bytes.next() else {
                return out;
            };
            if flags >> bit & 1 == 0 {
                end = put(first, &mut window, &mut out);
                continue;
            }
            let Some(second) = bytes.next() else {
                return out;
            };
            let reference = usize::from(u16::from_be_bytes([first, second]));
            let from = reference >> 4;
            if from == end {
                return out;
            }
            for nth in 0..(reference & 15) + 2 {
                let byte = window[(from + nth) % WINDOW];
                end = put(byte, &mut window, &mut out);
            }
        }
    }
    out
}

const _: () = assert!(DICTIONARY.len() == 207);
