//! Text into a part's charset and transfer encoding.

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8};
use sekisho_mime::charset;

use crate::limits::LINE_BYTES_MAX;

/// A text in the charset of that label; none where a character does not fit, or the charset is one that
/// is not written any more (UTF-7, UTF-16, unknown ones).
pub(crate) fn encode(text: &str, label: &str) -> Option<Vec<u8>> {
    let label = label.trim().to_ascii_lowercase();
    match label.as_str() {
        "" | "us-ascii" | "ascii" | "ansi_x3.4-1968" => {
            return text.is_ascii().then(|| text.as_bytes().to_vec());
        }
        // The library's table is that of Windows, which has letters where this one has controls.
        "iso-8859-1" | "latin1" | "iso_8859-1" => {
            let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).ok());
            return bytes
                .collect::<Option<Vec<u8>>>()
                .filter(|bytes| !bytes.iter().any(|byte| (0x80..0xa0).contains(byte)));
        }
        _ => {}
    }
    let encoding = Encoding::for_label(label.as_bytes())?;
    if encoding.output_encoding() != encoding {
        return None;
    }
    let (bytes, _, unmappable) = encoding.encode(text);
    let round = || charset::decode_strictly(&bytes, &label).is_some_and(|back| back.text == text);
    (!unmappable && (encoding == UTF_8 || round())).then(|| bytes.into_owned())
}

/// Whether text of that charset may stand anywhere between whole texts of it. ISO-2022-JP begins and ends
/// in ASCII (RFC 1468); what does not end so is set back.
pub(crate) fn reset(label: &str, before: &[u8]) -> &'static [u8] {
    let stateful = Encoding::for_label(label.trim().as_bytes()) == Some(ISO_2022_JP);
    let last = memchr::memrchr(0x1b, before).and_then(|at| before.get(at + 1..at + 3));
    match last {
        Some(escape) if stateful && escape != b"(B" => b"\x1b(B",
        _ => b"",
    }
}

/// Whether bytes may stand in a body as they are: lines short enough, nothing but what `7bit` or `8bit`
/// allows (RFC 2045 §2.7, §2.8).
pub(crate) fn is_identity(bytes: &[u8], eight_bit: bool) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let short = lines.all(|line| line.len() <= LINE_BYTES_MAX);
    short && !bytes.contains(&0) && (eight_bit || bytes.is_ascii())
}

/// Quoted-printable (RFC 2045 §6.7) of text bytes in lines that end in CRLF.
pub(crate) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 2);
    let mut lines = bytes.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let is_last = lines.peek().is_none();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut length = 0;
        for (at, &byte) in line.iter().enumerate() {
            let is_blank_end = at + 1 == line.len() && matches!(byte, b' ' | b'\t');
            // A dot or `From ` at the start of a line would be changed by others on the way.
            let is_risky_start = length == 0 && matches!(byte, b'.' | b'F');
            let is_plain = matches!(byte, b' ' | b'\t' | b'!'..=b'<' | b'>'..=b'~');
            let escape = !is_plain || is_blank_end || is_risky_start;
            let needed = if escape { 3 } else { 1 };
            if length + needed > 75 {
                out.extend_from_slice(b"=\r\n");
                length = 0;
            }
            if escape {
                out.extend_from_slice(format!("={byte:02X}").as_bytes());
            } else {
                out.push(byte);
            }
            length += needed;
        }
        if !is_last {
            out.extend_from_slice(b"\r\n");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_into_charsets_or_do_not() {
        assert_eq!(encode("社外", "ISO-2022-JP").unwrap(), b"\x1b$B<R30\x1b(B");
        assert_eq!(encode("社外", "shift_jis").unwrap(), b"\x8e\xd0\x8aO");
        assert_eq!(encode("社外", "utf-8").unwrap(), "社外".as_bytes());
        assert_eq!(encode("é", "iso-8859-1").unwrap(), b"\xe9");
        for (text, label) in [
            ("社外", "us-ascii"),
            ("社外", "iso-8859-1"),
            ("😀", "iso-2022-jp"),
            ("“", "iso-8859-1"),
            ("a", "utf-7"),
            ("a", "utf-16"),
            ("a", "x-unknown"),
        ] {
            assert_eq!(encode(text, label), None, "{text} {label}");
        }
        assert_eq!(reset("iso-2022-jp", b"a \x1b$B<R"), b"\x1b(B");
        assert_eq!(reset("iso-2022-jp", b"a \x1b$B<R\x1b(B"), b"");
    }

    #[test]
    fn quoted_printable_ends_as_it_came() {
        assert_eq!(quoted_printable(b"a=b \r\n.c"), b"a=3Db=20\r\n=2Ec");
        assert_eq!(quoted_printable(b"a\r\n"), b"a\r\n");
        assert_eq!(quoted_printable(b""), b"");
    }
}
