//! ISO-2022-JP (RFC 1468), -1, -2, and what vendors made of it (CP50220–50222, ISO-2022-JP-MS):
//! half-width katakana by escape, by SO/SI or as raw 8-bit, NEC and IBM rows, JIS X 0212.
//!
//! The text is rewritten to EUC-JP, whose WHATWG table has the vendor rows, and decoded at once.

use encoding_rs::EUC_JP;

use super::Decoded;

/// What a line end does to a set that was not left (RFC 1468: the line should have ended in ASCII).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtLineEnd {
    /// ASCII again, as most programs do.
    BackToAscii,
    /// The set stays, as a converter without lines does.
    Keep,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Ascii,
    Kana,
    Kanji,
    Supplement,
}

/// Decodes; raw 8-bit bytes between are half-width katakana.
pub(super) fn decode(bytes: &[u8], at_line_end: AtLineEnd) -> Decoded {
    let mut euc = Vec::with_capacity(bytes.len() + bytes.len() / 4);
    let mut malformed = false;
    let (mut set, mut shifted) = (Set::Ascii, false);
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == 0x1b {
            let (next, length) = escape(after);
            malformed |= length == 0;
            set = next.unwrap_or(set);
            rest = after.get(length..).unwrap_or_default();
            continue;
        }
        rest = after;
        match (byte, set) {
            (0x0e, _) => shifted = true,
            (0x0f, _) => shifted = false,
            (b'\r' | b'\n', _) => {
                if at_line_end == AtLineEnd::BackToAscii {
                    (set, shifted) = (Set::Ascii, false);
                }
                euc.push(byte);
            }
            (0xa1..=0xdf, _) => euc.extend([0x8e, byte]),
            (0x80.., _) => {
                euc.push(0xff);
                malformed = true;
            }
            (0x21..=0x5f, _) if shifted || set == Set::Kana => euc.extend([0x8e, byte | 0x80]),
            (0x21..=0x7e, Set::Kanji | Set::Supplement) => match rest.split_first() {
                Some((&low @ 0x21..=0x7e, after)) => {
                    if set == Set::Supplement {
                        euc.push(0x8f);
                    }
                    euc.extend([byte | 0x80, low | 0x80]);
                    rest = after;
                }
                _ => {
                    euc.push(0xff);
                    malformed = true;
                }
            },
            _ => euc.push(byte),
        }
    }
    let (text, unmapped) = EUC_JP.decode_without_bom_handling(&euc);
    super::label::decoded(text.into_owned(), "iso-2022-jp", malformed || unmapped)
}

/// The set that an escape calls, and its length after the ESC; zero when it is no escape.
fn escape(after: &[u8]) -> (Option<Set>, usize) {
    match after {
        [b'$', b'@' | b'B' | b'A', ..] => (Some(Set::Kanji), 2),
        [b'$', b'(', b'D', ..] => (Some(Set::Supplement), 3),
        // JIS X 0213 planes: plane 1 lies over JIS X 0208; `?` is the user-defined set of -MS.
        [b'$', b'(', b'@' | b'B' | b'O' | b'Q' | b'?', ..] => (Some(Set::Kanji), 3),
        [b'$', b'(', b'P', ..] => (Some(Set::Supplement), 3),
        [b'(', b'I', ..] => (Some(Set::Kana), 2),
        [b'(', b'B' | b'J' | b'H', ..] => (Some(Set::Ascii), 2),
        [b'&', b'@', ..] => (None, 2),
        _ => (None, 0),
    }
}

/// Whether the bytes call a Japanese set by escape.
pub(super) fn has_escape(bytes: &[u8]) -> bool {
    memchr::memchr_iter(0x1b, bytes).any(|at| {
        let (set, _) = escape(bytes.get(at + 1..).unwrap_or_default());
        set.is_some_and(|set| set != Set::Ascii)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendor_forms() {
        for (bytes, want) in [
            (&b"\x1b$B2q5D\x1b(B"[..], "会議"),
            (b"\x1b$@2q5D\x1b(J", "会議"),
            (b"\x1b(I6@6E\x1b(B", "ｶﾀｶﾅ"),
            (b"\x0e6@6E\x0f.", "ｶﾀｶﾅ."),
            (b"\xb6\xc0", "ｶﾀ"),
            (b"\x1b$B-!-j\x1b(B", "①㈱"),
            (b"\x1b$B2q\r\nabc", "会\r\nabc"),
        ] {
            let decoded = decode(bytes, AtLineEnd::BackToAscii);
            assert_eq!(decoded.text, want);
            assert!(!decoded.malformed, "{want}");
        }
    }
}
