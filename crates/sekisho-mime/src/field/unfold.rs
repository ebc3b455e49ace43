//! Unfolding (RFC 5322 §2.2.3).

use std::borrow::Cow;

/// The value without line ends and without blanks around it.
pub(crate) fn unfold(value: &[u8]) -> Cow<'_, [u8]> {
    let trimmed = value.trim_ascii();
    if memchr::memchr2(b'\r', b'\n', trimmed).is_none() {
        return Cow::Borrowed(trimmed);
    }
    // A fold is a line end before a blank: taking the line end out is all of unfolding.
    let kept = trimmed
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'));
    Cow::Owned(kept.collect())
}
