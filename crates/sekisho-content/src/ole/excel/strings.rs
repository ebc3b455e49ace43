//! Strings of workbooks ([MS-XLS] §2.5.293 and its kin).

use sekisho_mime::charset;

use crate::archive::{u16_at, u32_at};

/// Strings of one workbook.
const STRINGS_MAX: usize = 2_000_000;

/// A string with a length of one byte.
pub(super) fn short(bytes: &[u8], is_wide: bool) -> Option<String> {
    counted(usize::from(*bytes.first()?), bytes.get(1..)?, is_wide)
}

/// A string with a length of two bytes (one byte before BIFF8 in headers, which the caller knows).
pub(super) fn long(bytes: &[u8], is_wide: bool) -> Option<String> {
    if !is_wide {
        return short(bytes, false);
    }
    counted(usize::from(u16_at(bytes, 0)?), bytes.get(2..)?, true)
}

/// So many characters: a byte of flags first in BIFF8, else a code page.
pub(super) fn counted(count: usize, bytes: &[u8], is_wide: bool) -> Option<String> {
    if !is_wide {
        return Some(narrow(bytes.get(..count.min(bytes.len()))?));
    }
    let (flags, body) = bytes.split_first()?;
    Some(characters(count, body, flags & 1 != 0).0)
}

/// A code page that the workbook names elsewhere: the bytes tell it well enough.
pub(super) fn narrow(bytes: &[u8]) -> String {
    charset::decode(bytes, None).text
}

fn characters(count: usize, body: &[u8], is_double: bool) -> (String, usize) {
    if is_double {
        let bytes = body
            .get(..(2 * count).min(body.len() & !1))
            .unwrap_or_default();
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|two| u16::from_le_bytes([two[0], two[1]]))
            .collect();
        (String::from_utf16_lossy(&units), units.len())
    } else {
        let bytes = body.get(..count.min(body.len())).unwrap_or_default();
        (
            bytes.iter().map(|byte| char::from(*byte)).collect(),
            bytes.len(),
        )
    }
}

/// The table of shared strings (§2.4.265) over its continuations. A string may go on in the next one,
/// which then begins with a new byte of flags.
pub(super) fn shared(segments: &[&[u8]]) -> Vec<String> {
    let mut cursor = Cursor {
        segments,
        segment: 0,
        at: 8,
    };
    let mut out = Vec::new();
    let count = segments
        .first()
        .and_then(|first| u32_at(first, 4))
        .unwrap_or(0) as usize;
    for _ in 0..count.min(STRINGS_MAX) {
        match cursor.string() {
            Some(text) => out.push(text),
            None => break,
        }
    }
    out
}

struct Cursor<'a> {
    segments: &'a [&'a [u8]],
    segment: usize,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a [u8] {
        let segment = self.segments.get(self.segment).copied().unwrap_or_default();
        segment.get(self.at..).unwrap_or_default()
    }

    /// Goes on to the next segment where this one is used up.
    fn settle(&mut self) -> Option<()> {
        while self.rest().is_empty() {
            self.segment += 1;
            self.at = 0;
            self.segments.get(self.segment)?;
        }
        Some(())
    }

    fn string(&mut self) -> Option<String> {
        self.settle()?;
        let head = self.rest();
        let mut left = usize::from(u16_at(head, 0)?);
        let flags = *head.get(2)?;
        self.at += 3;
        let mut skip = 0usize;
        if flags & 0x08 != 0 {
            skip += 4 * usize::from(u16_at(self.rest(), 0)?);
            self.at += 2;
        }
        if flags & 0x04 != 0 {
            skip += u32_at(self.rest(), 0)? as usize;
            self.at += 4;
        }
        let mut is_double = flags & 1 != 0;
        let mut text = String::new();
        while left > 0 {
            if self.rest().is_empty() {
                self.settle()?;
                is_double = self.rest().first()? & 1 != 0;
                self.at += 1;
            }
            let (piece, taken) = characters(left, self.rest(), is_double);
            if taken == 0 {
                return None;
            }
            self.at += taken * if is_double { 2 } else { 1 };
            left -= taken.min(left);
            text.push_str(&piece);
        }
        self.skip(skip);
        Some(text)
    }

    /// Formatting and phonetics.
    fn skip(&mut self, mut bytes: usize) {
        while bytes > 0 {
            let here = self.rest().len().min(bytes);
            self.at += here;
            bytes -= here;
            if bytes > 0 && self.settle().is_none() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::shared;

    #[test]
    fn a_string_over_two_records() {
        let first = b"\x02\0\0\0\x02\0\0\0\x01\x00\x00a\x04\x00\x00bc";
        let second = b"\x01\x75\x69\xD8\x79";
        assert_eq!(shared(&[first, second]), ["a", "bc極秘"]);
        assert_eq!(
            shared(&[b"\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\x01"]),
            Vec::<String>::new()
        );
    }
}
