//! Names as DNS has them, and which of them belong together.

use std::borrow::Cow;

use crate::limits::{LABEL_BYTES_MAX, NAME_BYTES_MAX};

/// The name in A-labels and lower case without trailing dot; `None` when DNS cannot hold it.
/// UTF-8 names become A-labels (RFC 8616, RFC 5891).
pub(crate) fn normal(name: &str) -> Option<String> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let ascii = if name.is_ascii() {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        idna::domain_to_ascii_cow(name.as_bytes(), idna::AsciiDenyList::EMPTY).ok()?
    };
    fits_dns(&ascii).then(|| ascii.into_owned())
}

/// Whether labels and length are within RFC 1035 §2.3.4. Any printable ASCII is let through:
/// underscores and worse are in use.
pub(crate) fn fits_dns(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    !name.is_empty()
        && name.len() <= NAME_BYTES_MAX
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= LABEL_BYTES_MAX
                && label.bytes().all(|byte| (0x20..0x7f).contains(&byte))
        })
}

/// Whether a signer, selector or From domain is written with letters, digits, `-` and `_` only.
pub(crate) fn is_host_like(name: &str) -> bool {
    fits_dns(name)
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The registrable domain by the public suffix list; a public suffix stands for itself
/// (RFC 7489 §3.2). `name` is in normal form.
pub(crate) fn organisational(name: &str) -> &str {
    psl::domain_str(name).unwrap_or(name)
}

/// Whether `name` is `parent` or below it. Both in normal form.
pub(crate) fn is_within(name: &str, parent: &str) -> bool {
    match name.strip_suffix(parent) {
        Some(rest) => rest.is_empty() || rest.ends_with('.'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_brought_to_one_form() {
        assert_eq!(normal("Mail.Example.JP."), Some("mail.example.jp".into()));
        assert_eq!(normal("例え.jp"), Some("xn--r8jz45g.jp".into()));
        for bad in ["", ".", "a..b", "a b\u{7}.example", &"a".repeat(64)] {
            assert_eq!(normal(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_suffix_of_letters_is_no_parent() {
        assert!(is_within("a.example.jp", "example.jp"));
        assert!(is_within("example.jp", "example.jp"));
        assert!(!is_within("badexample.jp", "example.jp"));
        assert!(!is_within("jp", "example.jp"));
    }
}
