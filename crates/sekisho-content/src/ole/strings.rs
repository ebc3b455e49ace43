//! Text in a binary format that is not read: runs of characters as such formats store them.
//!
//! It finds words and numbers that were typed, and it reads nothing else: a file looked at in this way
//! stays unopened.

use sekisho_mime::charset;

/// Shorter runs are chance.
const RUN_CHARS_MIN: usize = 3;

/// UTF-16LE runs, then runs of a Japanese code page, a line each.
pub(crate) fn strings(bytes: &[u8]) -> String {
    let mut out = String::new();
    // A run may begin at an odd place.
    for start in [0, 1] {
        wide(bytes.get(start..).unwrap_or_default(), &mut out);
    }
    narrow(bytes, &mut out);
    out
}

fn wide(bytes: &[u8], out: &mut String) {
    let mut run = String::new();
    for pair in bytes.chunks_exact(2) {
        let unit = u16::from_le_bytes([pair[0], pair[1]]);
        match char::from_u32(u32::from(unit)).filter(|c| is_text(*c)) {
            Some(c) => run.push(c),
            None => end_run(&mut run, out),
        }
    }
    end_run(&mut run, out);
}

fn end_run(run: &mut String, out: &mut String) {
    if run.chars().count() >= RUN_CHARS_MIN {
        out.push_str(run);
        out.push_str("\n\n");
    }
    run.clear();
}

/// Characters of Japanese and English text. Rare blocks are left out: any two bytes are some
/// character.
fn is_text(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\t' | '\r' | '\n' | '\u{A0}' | '\u{B7}' | '\u{2010}'..='\u{2026}' | '−'
        | '①'..='⑳' | '\u{3000}'..='\u{30FF}' | '\u{3200}'..='\u{33FF}' | '一'..='鿿'
        | '\u{F900}'..='\u{FAFF}' | '\u{FF01}'..='\u{FFE5}' | '\u{200B}' | '\u{2060}' | '\u{AD}')
}

fn narrow(bytes: &[u8], out: &mut String) {
    let is_control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\r' | b'\n');
    for run in bytes.split(is_control) {
        if run.len() < 2 * RUN_CHARS_MIN {
            continue;
        }
        let decoded = charset::decode(run, Some("shift_jis"));
        if !decoded.malformed {
            out.push_str(&decoded.text);
            out.push_str("\n\n");
        }
    }
}
