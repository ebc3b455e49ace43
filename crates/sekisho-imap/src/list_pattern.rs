//! Wildcards of LIST: `*` is anything, `%` anything within one level (RFC 9051 §6.3.9).

use crate::limits::MAILBOX_NAME_BYTES_MAX;

/// Whether a name matches. INBOX matches in any case of letters (RFC 9051 §5.1).
/// Steps: at most length of the pattern times length of the name, whatever the wildcards.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    if pattern.len() > MAILBOX_NAME_BYTES_MAX {
        return false;
    }
    let first = pattern.split(['/', '*', '%']).next().unwrap_or_default();
    let inbox =
        first.eq_ignore_ascii_case("INBOX") && (name == "INBOX" || name.starts_with("INBOX/"));
    if inbox {
        let rest = pattern.get(first.len()..).unwrap_or_default();
        return exact(
            rest.as_bytes(),
            name.as_bytes().get(5..).unwrap_or_default(),
        );
    }
    exact(pattern.as_bytes(), name.as_bytes())
        || (name == "INBOX" && exact(pattern.to_ascii_uppercase().as_bytes(), b"INBOX"))
}

/// `reached[i]`: the pattern so far matches the first `i` bytes of the name.
fn exact(pattern: &[u8], name: &[u8]) -> bool {
    let mut reached = vec![false; name.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for step in pattern {
        let mut next = vec![false; name.len() + 1];
        let mut open = false;
        for (i, slot) in next.iter_mut().enumerate() {
            let here = reached.get(i).copied().unwrap_or(false);
            let last = i.checked_sub(1);
            let byte = last.and_then(|last| name.get(last)).copied();
            *slot = match step {
                b'*' => {
                    open |= here;
                    open
                }
                b'%' => {
                    open = here || (open && byte != Some(b'/'));
                    open
                }
                _ => byte == Some(*step) && last.and_then(|last| reached.get(last)) == Some(&true),
            };
        }
        reached = next;
    }
    reached.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, name, want) in [
            ("*", "a/b", true),
            ("%", "a/b", false),
            ("%", "a", true),
            ("%/%", "a/b", true),
            ("a/%", "a", false),
            ("a*", "a/b/c", true),
            ("a%", "abc", true),
            ("a%c", "a/c", false),
            ("*c", "a/b/c", true),
            ("inbox", "INBOX", true),
            ("inb%", "INBOX", true),
            ("inbox/x", "INBOX/x", true),
            ("Inbox*", "INBOX/x", true),
            ("A", "a", false),
            ("", "a", false),
            ("請%", "請求書", true),
            (
                "%%%%%%%%%%%%%%%%%%%%b",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                false,
            ),
        ] {
            assert_eq!(matches(pattern, name), want, "{pattern} {name}");
        }
    }
}
