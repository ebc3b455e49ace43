//! UTF-7 (RFC 2152). Only ever used where the label says so.

/// Decodes; true when something did not fit.
pub(super) fn decode(bytes: &[u8]) -> (String, bool) {
    let mut text = String::with_capacity(bytes.len());
    let mut malformed = false;
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'+' {
            malformed |= byte >= 0x80;
            text.push(if byte < 0x80 {
                char::from(byte)
            } else {
                char::REPLACEMENT_CHARACTER
            });
            continue;
        }
        let length = after
            .iter()
            .take_while(|&&byte| six(byte).is_some())
            .count();
        let (run, after) = after.split_at(length);
        rest = after.strip_prefix(b"-").unwrap_or(after);
        if run.is_empty() {
            text.push('+');
        } else {
            malformed |= push_run(run, &mut text);
        }
    }
    (text, malformed)
}

/// A run of modified base64 that holds UTF-16.
fn push_run(run: &[u8], text: &mut String) -> bool {
    let (mut bits, mut count) = (0u32, 0u32);
    let mut units = Vec::with_capacity(run.len() * 6 / 16 + 1);
    for &byte in run {
        bits = bits << 6 | u32::from(six(byte).unwrap_or(0));
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push((bits >> count & 0xffff) as u16);
        }
    }
    let mut malformed = false;
    text.extend(char::decode_utf16(units).map(|unit| {
        unit.unwrap_or_else(|_| {
            malformed = true;
            char::REPLACEMENT_CHARACTER
        })
    }));
    malformed
}

fn six(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn runs() {
        assert_eq!(super::decode(b"A+ImIDkQ."), ("A≢Α.".to_owned(), false));
        assert_eq!(super::decode(b"1 +- 1"), ("1 + 1".to_owned(), false));
        assert_eq!(
            super::decode(b"Hi +ZeVnLIqe-!"),
            ("Hi 日本語!".to_owned(), false)
        );
    }
}
