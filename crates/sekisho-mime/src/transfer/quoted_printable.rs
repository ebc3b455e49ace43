//! Quoted-printable (RFC 2045 §6.7).

use std::borrow::Cow;

/// Decodes; escapes that are none stay as they are (RFC 2045 §6.7, note on robust decoding).
pub(crate) fn decode(body: &[u8]) -> Cow<'_, [u8]> {
    decode_with(body, false)
}

/// Decodes, and takes out the `=` of escapes that are none.
pub(crate) fn decode_dropping(body: &[u8]) -> Cow<'_, [u8]> {
    decode_with(body, true)
}

fn decode_with(body: &[u8], drop_broken: bool) -> Cow<'_, [u8]> {
    if memchr::memchr(b'=', body).is_none() && !has_trailing_blanks(body) {
        return Cow::Borrowed(body);
    }
    let mut decoded = Vec::with_capacity(body.len());
    let mut rest = body;
    while !rest.is_empty() {
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        let (line, after) = rest.split_at(length);
        let (text, line_end) = line.split_at(line.len() - line_end(line));
        // RFC 2045 §6.7 (3): blanks at the end of a line were added on the way.
        let text = trim_blanks_end(text);
        let soft = decode_line(text, drop_broken, &mut decoded);
        if !soft {
            decoded.extend_from_slice(line_end);
        }
        rest = after;
    }
    Cow::Owned(decoded)
}

/// Decodes one line; true when it ends in a soft line break.
fn decode_line(mut text: &[u8], drop_broken: bool, decoded: &mut Vec<u8>) -> bool {
    while let Some(at) = memchr::memchr(b'=', text) {
        let (before, escape) = text.split_at(at);
        decoded.extend_from_slice(before);
        match escape {
            [_] => return true,
            [_, high, low, after @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                let byte = hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0);
                decoded.push(byte);
                text = after;
            }
            [equals, after @ ..] => {
                if !drop_broken {
                    decoded.push(*equals);
                }
                text = after;
            }
            [] => break,
        }
    }
    decoded.extend_from_slice(text);
    false
}

/// Decodes as a program does that knows capital hex digits only (RFC 2045 §6.7 (1)) and takes out
/// every other escape whole.
pub(crate) fn decode_strictly(body: &[u8]) -> Vec<u8> {
    let is_hex = |byte: &u8| hex(*byte).is_some() && !byte.is_ascii_lowercase();
    let mut decoded = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (before, escape) = rest.split_at(at);
        decoded.extend_from_slice(before);
        let line = escape
            .split(|&byte| byte == b'\n')
            .next()
            .unwrap_or_default();
        let is_soft = line.get(1..).unwrap_or_default().trim_ascii().is_empty();
        let length = if is_soft { line.len() + 1 } else { 3 };
        let digits = escape
            .get(1..3)
            .filter(|two| !is_soft && two.iter().all(is_hex));
        if let Some([high, low]) = digits {
            decoded.push(hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0));
        }
        rest = escape.get(length..).unwrap_or_default();
    }
    decoded.extend_from_slice(rest);
    decoded
}

/// Whether some escape is written with small letters.
pub(crate) fn has_small_digits(body: &[u8]) -> bool {
    memchr::memchr_iter(b'=', body).any(|at| {
        let escape = body.get(at + 1..at + 3).unwrap_or_default();
        let is_escape = escape.len() == 2 && escape.iter().all(|&byte| hex(byte).is_some());
        is_escape && escape.iter().any(u8::is_ascii_lowercase)
    })
}

/// Whether some escape is none.
pub(crate) fn is_malformed(body: &[u8]) -> bool {
    memchr::memchr_iter(b'=', body).any(|at| {
        let after = body.get(at + 1..).unwrap_or_default();
        let escape = after
            .first()
            .zip(after.get(1))
            .is_some_and(|(&high, &low)| hex(high).is_some() && hex(low).is_some());
        let line = after
            .split(|&byte| byte == b'\n')
            .next()
            .unwrap_or_default();
        !escape && !line.trim_ascii().is_empty()
    })
}

/// The value of a hex digit; lower case is common though RFC 2045 §6.7 (1) forbids it.
pub(crate) fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

fn line_end(line: &[u8]) -> usize {
    match line {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n'] => 1,
        _ => 0,
    }
}

fn trim_blanks_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

fn has_trailing_blanks(body: &[u8]) -> bool {
    let ends = memchr::memchr_iter(b'\n', body).chain(std::iter::once(body.len()));
    ends.filter_map(|end| body.get(..end))
        .any(|line| matches!(line, [.., b' ' | b'\t'] | [.., b' ' | b'\t', b'\r']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_soft_breaks() {
        for (body, want) in [
            (&b"a=3Db"[..], &b"a=b"[..]),
            (b"a=\r\nb", b"ab"),
            (b"a= \t\nb", b"ab"),
            (b"a=3d=3D", b"a=="),
            (b"a \r\nb", b"a\r\nb"),
            (b"a=ZZ", b"a=ZZ"),
            (b"a=", b"a"),
        ] {
            assert_eq!(decode(body).as_ref(), want);
        }
        assert_eq!(decode_dropping(b"a=ZZ").as_ref(), b"aZZ");
        assert!(is_malformed(b"=H"));
        assert!(!is_malformed(b"=41=\r\n=42"));
    }
}
