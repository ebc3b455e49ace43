//! Names as DNS has them, and which of them belong together.

use sekisho_address::Domain;

use crate::limits::{LABEL_BYTES_MAX, NAME_BYTES_MAX};

/// The name in A-labels and lower case without trailing dot; `None` when DNS cannot hold it.
/// UTF-8 names become A-labels (RFC 8616, RFC 5891). Wider than [`Domain`] in ASCII, as names of
/// keys and of SPF terms need not be those of hosts.
pub(crate) fn normal(name: &str) -> Option<String> {
    if !name.is_ascii() {
        let domain = Domain::from_dns(name).ok()?;
        return Some(domain.as_str().to_owned());
    }
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    fits_dns(&name).then_some(name)
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
pub(crate) fn organisational(name: &str) -> String {
    match Domain::from_dns(name) {
        Ok(domain) => domain.organisational().as_str().to_owned(),
        Err(_) => name.to_owned(),
    }
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
    fn suffixes_in_other_scripts_are_known() {
        let suffix = normal("公司.cn").unwrap();
        let name = format!("a.b.{suffix}");
        assert_eq!(organisational(&name), format!("b.{suffix}"));
        assert_eq!(organisational("-.odd"), "-.odd");
    }

    #[test]
    fn a_suffix_of_letters_is_no_parent() {
        assert!(is_within("a.example.jp", "example.jp"));
        assert!(is_within("example.jp", "example.jp"));
        assert!(!is_within("badexample.jp", "example.jp"));
        assert!(!is_within("jp", "example.jp"));
    }
}
