//! What folding does with each character.

/// What the pass does with a character.
#[derive(Clone, Copy)]
pub(super) enum Kind {
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

pub(super) fn kind(c: char) -> Kind {
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
