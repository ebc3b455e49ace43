//! Text from outside, on its way to a person's eyes.

/// One line: what would move a cursor, end a header or turn the reading direction is shown, not obeyed.
///
/// A file name with U+202E in it (`fdp.exe` read as `exe.pdf`, CVE-2009-3376) is then seen for what it is.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut shown, c);
    }
    shown
}

/// As [`visible`], with line ends and tabs kept.
pub fn visible_lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            '\r' => {}
            _ => push(&mut shown, c),
        }
    }
    shown
}

fn push(shown: &mut String, c: char) {
    if c.is_control() {
        shown.push(' ');
    } else if is_unseen(c) {
        use std::fmt::Write;
        // Writing into a string does not fail.
        let _ = write!(shown, "[U+{:04X}]", u32::from(c));
    } else {
        shown.push(c);
    }
}

/// Marks, embeddings, overrides and isolates of the reading direction (UAX #9), and line ends that are no
/// control characters.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_turns_or_breaks_a_line() {
        assert_eq!(visible("a\r\nBcc: b\u{202e}c"), "a  Bcc: b[U+202E]c");
        assert_eq!(visible_lines("a\r\n\tb\u{2066}c\u{7}"), "a\n\tb[U+2066]c ");
        assert_eq!(visible("件名 <b>"), "件名 <b>");
    }
}
