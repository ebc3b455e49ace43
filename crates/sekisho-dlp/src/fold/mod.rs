//! One pass that takes away what a reader does not see or care about, with the way back.
//!
//! Folded away: letter case, width and other compatibility forms (NFKC), composition (NFC/NFD),
//! invisible characters and variation selectors, blanks, single line breaks, quote marks at the
//! start of a line, and the kinds of hyphens and wave dashes. An empty line stays as one `\n`:
//! nobody reads a word across it.

mod kind;
mod pack;
#[cfg(test)]
mod plain;
mod spans;

use std::ops::Range;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible};

use kind::{Kind, kind};
use spans::Spans;

pub(crate) use kind::is_invisible;

/// A folded text that knows where each of its characters came from.
#[derive(Debug)]
pub struct Folded<'t> {
    original: &'t str,
    text: String,
    spans: Spans,
}

impl<'t> Folded<'t> {
    fn of(original: &'t str) -> Self {
        Self {
            original,
            text: String::with_capacity(original.len()),
            spans: Spans::for_text(original),
        }
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether nothing was left.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The bytes of the original under a range of the folded text. Both grow together: a later
    /// folded range never points to an earlier original one.
    pub fn range(&self, folded: Range<usize>) -> Range<usize> {
        let place = |at| self.spans.place(self.original, at);
        let start = place(folded.start).map_or(0, |place| place.start);
        let last = folded.end.checked_sub(1);
        let end = last.and_then(place).map_or(start, |place| place.end);
        let start = self.original.floor_char_boundary(start);
        start..self.original.ceil_char_boundary(end).max(start)
    }

    /// A character that stays as it is.
    fn push_alike(&mut self, c: char, start: usize) {
        self.spans.alike(self.text.len(), start);
        self.text.push(c);
    }

    /// A character that stands for what is at `start..end`.
    fn push(&mut self, c: char, start: usize, end: usize) {
        self.spans.one(self.text.len(), start, end);
        self.text.push(c);
    }

    /// Puts a combining mark onto the character before it, where the two have one form together.
    fn push_mark(&mut self, mark: char, start: usize, end: usize) {
        let last = self.text.chars().next_back();
        let Some((last, together)) = last.and_then(|last| Some((last, compose(last, mark)?)))
        else {
            return self.push(mark, start, end);
        };
        let at = self.text.len() - last.len_utf8();
        let place = self.spans.place(self.original, at);
        self.spans.cut(at);
        self.text.truncate(at);
        self.push(together, place.map_or(start, |place| place.start), end);
    }
}

/// Folds a text. Costs some 16 bytes a line of ASCII, and up to 16 a character of other texts, beside the folded
/// text.
pub fn fold(text: &str) -> Folded<'_> {
    let mut out = Folded::of(text);
    let mut line = Line::default();
    let mut at = 0;
    while at < text.len() {
        at = pack::ascii(text, at, &mut out, &mut line);
        at = others(text, at, &mut out, &mut line);
    }
    out
}

/// Folds characters up to the next ASCII one; gives where that is.
fn others(text: &str, from: usize, out: &mut Folded<'_>, line: &mut Line) -> usize {
    for (at, c) in text.get(from..).unwrap_or_default().char_indices() {
        let (at, end) = (from + at, from + at + c.len_utf8());
        if c.is_ascii() {
            return at;
        }
        match kind(c) {
            Kind::Invisible | Kind::Blank => {}
            Kind::Break => line.break_at(at),
            Kind::Quote if line.at_start => {}
            kind => {
                line.text_at(at, out);
                match kind {
                    Kind::Plain => out.push_alike(c, at),
                    Kind::As(folded) => out.push(folded, at, end),
                    Kind::Mark(mark) => out.push_mark(mark, at, end),
                    _ => push_normalised(out, c, at, end),
                }
            }
        }
    }
    text.len()
}

