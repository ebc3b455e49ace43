//! The mark at the end of a line that says: a literal follows (RFC 9051 §4.3, RFC 7888).

/// `{310}` or `{310+}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LiteralMark {
    /// Octets that follow.
    pub(crate) bytes: u64,
    /// The client waits for `+`.
    pub(crate) waits: bool,
}

/// The mark at the end of `line` (without CRLF). A number too large for us is the largest of all.
pub(crate) fn literal_mark(line: &[u8]) -> Option<LiteralMark> {
    let inner = line.strip_suffix(b"}")?;
    let (inner, waits) = match inner.strip_suffix(b"+") {
        Some(inner) => (inner, false),
        None => (inner, true),
    };
    let digits = inner.rsplit(|byte| *byte == b'{').next()?;
    // No `{` at all: `rsplit` gives the whole.
    if digits.is_empty() || digits.len() == inner.len() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let bytes = std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(u64::MAX);
    Some(LiteralMark { bytes, waits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_at_the_end_only() {
        let mark = |bytes, waits| Some(LiteralMark { bytes, waits });
        assert_eq!(literal_mark(b"a LOGIN {5}"), mark(5, true));
        assert_eq!(literal_mark(b"a LOGIN {5+}"), mark(5, false));
        assert_eq!(
            literal_mark(b"{99999999999999999999}"),
            mark(u64::MAX, true)
        );
        for none in ["a LOGIN {5} ", "a {}", "a {+}", "a {x}", "5}", "a {-1}", ""] {
            assert_eq!(literal_mark(none.as_bytes()), None, "{none}");
        }
    }
}
