//! Preparing names and passwords, so that one password typed on two systems is one password.

use unicode_normalization::UnicodeNormalization;

/// Why a text cannot be a name or password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrepError {
    /// Control characters are prohibited (RFC 4013 §2.3).
    #[error("it contains a control character")]
    Control,
    /// Nothing is left of it.
    #[error("it is empty")]
    Empty,
}

/// A small part of SASLprep (RFC 4013): non-ASCII spaces become a space, invisible characters are
/// dropped, NFKC is applied, control characters are refused.
///
/// Left out: the tables of unassigned code points and the check of mixed writing directions (RFC 3454
/// §6). They refuse passwords, and never make two different ones equal.
pub fn prepare(text: &str) -> Result<String, PrepError> {
    // Most passwords: NFKC leaves ASCII alone.
    let prepared: String = if text.is_ascii() {
        text.to_owned()
    } else {
        text.chars().filter_map(mapped).nfkc().collect()
    };
    if prepared.is_empty() {
        return Err(PrepError::Empty);
    }
    if prepared.chars().any(char::is_control) {
        return Err(PrepError::Control);
    }
    Ok(prepared)
}

/// RFC 3454 tables C.1.2 (spaces) and B.1 (commonly mapped to nothing).
fn mapped(c: char) -> Option<char> {
    match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200b}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            Some(' ')
        }
        '\u{ad}' | '\u{34f}' | '\u{1806}' | '\u{180b}'..='\u{180d}' => None,
        '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 4013 §3.
    #[test]
    fn rfc_examples() {
        for (input, want) in [
            ("I\u{ad}X", Ok("IX")),
            ("user", Ok("user")),
            ("USER", Ok("USER")),
            ("\u{aa}", Ok("a")),
            ("\u{2168}", Ok("IX")),
            ("\u{7}", Err(PrepError::Control)),
            ("ﾊﾟｽ　ワード", Ok("パス ワード")),
            ("\u{ad}", Err(PrepError::Empty)),
        ] {
            assert_eq!(prepare(input), want.map(str::to_owned), "{input:?}");
        }
    }
}
