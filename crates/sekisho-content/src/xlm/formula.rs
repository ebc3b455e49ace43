//! Formulas of old workbooks as they are stored ([MS-XLS] §2.5.198): a row of tokens.

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
/// their lengths; at one that is not known, the rest is searched for strings only.
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
            0x17 => match text(after, is_wide) {
                Some((text, length)) => {
                    out.push_str(&format!("\"{text}\" "));
                    length
                }
                None => break,
            },
            0x22 => {
                function(after.get(1..3), &mut out);
                3
            }
            0x21 => {
                function(after.get(..2), &mut out);
                2
            }
            0x03..=0x16 => 0,
            // Attributes; CHOOSE carries a table (§2.5.198.34).
            0x19 => match after.first() {
                Some(0x04) => usize::from(crate::archive::u16_at(after, 1).unwrap_or(0)) * 2 + 5,
                _ => 3,
            },
            0x1C | 0x1D => 1,
            0x1E => 2,
            0x1F => 8,
            0x20 => 7,
            0x23 => {
                if is_wide {
                    4
                } else {
                    14
                }
            }
            0x24 | 0x2A | 0x2C => {
                if is_wide {
                    4
                } else {
                    3
                }
            }
            0x25 | 0x2B | 0x2D => {
                if is_wide {
                    8
                } else {
                    6
                }
            }
            0x26..=0x28 => 6,
            0x29 => 2,
            0x01 | 0x02 => 4,
            0x39 => {
                if is_wide {
                    6
                } else {
                    24
                }
            }
            0x3A | 0x3C => {
                if is_wide {
                    6
                } else {
                    17
                }
            }
            0x3B | 0x3D => {
                if is_wide {
                    10
                } else {
                    20
                }
            }
            _ => break,
        };
        rest = after.get(length..).unwrap_or_default();
    }
    out
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