fn push_normalised(out: &mut Folded<'_>, c: char, start: usize, end: usize) {
    decompose_compatible(c, |part| {
        for part in part.to_lowercase() {
            match kind(part) {
                Kind::Invisible | Kind::Blank | Kind::Break => {}
                Kind::As(folded) => out.push(folded, start, end),
                Kind::Mark(mark) => out.push_mark(mark, start, end),
                _ if canonical_combining_class(part) != 0 => out.push_mark(part, start, end),
                _ => out.push(part, start, end),
            }
        }
    });
}

/// Where in a line the pass is.
struct Line {
    at_start: bool,
    breaks: u32,
    broken_at: usize,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            at_start: true,
            breaks: 0,
            broken_at: 0,
        }
    }
}

impl Line {
    fn break_at(&mut self, at: usize) {
        if self.breaks == 0 {
            self.broken_at = at;
        }
        self.at_start = true;
        self.breaks = self.breaks.saturating_add(1);
    }

    /// Text begins or goes on at `at`: an empty line before it stays as one `\n`.
    fn text_at(&mut self, at: usize, out: &mut Folded<'_>) {
        if self.breaks > 1 && !out.is_empty() {
            out.push('\n', self.broken_at, at);
        }
        self.at_start = false;
        self.breaks = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{fold, plain};

    fn folds(text: &str) -> String {
        fold(text).as_str().to_owned()
    }

    #[test]
    fn what_a_reader_does_not_see_is_gone() {
        assert_eq!(folds("極\u{200B}秘"), "極秘");
        assert_eq!(folds("極\u{E0100}秘\u{FE0F}"), "極秘");
        assert_eq!(folds("極　秘\t資 料"), "極秘資料");
        assert_eq!(folds("> 極\r\n> 秘"), "極秘");
        assert_eq!(folds("極\n\n秘"), "極\n秘");
    }

    #[test]
    fn forms_of_one_character_are_one() {
        assert_eq!(folds("ｻｰﾊﾞ"), folds("サーバ"));
        assert_eq!(folds("サーハ\u{3099}"), folds("サーバ"));
        assert_eq!(folds("ﾊ\u{200B}ﾞ"), folds("バ"));
        assert_eq!(folds("Ｐｒｏｊｅｃｔ－Ａ"), folds("project‐a"));
        assert_eq!(folds("㈱関所"), folds("（株）関所"));
        assert_eq!(folds("4月〜9月"), folds("４月～９月"));
        assert_eq!(folds("É"), folds("e\u{301}"));
    }

    #[test]
    fn a_folded_range_leads_back() {
        let text = "a 極\u{200B} 秘 z";
        let folded = fold(text);
        let at = folded.as_str().find("極秘").unwrap();
        let range = folded.range(at..at + "極秘".len());
        assert_eq!(&text[range], "極\u{200B} 秘");
    }

    proptest! {
        #[test]
        fn fast_and_slow_agree(text in crate::fold::tests::text()) {
            let (fast, slow) = (fold(&text), plain::fold(&text));
            prop_assert_eq!(fast.as_str(), slow.as_str());
            let ends: Vec<usize> = slow.as_str().char_indices().map(|(at, _)| at).chain([slow.as_str().len()]).collect();
            for (nth, start) in ends.iter().enumerate() {
                for end in ends.iter().skip(nth + 1).step_by(3) {
                    prop_assert_eq!(fast.range(*start..*end), slow.range(*start..*end), "{}..{}", start, end);
                }
            }
        }
    }

    /// Lines of words, quoted or not, with what parts and joins characters in between.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[ -~]{0,300}",
            "[>| \\t\r\n\u{0B}\u{85}\u{1}a-zA-Z.~ー極秘ﾊﾟﾞ゛\u{301}\u{3099}\u{200B}éÉ㈱Ａ～０-９]{0,120}",
            "([>| ]{0,2}[a-zA-Z ]{0,8}(\r\n|\n\n|\n)){0,20}",
        ]
    }
}
