//! The compression of [MS-OVBA] §2.4.1: chunks of up to 4,096 bytes, LZ77 within each.

/// Unpacked bytes of one module. The largest modules that people write have some hundred KB.
const MODULE_BYTES_MAX: usize = 4 << 20;

const CHUNK_BYTES: usize = 4_096;

/// The unpacked container that starts at the first byte; `None` when it does not start one.
pub(super) fn unpacked(container: &[u8]) -> Option<Vec<u8>> {
    let (1, mut rest) = container.split_first().map(|(mark, rest)| (*mark, rest))? else {
        return None;
    };
    let mut out = Vec::new();
    while let Some([low, high, body @ ..]) = rest.get(..).filter(|rest| rest.len() > 2) {
        let header = u16::from_le_bytes([*low, *high]);
        // Bits 12 to 14 are 0b011 (§2.4.1.1.5).
        if header >> 12 & 7 != 3 {
            break;
        }
        let size = usize::from(header & 0x0FFF) + 1;
        let chunk = body.get(..size).unwrap_or(body);
        rest = body.get(size..).unwrap_or_default();
        if header & 0x8000 == 0 {
            out.extend_from_slice(chunk);
        } else {
            unpack_chunk(chunk, &mut out);
        }
        if out.len() >= MODULE_BYTES_MAX {
            break;
        }
    }
    (!out.is_empty()).then_some(out)
}

fn unpack_chunk(chunk: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let mut bytes = chunk.iter().copied();
    while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            let done = out.len() - start;
            if done >= CHUNK_BYTES {
                return;
            }
            let Some(first) = bytes.next() else {
                return;
            };
            if flags >> bit & 1 == 0 {
                out.push(first);
                continue;
            }
            let Some(second) = bytes.next() else {
                return;
            };
            let token = usize::from(u16::from_le_bytes([first, second]));
            let (offset, length) = copy_token(token, done);
            if offset > done {
                return;
            }
            for _ in 0..length.min(CHUNK_BYTES - done) {
                let byte = out.get(out.len() - offset).copied().unwrap_or_default();
                out.push(byte);
            }
        }
    }
}

/// Offset and length share 16 bits; the more is unpacked, the more bits the offset takes (§2.4.1.3.19).
fn copy_token(token: usize, done: usize) -> (usize, usize) {
    let mut offset_bits = 4;
    while 1usize << offset_bits < done && offset_bits < 12 {
        offset_bits += 1;
    }
    let length_bits = 16 - offset_bits;
    let length = (token & ((1 << length_bits) - 1)) + 3;
    ((token >> length_bits) + 1, length)
}

#[cfg(test)]
mod tests {
    use super::unpacked;

    #[test]
    fn examples_of_the_specification() {
        // [MS-OVBA] §3.2.1 and §3.2.3.
        let none = b"\x01\x19\xB0\x00abcdefgh\x00ijklmnop\x00qrstuv.";
        assert_eq!(unpacked(none).unwrap(), b"abcdefghijklmnopqrstuv.");
        let most = b"\x01\x03\xB0\x02a\x45\x00";
        assert_eq!(unpacked(most).unwrap(), [b'a'; 73]);
        assert_eq!(unpacked(b"\x02\x03\xB0"), None);
        assert_eq!(unpacked(b""), None);
    }
}
