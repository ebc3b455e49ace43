//! ASCII, by far the most of all mail, folded eight bytes at a time and without a place for each character.

use super::{Folded, Line};

/// Bytes after which a new place is noted: what is counted again when a range is led back.
const PIECE_BYTES: usize = 128;

/// Bytes folded at a time.
const WORD_BYTES: usize = 8;

/// Bytes looked at together when ASCII's end is looked for.
const BLOCK_BYTES: usize = 64;

/// Folds ASCII from `from` up to the next other character; gives where that is.
pub(super) fn ascii(text: &str, from: usize, out: &mut Folded<'_>, line: &mut Line) -> usize {
    let end = from + ascii_bytes(text.as_bytes().get(from..).unwrap_or_default());
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

/// How many bytes of ASCII a text begins with.
fn ascii_bytes(text: &[u8]) -> usize {
    let blocks = text.chunks(BLOCK_BYTES);
    let whole = blocks.take_while(|block| block.is_ascii()).count();
    let at = text.len().min(whole * BLOCK_BYTES);
    let rest = text.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .position(|byte| !byte.is_ascii())
        .unwrap_or(rest.len())
}

/// Packs up to the end of the line; gives where that is.
fn rest_of_line(bytes: &[u8], from: usize, out: &mut Folded<'_>) -> usize {
    let mut piece = Piece::at(from);
    loop {
        out.spans.packed(out.text.len(), piece.at);
        let ended = piece.fill(bytes);
        let packed = piece.packed.get(..piece.count).unwrap_or_default();
        out.text
            .push_str(str::from_utf8(packed).unwrap_or_default());
        if ended {
            return piece.at;
        }
        piece.count = 0;
    }
}

/// A piece of a line on its way into the folded text.
struct Piece {
    /// Where in the text it goes on.
    at: usize,
    packed: [u8; PIECE_BYTES + WORD_BYTES],
    count: usize,
}

impl Piece {
    fn at(at: usize) -> Self {
        Self {
            at,
            packed: [0; PIECE_BYTES + WORD_BYTES],
            count: 0,
        }
    }

    /// Packs the next bytes; says whether the line has ended.
    fn fill(&mut self, bytes: &[u8]) -> bool {
        let end = self.at + PIECE_BYTES;
        while self.at < end {
            let rest = bytes.get(self.at..).unwrap_or_default();
            let kept = match rest.first_chunk::<WORD_BYTES>() {
                Some(word) => self.take_word(*word),
                None => self.take_last(rest),
            };
            self.at += kept;
            if kept == WORD_BYTES {
                continue;
            }
            match rest.get(kept) {
                None | Some(b'\n' | 0x0B | 0x0C) => return true,
                Some(_) => self.at += 1,
            }
        }
        false
    }

    /// Packs what is kept at the start of a word, all of its bytes at once; gives how much that is.
    fn take_word(&mut self, word: [u8; WORD_BYTES]) -> usize {
        const EACH: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x80 * EACH;
        let word = u64::from_le_bytes(word);
        // Bytes of ASCII are below 0x80: these sums never reach into the next byte, and set the high bit of those
        // from a limit on.
        let from = |limit: u64| word.wrapping_add((0x80 - limit) * EACH) & HIGH;
        let kept = from(0x21) & !from(0x7F);
        let capital = from(u64::from(b'A')) & !from(u64::from(b'Z') + 1);
        let lower = word | capital >> 2;
        if let Some(place) = self.packed.get_mut(self.count..self.count + WORD_BYTES) {
            place.copy_from_slice(&lower.to_le_bytes());
        }
        let count = ((kept ^ HIGH).trailing_zeros() / 8) as usize;
        self.count += count;
        count
    }

    /// The same at the end of the text.
    fn take_last(&mut self, rest: &[u8]) -> usize {
        let kept = rest.iter().take_while(|byte| is_kept(**byte)).count();
        for byte in rest.iter().take(kept) {
            if let Some(place) = self.packed.get_mut(self.count) {
                *place = byte.to_ascii_lowercase();
            }
            self.count += 1;
        }
        kept
    }
}
