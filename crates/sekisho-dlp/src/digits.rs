//! Runs of digits in a text, and what stands between them.

use std::ops::Range;

use crate::fold::is_invisible;

/// Digits that touch each other.
#[derive(Debug)]
pub(crate) struct Run {
    /// How many.
    pub(crate) digits: usize,
    /// Their bytes in the text.
    pub(crate) range: Range<usize>,
    /// What stands between the run before and this one.
    pub(crate) gap: Gap,
    /// A Latin letter touches the run before or after: part of a token.
    pub(crate) letter_before: bool,
    pub(crate) letter_after: bool,
    /// `+` before it: an international number.
    pub(crate) plus: bool,
}

impl Run {
    pub(crate) fn len(&self) -> usize {
        self.digits
    }
}

/// What may stand between the groups of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    Hyphen,
    Blank,
    Dot,
    MiddleDot,
    Slash,
    /// Only characters that show nothing.
    Nothing,
    /// One line break.
    Line,
    /// A border between cells: tab, bar, comma.
    Cell,
    Paren,
    /// Anything else: the runs are apart.
    Apart,
}

/// All runs of a text.
#[derive(Debug)]
pub(crate) struct Runs<'t> {
    text: &'t str,
    pub(crate) runs: Vec<Run>,
}

impl<'t> Runs<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let mut at = next_digit(text, 0);
        let mut runs = Vec::with_capacity(if at < text.len() { 64 } else { 0 });
        let mut gap = Gap::Apart;
        while at < text.len() {
            let run = run_at(text, at, gap);
            (at, gap) = gap_after(text, run.range.end);
            runs.push(run);
        }
        Self { text, runs }
    }

    /// The digits of some runs as text.
    pub(crate) fn digits(&self, runs: &[Run]) -> String {
        runs.iter()
            .flat_map(|run| self.text.get(run.range.clone()).unwrap_or_default().chars())
            .filter_map(digit)
            .map(|value| char::from(b'0' + value))
            .collect()
    }
}

/// The run that begins at `start`.
fn run_at(text: &str, start: usize, gap: Gap) -> Run {
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let (mut digits, mut end) = (0, start);
    loop {
        let bytes = text.as_bytes().get(end..).unwrap_or_default();
        let plain = bytes
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        (digits, end) = (digits + plain, end + plain);
        let next = text.get(end..).and_then(|rest| rest.chars().next());
        match next {
            Some(c) if !c.is_ascii() && digit(c).is_some() => {
                (digits, end) = (digits + 1, end + c.len_utf8());
            }
            _ => {
                return Run {
                    digits,
                    range: start..end,
                    gap,
                    letter_before: before.is_some_and(is_letter),
                    letter_after: next.is_some_and(is_letter),
                    plus: matches!(before, Some('+' | '＋')),
                };
            }
        }
    }
}

/// Where the next digit is from `at` on, and what stands before it. As soon as something parts the runs, nothing
/// else counts, and the rest is skipped without a look at each character.
fn gap_after(text: &str, at: usize) -> (usize, Gap) {
    let mut between = Between::default();
    let mut next = at;
    for c in text.get(at..).unwrap_or_default().chars() {
        if digit(c).is_some() {
            return (next, between.gap());
        }
        between.see(c);
        next += c.len_utf8();
        if between.apart {
            return (next_digit(text, next), Gap::Apart);
        }
    }
    (text.len(), Gap::Apart)
}

/// The first digit from `from` on, or the end of the text.
fn next_digit(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(found) = text.as_bytes().get(at..).and_then(first_that_may) {
        at += found;
        match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(c) if digit(c).is_none() => at += c.len_utf8(),
            Some(_) => return at,
            None => break,
        }
    }
    text.len()
}

/// The first byte that may begin a digit. Most blocks have none, and are passed over as a whole.
fn first_that_may(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for block in bytes.chunks(BLOCK_BYTES) {
        if block.iter().fold(false, |any, byte| any | may_begin(*byte)) {
            let place = block.iter().position(|byte| may_begin(*byte));
            return place.map(|place| at + place);
        }
        at += block.len();
    }
    None
}

/// Bytes compared together.
const BLOCK_BYTES: usize = 32;

/// Whether a byte is the first in UTF-8 of a character that [`digit`] knows. Kana and kanji begin with others.
fn may_begin(byte: u8) -> bool {
    byte.wrapping_sub(b'0') < 10
        || byte == 0xD9
        || byte == 0xDB
        || byte == 0xE0
        || byte == 0xE2
        || byte == 0xEF
        || byte == 0xF0
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || ('Ａ'..='Ｚ').contains(&c) || ('ａ'..='ｚ').contains(&c)
}

