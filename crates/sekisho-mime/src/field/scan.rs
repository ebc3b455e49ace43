//! `head; name=value; …` with every quoting that mail programs write or accept.

use super::params::{Param, Params};
use crate::limits::{COMMENT_BYTES_MAX, COMMENT_DEPTH_MAX, PARAM_FIELD_BYTES_MAX, PARAMS_MAX};

/// A field value taken apart.
#[derive(Debug)]
pub(super) struct Scanned {
    /// What stands before the first semicolon, in lower case.
    pub(super) head: String,
    pub(super) params: Params,
    /// Something other readers may take differently stands in the head.
    pub(super) odd: bool,
}

/// Takes the value apart; never fails.
pub(super) fn scan(value: &[u8]) -> Scanned {
    let cut = value
        .get(..value.len().min(PARAM_FIELD_BYTES_MAX))
        .unwrap_or_default();
    let value = super::unfold(cut);
    let (head, mut rest) = piece(&value);
    let (head, odd) = key(head);
    let mut params = Params::default();
    // `text/plain name=x`: the semicolon was lost.
    let (head, lost) = match head.split_once([' ', '\t']) {
        Some((head, lost)) if lost.contains('=') => (head.to_owned(), Some(lost.to_owned())),
        _ => (head, None),
    };
    if let Some(lost) = &lost {
        push(lost.as_bytes(), &mut params);
    }
    while !rest.is_empty() && params.raw.len() < PARAMS_MAX {
        let (one, after) = piece(rest);
        push(one, &mut params);
        if let Some(open) = one.strip_suffix(b"\\") {
            // `name=file\;.exe`: an escape outside quotes that some programs honour.
            let (next, _) = piece(after);
            escaped_semicolon(open, next, &mut params);
        }
        rest = after;
    }
    params.odd |= !rest.is_empty() || cut.len() == PARAM_FIELD_BYTES_MAX;
    Scanned {
        head,
        odd: odd || lost.is_some(),
        params,
    }
}

/// Up to the next semicolon that is outside quotes, comments and raw ISO-2022-JP.
fn piece(value: &[u8]) -> (&[u8], &[u8]) {
    let mut in_quotes = false;
    let mut comments = Comments::default();
    let mut at = 0;
    while let Some(&byte) = value.get(at) {
        match byte {
            b'\\' if in_quotes => at += 1,
            b'"' => in_quotes = !in_quotes,
            b'(' if !in_quotes => at = comments.end(value, at).unwrap_or(at),
            0x1b => at = escape_end(value, at),
            b';' if !in_quotes => return split(value, at),
            _ => {}
        }
        at += 1;
    }
    // A quote that never ends: then semicolons count again.
    match memchr::memchr(b';', value) {
        Some(at) if in_quotes && !later_quote(value, at) => split(value, at),
        _ => (value, &[]),
    }
}

fn later_quote(value: &[u8], at: usize) -> bool {
    value
        .get(at..)
        .is_some_and(|rest| memchr::memchr(b'"', rest).is_some())
}

fn split(value: &[u8], at: usize) -> (&[u8], &[u8]) {
    let (before, after) = value.split_at(at.min(value.len()));
    (before, after.get(1..).unwrap_or_default())
}

/// Comments of one value. After one that is never closed, parentheses are text, so that the walk over a
/// value stays linear.
#[derive(Default)]
struct Comments {
    unclosed: bool,
}

impl Comments {
    /// Where the parenthesis that opens at `start` closes.
    fn end(&mut self, value: &[u8], start: usize) -> Option<usize> {
        if self.unclosed {
            return None;
        }
        let mut depth = 0;
        let window = value.iter().enumerate().skip(start).take(COMMENT_BYTES_MAX);
        for (at, byte) in window {
            match byte {
                b'(' if depth < COMMENT_DEPTH_MAX => depth += 1,
                b')' if depth == 1 => return Some(at),
                b')' => depth -= 1,
                _ => {}
            }
        }
        self.unclosed = true;
        None
    }
}

/// Raw ISO-2022-JP has quotes and semicolons as halves of characters: jump over it.
fn escape_end(value: &[u8], start: usize) -> usize {
    let is_two_byte = value.get(start + 1) == Some(&b'$');
    let end = value.len().min(start.saturating_add(COMMENT_BYTES_MAX));
    let rest = value.get(start..end).unwrap_or_default();
    match memchr::memmem::find(rest, b"\x1b(") {
        Some(length) if is_two_byte => start + length + 2,
        _ => start,
    }
}

fn push(piece: &[u8], params: &mut Params) {
    let trimmed = trim(piece);
    if trimmed.is_empty() {
        return;
    }
    let Some(equals) = memchr::memchr(b'=', trimmed) else {
        params.odd = true;
        return;
    };
    let (name, value) = split(trimmed, equals);
    let (name, odd) = key(name);
    let mut readings = values(value);
    params.odd |= odd || readings.len() > 1;
    let value = readings.remove(0);
    params.raw.push(Param {
        name,
        value,
        other: readings,
    });
}

fn escaped_semicolon(open: &[u8], next: &[u8], params: &mut Params) {
    let value = memchr::memchr(b'=', open).and_then(|at| open.get(at + 1..));
    if let (Some(value), Some(param)) = (value, params.raw.last_mut()) {
        param.other.push([trim(value), b";", next].concat());
    }
}

