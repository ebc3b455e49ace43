//! One pass that takes away what a reader does not see or care about, with the way back.
//!
//! Folded away: letter case, width and other compatibility forms (NFKC), composition (NFC/NFD),
//! invisible characters and variation selectors, blanks, single line breaks, quote marks at the
//! start of a line, and the kinds of hyphens and wave dashes. An empty line stays as one `\n`:
//! nobody reads a word across it.

use std::ops::Range;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible};

/// A folded text that knows where each of its characters came from.
#[derive(Debug, Default)]
pub struct Folded {
    text: String,
    places: Vec<Place>,
}

/// One folded character: where it starts in the folded text, and its bytes in the original.
#[derive(Debug, Clone, Copy)]
struct Place {
    folded: u32,
    start: u32,
    end: u32,
}

impl Folded {
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
        let start = self
            .place_of(folded.start)
            .map_or(0, |place| place.start as usize);
        let end = folded
            .end
            .checked_sub(1)
            .and_then(|last| self.place_of(last))
            .map_or(start, |place| place.end as usize);
        start..end.max(start)
    }

    fn place_of(&self, folded: usize) -> Option<Place> {
        let after = self
            .places
            .partition_point(|place| place.folded as usize <= folded);
        self.places.get(after.checked_sub(1)?).copied()
    }

    fn push(&mut self, c: char, start: usize, end: usize) {
        self.places.push(Place {
            folded: offset(self.text.len()),
            start: offset(start),
            end: offset(end),
        });
        self.text.push(c);
    }

    /// Puts a combining mark onto the character before it, where the two have one form together.
    fn push_mark(&mut self, mark: char, start: usize, end: usize) {
        let together = self
            .text
            .chars()
            .next_back()
            .and_then(|last| compose(last, mark));
        match (together, self.places.last_mut()) {
            (Some(c), Some(place)) => {
                place.end = offset(end);
                self.text.pop();
                self.text.push(c);
            }
            _ => self.push(mark, start, end),
        }
    }
}

/// Windows bound what is folded, so that offsets fit; a longer text would only lose its end.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Folds a text. Costs some 12 bytes a character beside the folded text.
pub fn fold(text: &str) -> Folded {
    let mut out = Folded {
        text: String::with_capacity(text.len()),
        places: Vec::with_capacity(text.len() / 2),
    };
    let mut line = Line::default();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match kind(c) {
            Kind::Invisible => {}
            Kind::Break => line.break_at(at),
            Kind::Blank => {}
            Kind::Quote if line.at_start => {}
            kind => {
                if line.paragraph_ended() && !out.is_empty() {
                    out.push('\n', line.broken_at, at);
                }
                line.text();
                match kind {
                    Kind::Plain => out.push(c, at, end),
                    Kind::As(folded) => out.push(folded, at, end),
                    Kind::Mark(mark) => out.push_mark(mark, at, end),
                    _ => push_normalised(&mut out, c, at, end),
                }
            }
        }
    }
    out
}

fn push_normalised(out: &mut Folded, c: char, start: usize, end: usize) {
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

    fn paragraph_ended(&self) -> bool {
        self.breaks > 1
    }

    fn text(&mut self) {
        self.at_start = false;
        self.breaks = 0;
    }
}

/// What the pass does with a character.
#[derive(Clone, Copy)]
enum Kind {
    /// Stays as it is.
    Plain,
    /// Stands for a whole family.
    As(char),
    /// Joins the character before it.
    Mark(char),
    /// `>` and its kin: a quote mark at the start of a line, text elsewhere.
    Quote,
    Blank,
    Break,
    Invisible,
    /// Needs the tables.
    Other,
}

fn kind(c: char) -> Kind {
    match c {
        '\n' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Kind::Break,
        ' ' | '\t' | '\u{A0}' | '\u{3000}' | '\u{2800}' => Kind::Blank,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Kind::Invisible,
        '>' | '|' | '＞' | '｜' => Kind::Quote,
        'A'..='Z' => Kind::As(c.to_ascii_lowercase()),
        '~' => Kind::As('~'),
        '!'..='}' => Kind::Plain,
        // Voiced marks that stand alone join like the combining ones.
        '\u{309B}' | '\u{FF9E}' => Kind::Mark('\u{3099}'),
        '\u{309C}' | '\u{FF9F}' => Kind::Mark('\u{309A}'),
        '\u{3099}' | '\u{309A}' => Kind::Mark(c),
        // The long vowel mark is typed for a hyphen, and hyphens for it.
        'ー'
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
        | '⁻'
        | '₋'
        | '➖' => Kind::As('-'),
        '〜' | '～' | '∼' | '∾' | '〰' | '⁓' | '˜' => Kind::As('~'),
        'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='鿿' | '、'..='】' => Kind::Plain,
        _ if is_invisible(c) => Kind::Invisible,
        _ if c.is_whitespace() => Kind::Blank,
        _ => Kind::Other,
    }
}

/// Characters that show nothing: default-ignorable ones of Unicode, fillers, and the marks that
/// turn the direction of writing.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFC}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::fold;

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
}
