//! Formulas of old workbooks as they are stored ([MS-XLS] §2.5.198): a row of tokens.

use crate::archive::u16_at;

/// Functions of macros by number (§2.5.198.17); what is not here is no concern.
const FUNCTIONS: &[(u16, &str)] = &[
    (17, "RUN"),
    (53, "GOTO"),
    (54, "HALT"),
    (55, "RETURN"),
    (108, "SET.VALUE"),
    (110, "EXEC"),
    (132, "FOPEN"),
    (135, "FREADLN"),
    (136, "FREAD"),
    (137, "FWRITELN"),
    (138, "FWRITE"),
    (148, "INDIRECT"),
    (149, "REGISTER"),
    (150, "CALL"),
    (267, "REGISTER.ID"),
    // Commands have bit 15 set.
    (0x8060, "FORMULA"),
    (0x8076, "ALERT"),
];

/// Names of functions and strings of one formula, as `EXEC( "calc"`. Bytes are read as tokens with
/// their lengths, up to one that is not known.
pub(crate) fn functions(tokens: &[u8], is_wide: bool) -> String {
    let mut out = String::new();
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        // Three classes of each operand token share a number (§2.5.198.3).
        let base = if *token >= 0x40 {
            (token & 0x1F) | 0x20
        } else {
            *token
        };
        let length = match base {
            0x17 => text(after, is_wide).map(|(text, length)| {
                out.push_str(&format!("\"{text}\" "));
                length
            }),
            0x21 => {
                function(after.get(..2), &mut out);
                Some(2)
            }
            0x22 => {
                function(after.get(1..3), &mut out);
                Some(3)
            }
            // Attributes; CHOOSE carries a table (§2.5.198.34).
            0x19 => match after.first() {
                Some(0x04) => u16_at(after, 1).map(|count| usize::from(count) * 2 + 5),
                _ => Some(3),
            },
            base => operand_bytes(base, is_wide),
        };
        let Some(length) = length else {
            break;
        };
        rest = after.get(length..).unwrap_or_default();
    }
    out
}

/// Bytes behind a token of fixed length; BIFF8 has shorter sheets and longer rows than what was before.
fn operand_bytes(base: u8, is_wide: bool) -> Option<usize> {
    let either = |wide, narrow| Some(if is_wide { wide } else { narrow });
    match base {
        0x03..=0x16 => Some(0),
        0x1C | 0x1D => Some(1),
        0x1E | 0x29 => Some(2),
        0x1F => Some(8),
        0x20 => Some(7),
        0x01 | 0x02 => Some(4),
        0x26..=0x28 => Some(6),
        0x23 => either(4, 14),
        0x24 | 0x2A | 0x2C => either(4, 3),
        0x25 | 0x2B | 0x2D => either(8, 6),
        0x39 => either(6, 24),
        0x3A | 0x3C => either(6, 17),
        0x3B | 0x3D => either(10, 20),
        _ => None,
    }
}

fn function(number: Option<&[u8]>, out: &mut String) {
    let number = number
        .and_then(|two| two.try_into().ok())
        .map(u16::from_le_bytes);
    let found = FUNCTIONS.iter().find(|(id, _)| Some(*id) == number);
    if let Some((_, name)) = found {
        out.push_str(name);
        out.push_str("( ");
    }
}

/// A short string and how many bytes it takes (§2.5.198.89).
fn text(bytes: &[u8], is_wide: bool) -> Option<(String, usize)> {
    let count = usize::from(*bytes.first()?);
    if !is_wide {
        let text = bytes.get(1..1 + count)?;
        return Some((String::from_utf8_lossy(text).into_owned(), 1 + count));
    }
    if bytes.get(1)? & 1 == 0 {
        let text = bytes.get(2..2 + count)?;
        return Some((
            text.iter().map(|byte| char::from(*byte)).collect(),
            2 + count,
        ));
    }
    let units = bytes.get(2..2 + 2 * count)?.chunks_exact(2);
    let units: Vec<u16> = units
        .map(|two| u16::from_le_bytes([two[0], two[1]]))
        .collect();
    Some((String::from_utf16_lossy(&units), 2 + 2 * count))
}

#[cfg(test)]
mod tests {
    use super::functions;

    #[test]
    fn tokens_of_a_call() {
        let tokens = b"\x17\x04\x00calc\x42\x01\x6E\x00\x1E\x05\x00\x42\x02\x96\x00";
        assert_eq!(functions(tokens, true), "\"calc\" EXEC( CALL( ");
        assert_eq!(functions(b"\x17\xFF\x00x", true), "");
    }
}
