//! Times as people type them: a time, or a span from now.

use jiff::{SignedDuration, Timestamp};
use sekisho_words::say;

use crate::output::Failure;

/// A time, or a span back from now.
pub(super) fn back(text: &str) -> Result<Timestamp, Failure> {
    time(text, |now, span| now.checked_sub(span))
}

/// A time, or a span ahead of now.
pub(super) fn ahead(text: &str) -> Result<Timestamp, Failure> {
    time(text, |now, span| now.checked_add(span))
}

fn time(
    text: &str,
    from: impl Fn(Timestamp, SignedDuration) -> Result<Timestamp, jiff::Error>,
) -> Result<Timestamp, Failure> {
    let bad = || Failure::new(say("cli-bad-since", &[("value", text.into())]), 2);
    if let Ok(at) = text.parse() {
        return Ok(at);
    }
    let span = span(text).ok_or_else(bad)?;
    from(Timestamp::now(), span).map_err(|_| bad())
}

fn span(text: &str) -> Option<SignedDuration> {
    let (at, unit) = text.char_indices().next_back()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let number: i64 = text.get(..at)?.parse().ok()?;
    Some(SignedDuration::from_secs(number.checked_mul(seconds)?))
}
