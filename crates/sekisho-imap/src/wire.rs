//! How strings are written in responses (RFC 9051 §4.3).

/// Longer strings go as literals: some clients read quoted ones into small buffers.
const QUOTED_BYTES_MAX: usize = 1000;

/// `string`: quoted where that can be, else a literal. NUL, which neither can hold, is left out.
pub(crate) fn push_string(out: &mut Vec<u8>, text: &[u8]) {
    let quotable = |byte: &u8| (0x20..0x7f).contains(byte) || *byte == b'\t';
    if text.len() <= QUOTED_BYTES_MAX && text.iter().all(quotable) {
        out.push(b'"');
        for byte in text {
            if matches!(byte, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(*byte);
        }
        out.push(b'"');
        return;
    }
    let nuls = text.iter().filter(|byte| **byte == 0).count();
    out.extend_from_slice(format!("{{{}}}\r\n", text.len() - nuls).as_bytes());
    out.extend(text.iter().filter(|byte| **byte != 0));
}

/// `nstring`
pub(crate) fn push_nstring(out: &mut Vec<u8>, text: Option<&[u8]>) {
    match text {
        Some(text) => push_string(out, text),
        None => out.extend_from_slice(b"NIL"),
    }
}

/// A mailbox name: always a string, which every client takes.
pub(crate) fn mailbox(name: &str) -> String {
    let mut out = Vec::new();
    push_string(&mut out, crate::utf7::encode(name).as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}
