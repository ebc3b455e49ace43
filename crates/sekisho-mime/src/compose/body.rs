//! Bodies of our own mails in a transfer encoding.

use super::LINE_WANTED;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 without line ends.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| group.get(at).copied().unwrap_or(0);
        let bits = u32::from_be_bytes([0, byte(0), byte(1), byte(2)]);
        for at in 0..4usize {
            let six = (bits >> (18 - 6 * at) & 63) as usize;
            let is_padding = at > group.len();
            let letter = ALPHABET.get(six).copied().filter(|_| !is_padding);
            out.push(char::from(letter.unwrap_or(b'=')));
        }
    }
    out
}

/// Base64 in lines of 76 with CRLF.
pub fn base64_body(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() / 57 * 78 + 80);
    for line in bytes.chunks(LINE_WANTED / 4 * 3) {
        out.push_str(&base64(line));
        out.push_str("\r\n");
    }
    out
}

/// Quoted-printable in lines of 76; every line end of the text becomes CRLF.
pub fn quoted_printable_body(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in lines(text) {
        let mut length = 0;
        let bytes = line.as_bytes();
        for (at, &byte) in bytes.iter().enumerate() {
            let is_last = at + 1 == bytes.len();
            // RFC 2045 §6.7 (3): a blank at the end of a line would be lost. A dot or `From ` at the start
            // would be changed by others on the way.
            let is_blank_end = is_last && matches!(byte, b' ' | b'\t');
            let is_risky_start = at == 0 && matches!(byte, b'.' | b'F');
            let is_plain = matches!(byte, b' ' | b'\t' | b'!'..=b'<' | b'>'..=b'~');
            let escape = !is_plain || is_blank_end || is_risky_start;
            let needed = if escape { 3 } else { 1 };
            if length + needed > LINE_WANTED - 1 {
                out.push_str("=\r\n");
                length = 0;
            }
            if escape {
                out.push_str(&format!("={byte:02X}"));
            } else {
                out.push(char::from(byte));
            }
            length += needed;
        }
        out.push_str("\r\n");
    }
    out
}

/// A text body with the transfer encoding that suits it: (`7bit` | `quoted-printable` | `base64`, body).
pub fn text_body(text: &str) -> (&'static str, String) {
    let is_short =
        lines(text).all(|line| line.len() <= LINE_WANTED + 2 && !line.ends_with([' ', '\t']));
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    if is_plain && is_short {
        let body = lines(text).flat_map(|line| [line, "\r\n"]).collect();
        return ("7bit", body);
    }
    let wide = text.bytes().filter(|byte| !byte.is_ascii()).count();
    if wide * 5 > text.len() {
        let crlf: String = lines(text).flat_map(|line| [line, "\r\n"]).collect();
        return ("base64", base64_body(crlf.as_bytes()));
    }
    ("quoted-printable", quoted_printable_body(text))
}

/// The text's lines whatever ends them; no empty one after the last line end.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let is_empty = text.is_empty();
    let text = text
        .strip_suffix('\n')
        .map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    text.split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .filter(move |_| !is_empty)
        // A bare CR must not leave us (RFC 5321 §2.3.8).
        .flat_map(|line| line.split('\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies() {
        assert_eq!(base64(b"hello"), "aGVsbG8=");
        assert_eq!(base64(b"hell"), "aGVsbA==");
        assert_eq!(base64(b"hel"), "aGVs");
        assert_eq!(quoted_printable_body("a=b \nç"), "a=3Db=20\r\n=C3=A7\r\n");
        assert_eq!(
            text_body("hi\nthere\n"),
            ("7bit", "hi\r\nthere\r\n".to_owned())
        );
        assert_eq!(text_body("会議です\n").0, "base64");
        assert_eq!(text_body("").1, "");
        assert!(
            quoted_printable_body(&"x".repeat(500))
                .split("\r\n")
                .all(|line| line.len() <= 76)
        );
    }
}