/// The value of a digit of any script that stands for one decimal digit.
fn digit(c: char) -> Option<u8> {
    let from = |zero: u32| u8::try_from((c as u32).checked_sub(zero)? % 10).ok();
    match c {
        '0'..='9' => from('0' as u32),
        '\0'..='\u{AF}' => None,
        '０'..='９' => from('０' as u32),
        '⁰' | '⁴'..='⁹' => from('⁰' as u32),
        '₀'..='₉' => from('₀' as u32),
        '٠'..='٩' => from('٠' as u32),
        '۰'..='۹' => from('۰' as u32),
        '०'..='९' => from('०' as u32),
        '①'..='⑨' => from('①' as u32 - 1),
        '❶'..='❾' => from('❶' as u32 - 1),
        '➀'..='➈' => from('➀' as u32 - 1),
        '➊'..='➒' => from('➊' as u32 - 1),
        '⓪' | '⓿' => Some(0),
        // MATHEMATICAL … DIGIT: five alphabets of ten.
        '\u{1D7CE}'..='\u{1D7FF}' => from(0x1_D7CE),
        '\u{1FBF0}'..='\u{1FBF9}' => from(0x1_FBF0),
        _ => None,
    }
}

/// What has been seen since the last digit.
#[derive(Default)]
struct Between {
    hyphens: u32,
    dots: u32,
    middle_dots: u32,
    slashes: u32,
    blanks: u32,
    lines: u32,
    cells: u32,
    parens: u32,
    apart: bool,
}

/// Blanks between two groups; more of them are columns of a table.
const BLANKS_MAX: u32 = 8;

impl Between {
    fn see(&mut self, c: char) {
        let count = match c {
            '-'
            | 'ー'
            | 'ｰ'
            | '‐'..='―'
            | '−'
            | '－'
            | '﹣'
            | '﹘'
            | '⁃'
            | '─'
            | '━'
            | '˗'
            | '➖' => &mut self.hyphens,
            '.' | '．' | '。' => &mut self.dots,
            '・' | '･' | '·' | '‧' | '•' => &mut self.middle_dots,
            '/' | '／' => &mut self.slashes,
            '\r' => return,
            '\n' => &mut self.lines,
            '\t' | '|' | '｜' | '│' | '┃' | ',' | ';' | '，' | '、' | '"' => &mut self.cells,
            '(' | ')' | '（' | '）' => &mut self.parens,
            '>' | '＞' if self.lines > 0 => return,
            c if c.is_whitespace() => &mut self.blanks,
            c if is_invisible(c) => return,
            _ => {
                self.apart = true;
                return;
            }
        };
        *count = count.saturating_add(1);
    }

    fn gap(&self) -> Gap {
        let marks = [
            (self.hyphens, Gap::Hyphen),
            (self.dots, Gap::Dot),
            (self.middle_dots, Gap::MiddleDot),
            (self.slashes, Gap::Slash),
            (self.cells, Gap::Cell),
            (self.parens, Gap::Paren),
        ];
        let mut kinds = marks.iter().filter(|(count, _)| *count > 0);
        let first = kinds.next();
        if self.apart || self.lines > 1 || self.blanks > BLANKS_MAX || kinds.next().is_some() {
            return Gap::Apart;
        }
        match first {
            // A cell may be quoted on both sides ("1234","5678").
            Some((count, Gap::Cell)) if *count <= 3 => Gap::Cell,
            Some((count, Gap::Paren)) if *count <= 2 => Gap::Paren,
            Some((1, gap)) => *gap,
            Some(_) => Gap::Apart,
            None if self.lines == 1 => Gap::Line,
            None if self.blanks > 0 => Gap::Blank,
            None => Gap::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Gap, Runs};

    #[test]
    fn gaps_have_their_kinds() {
        let cases = [
            ("1-2", Gap::Hyphen),
            ("1 － 2", Gap::Hyphen),
            ("1ー2", Gap::Hyphen),
            ("1　2", Gap::Blank),
            ("1\u{200B}2", Gap::Nothing),
            ("1\r\n> 2", Gap::Line),
            ("1\n\n2", Gap::Apart),
            ("1|2", Gap::Cell),
            ("\"1\",\"2\"", Gap::Cell),
            (") 1)2", Gap::Paren),
            ("1--2", Gap::Apart),
            ("1年2", Gap::Apart),
        ];
        for (text, gap) in cases {
            assert_eq!(Runs::of(text).runs[1].gap, gap, "{text}");
        }
    }

    #[test]
    fn every_digit_begins_with_a_byte_that_may() {
        for c in '\0'..=char::MAX {
            let first = c.to_string().as_bytes()[0];
            assert!(super::digit(c).is_none() || super::may_begin(first), "{c}");
        }
    }

    #[test]
    fn digits_of_any_script() {
        let runs = Runs::of("1２③٤𝟓");
        assert_eq!(runs.digits(&runs.runs), "12345");
    }
}
