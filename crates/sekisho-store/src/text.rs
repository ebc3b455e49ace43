//! Texts as they are kept and compared.

use unicode_normalization::UnicodeNormalization;

/// At most so many bytes, cut at a character.
pub(crate) fn cut(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max))
        .unwrap_or(text)
}

/// Width, compatibility forms and case folded, for search: ＡＢＣ, ｱｲｳ and ㈱ are found as abc, アイウ and (株).
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// The look-up key of an address as text: lower case (see `sekisho_address::Address::key`).
pub(crate) fn address_key(address: &str) -> String {
    address.to_lowercase()
}

/// A part for `LIKE … ESCAPE '\'`.
pub(crate) fn like(part: &str) -> String {
    let mut pattern = String::with_capacity(part.len() + 2);
    for c in part.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_evens_out_width_and_case() {
        assert_eq!(fold("Ｓｅｃｒｅｔ ﾃﾞｰﾀ ㈱"), "secret データ (株)");
        assert_eq!(fold("Hello"), "hello");
    }

    #[test]
    fn texts_are_cut_at_characters() {
        assert_eq!(cut("日本", 4), "日");
        assert_eq!(cut("日本", 6), "日本");
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in ".*") {
            assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
