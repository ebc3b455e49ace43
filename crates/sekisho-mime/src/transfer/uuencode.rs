//! Uuencode (POSIX `uuencode`): a transfer encoding of old programs, and files inside texts.

use super::InlineFile;

/// Files read from one text.
const FILES_MAX: usize = 64;

/// Every `begin MODE NAME` … `end` block; a missing `end` is tolerated.
pub(crate) fn files(text: &[u8]) -> Vec<InlineFile> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((name, body)) = next_begin(text, from) {
        let rest = text.get(body..).unwrap_or_default();
        let length = block_length(rest);
        let bytes = decode_lines(rest.get(..length).unwrap_or_default());
        if !bytes.is_empty() {
            found.push(InlineFile { name, bytes });
        }
        if found.len() >= FILES_MAX {
            break;
        }
        from = body + length;
    }
    found
}

/// Whether a file seems to begin somewhere in the text.
pub(crate) fn begins(text: &[u8]) -> bool {
    next_begin(text, 0).is_some()
}

/// Decodes lines of uuencoded data until `end`; lines that are none are skipped.
pub(crate) fn decode_lines(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len() / 4 * 3);
    for line in text.split(|&byte| byte == b'\n') {
        // A mail that went through a text mode twice has CR CR LF.
        let line = without_cr(line);
        if line.trim_ascii() == b"end" {
            break;
        }
        if is_data_line(line) {
            decode_line(line, &mut decoded);
        }
    }
    decoded
}

fn without_cr(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| *byte != b'\r');
    line.get(..end.map_or(0, |at| at + 1)).unwrap_or_default()
}

/// Finds `begin 644 name` at the start of a line; gives the name and where its data starts.
fn next_begin(text: &[u8], from: usize) -> Option<(String, usize)> {
    let searched = text.get(from..)?;
    for at in memchr::memmem::find_iter(searched, b"begin ") {
        let start = from + at;
        if start > 0 && !matches!(text.get(start - 1), Some(b'\n' | b'\r')) {
            continue;
        }
        let end = memchr::memchr(b'\n', text.get(start..)?).map_or(text.len(), |at| start + at);
        let line = text.get(start + 6..end)?.trim_ascii();
        let mode = line
            .iter()
            .take_while(|byte| (b'0'..=b'7').contains(byte))
            .count();
        if (3..=6).contains(&mode) && line.get(mode) == Some(&b' ') {
            let name = line.get(mode..)?.trim_ascii();
            let name = crate::charset::decode(name, None).text;
            return Some((name, (end + 1).min(text.len())));
        }
    }
    None
}

/// Bytes up to and including the `end` line, else up to the first line that is no data.
fn block_length(rest: &[u8]) -> usize {
    let mut length = 0;
    for line in rest.split_inclusive(|&byte| byte == b'\n') {
        let text = line.trim_ascii_end();
        length += line.len();
        if text == b"end" {
            break;
        }
        if !text.is_empty() && text != b"`" && !is_data_line(text) {
            break;
        }
    }
    length
}

/// A length character and enough characters for it (blanks at the end may have been lost).
fn is_data_line(line: &[u8]) -> bool {
    let Some((&first, data)) = line.split_first() else {
        return false;
    };
    let bytes = usize::from(first.wrapping_sub(32) & 63);
    (32..=96).contains(&first)
        && bytes > 0
        && data.iter().all(|byte| (32..=96).contains(byte))
        && data.len() <= bytes.div_ceil(3) * 4 + 2
        && data.len() + 4 >= (bytes * 4).div_ceil(3) / 2
}

fn decode_line(line: &[u8], decoded: &mut Vec<u8>) {
    let Some((&first, data)) = line.split_first() else {
        return;
    };
    let wanted = decoded.len() + usize::from(first.wrapping_sub(32) & 63);
    let six = |at: usize| data.get(at).map_or(0, |byte| byte.wrapping_sub(32) & 63);
    let mut at = 0;
    while decoded.len() < wanted {
        let (a, b, c, d) = (six(at), six(at + 1), six(at + 2), six(at + 3));
        decoded.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        at += 4;
    }
    decoded.truncate(wanted);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_a_text() {
        let found = files(b"see below\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nbye\r\n");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "cat.txt");
        assert_eq!(found[0].bytes, b"Cat");
        let twice = files(b"begin 644 cat.txt\r\r\n#0V%T\r\r\n`\r\r\nend\r\r\n");
        assert_eq!(twice[0].bytes, b"Cat");
        assert!(files(b"begin reading this\r\n").is_empty());
    }
}
