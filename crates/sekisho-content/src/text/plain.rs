//! Plain text and its kin: charset, folded lines, escapes.

use sekisho_mime::charset;

use crate::opened::{Piece, Place};

/// The text of a text file in every reading of its charset. Kinds that hide text behind an escape
/// (`json`) or a fold (`ics`, `vcf`) are given in their plain form too.
pub fn text_pieces(bytes: &[u8], kind: &str, label: Option<&str>) -> Vec<Piece> {
    let unfolded;
    let bytes = if matches!(kind, "ics" | "vcf") {
        unfolded = unfold(bytes);
        &unfolded
    } else {
        bytes
    };
    let mut pieces = Vec::new();
    for reading in charset::readings(bytes, label) {
        if kind == "json" && reading.text.contains("\\u") {
            let plain = unescape(&reading.text);
            pieces.push(Piece::new(Place::Text, plain));
        }
        if matches!(kind, "enriched" | "xml") {
            pieces.push(Piece::new(Place::Text, without_tags(&reading.text)));
        }
        pieces.push(Piece::new(Place::Text, reading.text));
    }
    pieces
}

/// RFC 5545 §3.1: a line break and one blank are no part of the content, even in the middle of a
/// character, so this comes before the charset.
fn unfold(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let fold = match rest {
            [b'\r', b'\n', b' ' | b'\t', ..] => 3,
            [b'\n', b' ' | b'\t', ..] => 2,
            _ => 0,
        };
        if fold > 0 {
            rest = rest.get(fold..).unwrap_or_default();
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}

/// JSON escapes (RFC 8259 §7).
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            flush(&mut units, &mut out);
            out.push_str(before);
        }
        let unit = from
            .strip_prefix("\\u")
            .and_then(|hex| u16::from_str_radix(hex.get(..4)?, 16).ok());
        let taken = match unit {
            Some(unit) => {
                units.push(unit);
                6
            }
            None => {
                flush(&mut units, &mut out);
                let escaped = from.chars().nth(1);
                out.push(match escaped {
                    Some('n' | 'r') => '\n',
                    Some('t') => '\t',
                    Some(c) => c,
                    None => '\\',
                });
                1 + escaped.map_or(0, char::len_utf8)
            }
        };
        rest = from.get(taken..).unwrap_or_default();
    }
    flush(&mut units, &mut out);
    out.push_str(rest);
    out
}

fn flush(units: &mut Vec<u16>, out: &mut String) {
    out.extend(char::decode_utf16(units.drain(..)).map(|c| c.unwrap_or('\u{FFFD}')));
}

/// text/enriched (RFC 1896) and XML: the text between the tags, the tags taken for nothing.
fn without_tags(text: &str) -> String {
    use crate::markup::{Token, Tokens, decode};
    Tokens::of(text)
        .filter_map(|token| match token {
            Token::Text(text) => Some(decode(text)),
            Token::Verbatim(text) => Some(text.to_owned()),
            _ => None,
        })
        .collect()
}

/// Base64 of RFC 4648 §4 or §5, other characters left out.
pub(crate) fn base64_bytes(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits = 0u32;
    let mut count = 0;
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        count += 1;
        if count == 4 {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            bits = 0;
            count = 0;
        }
    }
    match count {
        2 => out.push((bits >> 4) as u8),
        3 => out.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{unescape, unfold};

    #[test]
    fn folds_and_escapes() {
        assert_eq!(unfold(b"a\r\n b\n\tc\r\nd"), b"abc\r\nd");
        assert_eq!(unescape(r"\u6975\u79d8 \ud842\udfb7\n\\\"), "極秘 𠮷\n\\\\");
    }
}
