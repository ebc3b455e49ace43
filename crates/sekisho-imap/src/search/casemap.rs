//! What counts as the same text: `i;unicode-casemap` (RFC 5051), so that half-width kana, wide
//! Latin letters and any case of letters are found by each other.

use unicode_normalization::UnicodeNormalization as _;

/// Folded text, to be searched by plain substring.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Decomposed twice: lower case of a composed letter may be composed again.
    text.nfkd().flat_map(char::to_lowercase).nfkd().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_word_meet() {
        for (a, b) in [
            ("データ", "ﾃﾞｰﾀ"),
            ("ＡＢＣ", "abc"),
            ("Straße", "STRAßE"),
            ("が", "か\u{3099}"),
            ("É", "e\u{301}"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_ne!(fold("は"), fold("ば"));
    }
}