/// A key in lower case, without comments, quotes, escapes and NULs; true when it had some.
fn key(name: &[u8]) -> (String, bool) {
    let trimmed = trim(name);
    let mut bare = Vec::with_capacity(trimmed.len());
    let mut comments = Comments::default();
    let mut at = 0;
    while let Some(&byte) = trimmed.get(at) {
        match byte {
            b'(' => at = comments.end(trimmed, at).unwrap_or(at),
            b'"' | b'\\' | b'\'' | 0 | b')' => {}
            _ => bare.push(byte.to_ascii_lowercase()),
        }
        at += 1;
    }
    let odd = bare.len() != trimmed.len() || bare.iter().any(|byte| !byte.is_ascii_graphic());
    (String::from_utf8_lossy(trim(&bare)).into_owned(), odd)
}

/// Every reading of a value, the likeliest first; at least one.
fn values(value: &[u8]) -> Vec<Vec<u8>> {
    let value = trim(value);
    let mut readings: Vec<Vec<u8>> = Vec::new();
    let mut add = |reading: Vec<u8>| {
        if !readings.contains(&reading) {
            readings.push(reading);
        }
    };
    match value.strip_prefix(b"\"") {
        Some(quoted) => quoted_values(quoted, &mut add),
        None => bare_values(value, &mut add),
    }
    readings
}

fn quoted_values(quoted: &[u8], add: &mut impl FnMut(Vec<u8>)) {
    let end = quote_end(quoted);
    let inner = quoted
        .get(..end.unwrap_or(quoted.len()))
        .unwrap_or_default();
    let after = end
        .and_then(|end| quoted.get(end + 1..))
        .unwrap_or_default();
    let plain = unescape(inner);
    let raw_first = std::str::from_utf8(inner).is_err() && plain != inner;
    if raw_first {
        // The second byte of many Shift_JIS characters is a backslash: it is no escape.
        add(inner.to_vec());
    }
    add(plain.clone());
    add(inner.to_vec());
    let after = without_comments(after);
    if !trim(&after).is_empty() {
        // `"file".exe`: some go on after the quote, some take everything up to the last one.
        add([&plain[..], &unescape(trim(&after))].concat());
        add(quoted.strip_suffix(b"\"").unwrap_or(quoted).to_vec());
    }
    if end.is_none() {
        let cut = memchr::memchr(b';', inner).and_then(|at| inner.get(..at));
        if let Some(cut) = cut {
            add(trim(cut).to_vec());
        }
        // `""boundary` and the like: with the quote as a character.
        add([b"\"", inner].concat());
    }
}

fn bare_values(value: &[u8], add: &mut impl FnMut(Vec<u8>)) {
    let is_odd =
        |byte: &u8| matches!(byte, b'(' | b'"' | b'\'' | b'\\' | 0) || byte.is_ascii_whitespace();
    if !value.iter().any(is_odd) {
        // One reading, as nearly all values have.
        return add(value.to_vec());
    }
    let clean = without_comments(value);
    let clean = trim(&clean).to_vec();
    add(clean.clone());
    add(value.to_vec());
    let word = value
        .split(|byte| byte.is_ascii_whitespace())
        .next()
        .unwrap_or_default();
    if word.len() < value.len() {
        add(word.to_vec());
    }
    for mark in [b'(', b'"', b'\'', b'\\', 0] {
        if value.contains(&mark) {
            add(clean.iter().copied().filter(|&byte| byte != mark).collect());
            let cut = memchr::memchr(mark, value).and_then(|at| value.get(..at));
            add(trim(cut.unwrap_or_default()).to_vec());
        }
    }
    if let Some(inner) = value
        .strip_prefix(b"'")
        .and_then(|value| value.strip_suffix(b"'"))
    {
        add(inner.to_vec());
    }
}

/// The first quote that is not escaped; a trail byte of Shift_JIS that looks like a backslash is taken
/// as an escape only when the text would otherwise be valid.
fn quote_end(quoted: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(&byte) = quoted.get(at) {
        match byte {
            b'\\' => {
                let closes = quoted.get(at + 1) == Some(&b'"') && !later_quote(quoted, at + 2);
                let after_high = at > 0 && quoted.get(at - 1).is_some_and(|&byte| byte >= 0x80);
                if closes && after_high {
                    return Some(at + 1);
                }
                at += 1;
            }
            0x1b => at = escape_end(quoted, at),
            b'"' => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bare = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            0x1b => {
                let end = escape_end(text, at);
                bare.extend_from_slice(text.get(at..end.min(text.len())).unwrap_or_default());
                at = end.max(at);
                if end > at {
                    continue;
                }
                bare.extend(text.get(at));
            }
            b'\\' => {
                at += 1;
                bare.extend(text.get(at));
            }
            b'"' => {}
            _ => bare.push(byte),
        }
        at += 1;
    }
    bare
}

fn without_comments(value: &[u8]) -> Vec<u8> {
    let mut bare = Vec::with_capacity(value.len());
    let mut comments = Comments::default();
    let mut at = 0;
    while let Some(&byte) = value.get(at) {
        let comment_end = (byte == b'(').then(|| comments.end(value, at)).flatten();
        match comment_end {
            Some(end) => at = end,
            None => bare.push(byte),
        }
        at += 1;
    }
    bare
}

fn trim(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}
