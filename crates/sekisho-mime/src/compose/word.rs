//! RFC 2047 for our own mails: UTF-8 and base64, words of at most 75 characters, cut between characters.

use super::body::base64;
use crate::Mailbox;

/// Bytes of UTF-8 in one word: `=?UTF-8?B?` and `?=` leave 63 characters, 45 bytes fill 60.
const WORD_BYTES_MAX: usize = 45;

/// Unstructured text (Subject): encoded words of UTF-8 where it is not plain ASCII (RFC 2047).
pub fn text(value: &str) -> String {
    if is_plain(value) {
        return value.to_owned();
    }
    encoded(value)
}

/// ASCII that no reader takes for an encoded word, without control characters or blanks that a fold would
/// change, short enough for a line.
fn is_plain(value: &str) -> bool {
    let is_text = value
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic());
    let has_long_word = value.split(' ').any(|word| word.len() > 900);
    is_text
        && !has_long_word
        && !value.contains("=?")
        && value.trim() == value
        && !value.contains("  ")
}

/// Encoded words with one blank between, which vanishes in reading (RFC 2047 §6.2).
fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len() * 2);
    let mut rest = value;
    while !rest.is_empty() {
        let mut cut = rest.len().min(WORD_BYTES_MAX);
        // RFC 2047 §5: no character is cut.
        while !rest.is_char_boundary(cut) {
            cut -= 1;
        }
        let (word, after) = rest.split_at_checked(cut).unwrap_or((rest, ""));
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str("=?UTF-8?B?");
        out.push_str(&base64(word.as_bytes()));
        out.push_str("?=");
        rest = after;
    }
    out
}

/// A phrase (display name): an atom, a quoted string, or encoded words.
pub fn phrase(value: &str) -> String {
    if !is_plain(value) {
        return encoded(value);
    }
    // RFC 5322 §3.2.3 `atext`, with blanks between atoms.
    let is_atom = |byte: u8| {
        byte == b' ' || byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
    };
    if !value.is_empty() && value.bytes().all(is_atom) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `Name <address>`, or the bare address. Bytes that could end the address are taken out.
pub fn mailbox(mailbox: &Mailbox) -> String {
    let is_safe = |c: &char| !c.is_control() && !matches!(c, '<' | '>');
    let address: String = mailbox.address.chars().filter(is_safe).collect();
    match mailbox.name.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => format!("{} <{address}>", phrase(name)),
        None => address,
    }
}

/// Mailboxes with commas between.
pub fn mailboxes(list: &[Mailbox]) -> String {
    list.iter().map(mailbox).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_phrases() {
        assert_eq!(text("hello world"), "hello world");
        assert_eq!(text("会議"), "=?UTF-8?B?5Lya6K2w?=");
        assert!(text("a =?b").starts_with("=?UTF-8?B?"));
        assert_eq!(phrase("Taro Tanaka"), "Taro Tanaka");
        assert_eq!(phrase("T. \"X\", Y"), "\"T. \\\"X\\\", Y\"");
        let taro = Mailbox {
            name: Some("田中".to_owned()),
            address: "t@x.jp".to_owned(),
        };
        assert_eq!(mailbox(&taro), "=?UTF-8?B?55Sw5Lit?= <t@x.jp>");
    }
}
