//! `tag=value; tag=value` (RFC 6376 §3.2), used by signatures, key records, seals and DMARC.

use crate::limits::TAGS_MAX;

/// The tags in order. Names are case-sensitive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TagList<'a> {
    tags: Vec<(&'a str, &'a str)>,
}

/// Why a text is no tag list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TagError {
    #[error("a tag has no `=`")]
    NoEquals,
    #[error("a tag name is missing or has characters it must not have")]
    BadName,
    #[error("a tag occurs twice")]
    Twice,
    #[error("too many tags")]
    TooMany,
}

impl<'a> TagList<'a> {
    /// Reads a list. One `;` at the end is allowed, an empty tag in the middle is not.
    pub(crate) fn parse(text: &'a str) -> Result<Self, TagError> {
        let mut tags: Vec<(&str, &str)> = Vec::new();
        let mut pieces = text.split(';').peekable();
        while let Some(piece) = pieces.next() {
            let piece = trim(piece);
            if piece.is_empty() && pieces.peek().is_none() && !tags.is_empty() {
                break;
            }
            let (name, value) = piece.split_once('=').ok_or(TagError::NoEquals)?;
            let name = trim(name);
            if !is_tag_name(name) {
                return Err(TagError::BadName);
            }
            // §3.2: "Tags with duplicate names MUST NOT occur".
            if tags.iter().any(|(earlier, _)| *earlier == name) {
                return Err(TagError::Twice);
            }
            if tags.len() >= TAGS_MAX {
                return Err(TagError::TooMany);
            }
            tags.push((name, trim(value)));
        }
        Ok(Self { tags })
    }

    /// The value of a tag, without blanks around it.
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        let tag = self.tags.iter().find(|(tag, _)| *tag == name)?;
        Some(tag.1)
    }

    /// The value of a tag that must be there and not be empty.
    pub(crate) fn required(&self, name: &str) -> Option<&'a str> {
        self.value(name).filter(|value| !value.is_empty())
    }

    /// Name of the first tag.
    pub(crate) fn first_name(&self) -> Option<&'a str> {
        self.tags.first().map(|tag| tag.0)
    }
}

/// FWS of RFC 6376 §2.8.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// `tag-name = ALPHA *ALNUMPUNC`.
fn is_tag_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The items of `a : b : c`, blanks removed.
pub(crate) fn colon_list(value: &str) -> impl Iterator<Item = &str> {
    value.split(':').map(trim)
}

/// Base64 with blanks anywhere in it (RFC 6376 §3.5 `b=`); missing padding is let through.
pub(crate) fn base64_bytes(value: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    use base64::alphabet::STANDARD;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let packed: Vec<u8> = value
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    LENIENT.decode(packed).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_one_last_semicolon() {
        let list = TagList::parse(" v = 1 ;\r\n\tb=\tAB\r\n C ;\r\n ").unwrap();
        assert_eq!(list.value("v"), Some("1"));
        assert_eq!(list.value("b"), Some("AB\r\n C"));
        assert_eq!(list.first_name(), Some("v"));
        assert_eq!(base64_bytes("A Q=\r\n ="), Some(vec![1]));
    }

    #[test]
    fn what_is_no_list() {
        for (text, error) in [
            ("", TagError::NoEquals),
            ("a=1;;b=2", TagError::NoEquals),
            ("a=1;b", TagError::NoEquals),
            ("1a=1", TagError::BadName),
            ("a b=1", TagError::BadName),
            ("a=1;a=1", TagError::Twice),
        ] {
            assert_eq!(TagList::parse(text), Err(error), "{text:?}");
        }
    }
}
