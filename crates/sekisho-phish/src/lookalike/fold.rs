//! One spelling for everything that looks the same.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The letters that a glance sees: accents gone, letters of other scripts and digits as the Latin
/// letters that they resemble (UTS 39 §4), `rn` as `m`, `vv` as `w`, `cl` as `d`, hyphens gone.
///
/// `i`, `l` and `1` become one letter, so two words of one fold look alike but need not be equal.
pub(crate) fn fold(text: &str) -> String {
    letters(text, true)
}

/// [`fold`], letter by letter: for counting slips, where two letters taken for one would count twice.
pub(crate) fn fold_each(text: &str) -> String {
    letters(text, false)
}

fn letters(text: &str, joins: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in latin(text).chars() {
        let c = match c {
            '-' | '_' | ' ' => continue,
            '0' => 'o',
            '1' | 'i' | '|' | '!' => 'l',
            '2' => 'z',
            '3' => 'e',
            '4' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            '8' => 'b',
            '9' => 'g',
            other => other,
        };
        let joined = match (out.chars().next_back().filter(|_| joins), c) {
            (Some('r'), 'n') => Some('m'),
            (Some('v'), 'v') => Some('w'),
            (Some('c'), 'l') => Some('d'),
            _ => None,
        };
        match joined {
            Some(one) => {
                out.pop();
                out.push(one);
            }
            None => out.push(c),
        }
    }
    out
}

/// Lower case, without accents, other scripts' letters as the Latin ones that they resemble. ASCII
/// stays as it is.
pub(crate) fn latin(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
            continue;
        }
        if is_hyphen(c) {
            out.push('-');
            continue;
        }
        let mut bytes = [0_u8; 4];
        for prototype in unicode_security::skeleton(c.encode_utf8(&mut bytes)) {
            out.extend(prototype.to_lowercase());
        }
    }
    Cow::Owned(out)
}

/// What looks like a hyphen; a long vowel mark and the digit one of Chinese do in a host name.
fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{FE58}'
                | '\u{FE63}'
                | '\u{FF0D}'
                | 'ー'
                | '一'
                | '\u{2043}'
                | '\u{02D7}'
    )
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn one_spelling() {
        for (written, meant) in [
            ("аmazon", "amazon"),
            ("pαypal", "paypal"),
            ("googıe", "google"),
            ("rnercari", "mercari"),
            ("sagavva", "sagawa"),
            ("clocomo", "docomo"),
            ("g0og1e", "google"),
            ("mizuhöbank", "mizuhobank"),
            ("etc‐meisai", "etc-meisai"),
            ("ｐａｙｐａｌ", "paypal"),
        ] {
            assert_eq!(fold(written), fold(meant), "{written}");
        }
        assert_ne!(fold("amazon"), fold("amazom"));
    }
}
