//! ASCII, by far the most of all mail, folded many bytes at a time and without a place for each character.

use super::{Folded, Line};

/// Bytes packed at a time: what is counted again when a range is led back.
const PIECE_BYTES: usize = 128;

/// Folds ASCII from `from` up to the next other character; gives where that is.
pub(super) fn ascii(text: &str, from: usize, out: &mut Folded<'_>, line: &mut Line) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let end = from
        + rest
            .iter()
            .position(|byte| !byte.is_ascii())
            .unwrap_or(rest.len());
    let bytes = text.as_bytes().get(..end).unwrap_or_default();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' | 0x0B | 0x0C => line.break_at(at),
            b'>' | b'|' if line.at_start => {}
            byte if is_kept(byte) => {
                line.text_at(at, out);
                at = rest_of_line(bytes, at, out);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    end
}

/// Whether a byte of ASCII shows something: no blank, no control.
pub(super) fn is_kept(byte: u8) -> bool {
    (0x21..=0x7E).contains(&byte)
}

/// Packs up to the end of the line; gives where that is.
fn rest_of_line(bytes: &[u8], from: usize, out: &mut Folded<'_>) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let length = memchr::memchr3(b'\n', 0x0B, 0x0C, rest).unwrap_or(rest.len());
    let line = rest.get(..length).unwrap_or_default();
    for (nth, piece) in line.chunks(PIECE_BYTES).enumerate() {
        let mut packed = [0; PIECE_BYTES];
        let mut count = 0;
        for byte in piece {
            // No branch: where the words end cannot be guessed.
            if let Some(place) = packed.get_mut(count) {
                *place = byte.to_ascii_lowercase();
            }
            count += usize::from(is_kept(*byte));
        }
        out.spans.packed(out.text.len(), from + nth * PIECE_BYTES);
        let packed = packed.get(..count).unwrap_or_default();
        out.text
            .push_str(str::from_utf8(packed).unwrap_or_default());
    }
    from + length
}
