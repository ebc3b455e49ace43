//! yEnc (yenc.org draft 1.3): files inside texts, and now and then a transfer encoding.

use super::InlineFile;

/// Files read from one text.
const FILES_MAX: usize = 64;

/// Every `=ybegin` … `=yend` block.
pub(crate) fn files(text: &[u8]) -> Vec<InlineFile> {
    if !begins(text) {
        return Vec::new();
    }
    let mut found: Vec<InlineFile> = Vec::new();
    let mut open: Option<InlineFile> = None;
    for line in text.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.starts_with(b"=ybegin ") {
            found.extend(open.replace(InlineFile {
                name: name_of(line),
                bytes: Vec::new(),
            }));
        } else if line.starts_with(b"=yend") {
            found.extend(open.take());
        } else if let Some(file) = open.as_mut().filter(|_| !line.starts_with(b"=ypart")) {
            decode_line(line, &mut file.bytes);
        }
        if found.len() >= FILES_MAX {
            break;
        }
    }
    found.extend(open);
    found
}

/// Whether a file seems to begin somewhere in the text.
pub(crate) fn begins(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"=ybegin ").is_some()
}

fn name_of(line: &[u8]) -> String {
    let at = memchr::memmem::find(line, b"name=").map_or(line.len(), |at| at + 5);
    crate::charset::decode(line.get(at..).unwrap_or_default().trim_ascii(), None).text
}

fn decode_line(line: &[u8], decoded: &mut Vec<u8>) {
    let mut bytes = line.iter();
    while let Some(&byte) = bytes.next() {
        let byte = match byte {
            b'=' => bytes.next().map_or(0, |escaped| escaped.wrapping_sub(64)),
            _ => byte,
        };
        decoded.push(byte.wrapping_sub(42));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_a_text() {
        let encoded: Vec<u8> = b"Cat".iter().map(|byte| byte + 42).collect();
        let text = [
            b"=ybegin line=128 size=3 name=cat.txt\r\n",
            &encoded[..],
            b"\r\n=yend size=3\r\n",
        ]
        .concat();
        let found = files(&text);
        assert_eq!(found[0].name, "cat.txt");
        assert_eq!(found[0].bytes, b"Cat");
    }
}
