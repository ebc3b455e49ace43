//! Display names as a person reads them.

use unicode_normalization::UnicodeNormalization;

use crate::limits::{NAME_CHARS_MAX, NAME_TOKENS_MAX};

/// One width and case, and no characters that nobody sees.
pub(crate) fn clean(text: &str) -> String {
    let shown = text.chars().filter(|c| !is_unseen(*c));
    shown
        .nfkc()
        .take(NAME_CHARS_MAX)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Zero-width marks, soft hyphens, direction marks, variation selectors (Default_Ignorable_Code_Point).
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{E0000}'..='\u{E0FFF}'
    ) || (c.is_control() && !c.is_whitespace())
}

/// [`clean`], every run of other than letters and digits one blank.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        if c.is_alphanumeric() || c == 'ー' {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether `word` stands in the plain `text`: Latin words between blanks or other scripts, Japanese
/// ones anywhere.
pub(crate) fn stands_at(text: &str, start: usize, end: usize) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inner = text.get(start..end).unwrap_or_default();
    let before = text
        .get(..start)
        .and_then(|front| front.chars().next_back());
    let after = text.get(end..).and_then(|back| back.chars().next());
    !(is_word(before) && is_word(inner.chars().next())
        || is_word(after) && is_word(inner.chars().next_back()))
}

/// A display name, its words apart from titles and honorifics.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) words: Vec<String>,
    /// Titles and parts of the organisation that stood beside.
    pub(crate) titles: Vec<String>,
    /// A list or portal that writes the author's name before its own address.
    pub(crate) is_via: bool,
}

/// Honorifics and ranks, the longest first where one ends with another.
const TITLES: &[&str] = &[
    "代表取締役社長",
    "代表取締役会長",
    "代表取締役",
    "取締役社長",
    "取締役会長",
    "専務取締役",
    "常務取締役",
    "社外取締役",
    "取締役",
    "執行役員",
    "最高経営責任者",
    "事業本部長",
    "本部長",
    "事業部長",
    "副社長",
    "社長",
    "副会長",
    "会長",
    "専務",
    "常務",
    "監査役",
    "理事長",
    "理事",
    "支店長",
    "支社長",
    "工場長",
    "所長",
    "院長",
    "学長",
    "校長",
    "部長",
    "次長",
    "課長",
    "係長",
    "室長",
    "主任",
    "主査",
    "顧問",
    "相談役",
    "秘書",
    "役員",
    "先生",
    "さん",
    "さま",
    "様",
    "氏",
    "殿",
    "君",
    "くん",
    "ちゃん",
];

/// The same in English; only as words of their own.
const ENGLISH_TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "sir",
    "san",
    "sama",
    "ceo",
    "cfo",
    "coo",
    "cto",
    "ciso",
    "president",
    "chairman",
    "chairperson",
    "director",
    "manager",
    "executive",
    "chief",
    "officer",
    "vp",
    "svp",
    "evp",
    "vice",
    "md",
    "managing",
    "jr",
    "sr",
    "phd",
    "esq",
    "hon",
];

const VIA: &[&str] = &[
    "via",
    "経由",
    "ml",
    "list",
    "メーリングリスト",
    "behalf",
    "代理",
];

impl Name {
    pub(crate) fn of(text: &str) -> Self {
        let mut name = Self::default();
        let plain = plain(text);
        for word in plain.split(' ').take(NAME_TOKENS_MAX) {
            name.take(word);
        }
        name
    }

    fn take(&mut self, word: &str) {
        if VIA.contains(&word) {
            self.is_via = true;
            return;
        }
        if ENGLISH_TITLES.contains(&word) || is_unit(word) {
            self.titles.push(word.to_owned());
            return;
        }
        let mut rest = word;
        // A title before or behind the name, more than one at most.
        for _ in 0..3 {
            let cut = TITLES.iter().find_map(|title| {
                let inner = rest
                    .strip_suffix(title)
                    .or_else(|| rest.strip_prefix(title))?;
                Some((*title, inner))
            });
            let Some((title, inner)) = cut else {
                break;
            };
            self.titles.push(title.to_owned());
            rest = inner;
            if rest.is_empty() {
                return;
            }
        }
        if !rest.is_empty() {
            self.words.push(rest.to_owned());
        }
    }
}

/// A part of an organisation: `経理部`, `情報システム課`.
fn is_unit(word: &str) -> bool {
    let length = word.chars().count();
    (3..=12).contains(&length) && word.ends_with(['部', '課', '室', '局', '係'])
}

#[cfg(test)]
mod tests {
    use super::Name;

    fn words(text: &str) -> Vec<String> {
        Name::of(text).words
    }

    #[test]
    fn names_without_what_stands_beside() {
        for text in [
            "田中 一郎",
            "田中　一郎 様",
            "代表取締役社長 田中・一郎",
            "田中 一郎（社長）",
            "田中\u{200B} 一郎さん",
        ] {
            assert_eq!(words(text), ["田中", "一郎"], "{text}");
        }
        assert_eq!(words("Tanaka, Ichiro"), ["tanaka", "ichiro"]);
        assert_eq!(words("Ｍｒ．Ｔａｎａｋａ"), ["tanaka"]);
        let name = Name::of("ML 田中 一郎 経由");
        assert!(name.is_via && name.words.len() == 2);
        assert_eq!(Name::of("経理部 鈴木").titles, ["経理部"]);
    }
}
