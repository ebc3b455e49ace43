//! Strings in a script, joined and decoded.

/// Strings decoded in one script.
const LITERALS_MAX: usize = 2_000;

/// Shorter ones hide nothing.
const CHARS_MIN: usize = 16;

/// What the strings hold once their encoding is undone. Strings without one are left out: they stand in
/// the text already.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    pub(crate) texts: Vec<String>,
    pub(crate) bytes: Vec<Vec<u8>>,
}

pub(crate) fn literals(script: &str) -> Decoded {
    let mut out = Decoded::default();
    let mut rest = script;
    for _ in 0..LITERALS_MAX {
        let Some(at) = rest.find(['"', '\'', '`']) else {
            break;
        };
        let (text, after) = joined(rest.get(at..).unwrap_or_default());
        rest = after;
        if text.len() >= CHARS_MIN {
            decode(&text, &mut out);
        }
    }
    for (at, _) in script.match_indices("fromCharCode(").take(LITERALS_MAX) {
        let body = script.get(at + 13..).unwrap_or_default();
        let end = body.find(')').unwrap_or(body.len());
        let numbers = body.get(..end).unwrap_or_default().split(',');
        let text: Option<String> = numbers
            .map(|number| code(number.trim()).and_then(char::from_u32))
            .collect();
        out.texts.extend(text.filter(|text| text.len() > 4));
    }
    out
}

fn code(number: &str) -> Option<u32> {
    match number.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    }
}

/// `'a' + "b"` from its first quote; what follows.
fn joined(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut rest = text;
    while let Some(quote) = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))
    {
        let body = rest.get(1..).unwrap_or_default();
        let end = end_of(body, quote);
        out.push_str(body.get(..end).unwrap_or_default());
        let after = body.get(end + 1..).unwrap_or_default();
        let Some(more) = after.trim_start().strip_prefix('+') else {
            return (out, after);
        };
        let more = more.trim_start();
        if !more.starts_with(['"', '\'', '`']) {
            return (out, after);
        }
        rest = more;
    }
    (out, rest)
}

/// Where a string ends: at its quote, not behind a backslash; a broken one at its line's end.
fn end_of(body: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if quote != '`' => return at,
            c if c == quote => return at,
            _ => {}
        }
    }
    body.len()
}

fn decode(text: &str, out: &mut Decoded) {
    if text.contains("%3C") || text.contains("%3c") || text.contains("%u00") {
        let text = text.replace("%u00", "%");
        let bytes = crate::text::percent_decoded_bytes(&text);
        out.texts.push(String::from_utf8_lossy(&bytes).into_owned());
    } else if text.contains("\\x3c")
        || text.contains("\\x3C")
        || text.contains("\\u003c")
        || text.contains("\\u003C")
    {
        out.texts
            .push(crate::text::unescape(&text.replace("\\x", "\\u00")));
    } else if is_base64(text) {
        let bytes = crate::text::base64_bytes(text.as_bytes());
        match String::from_utf8(bytes) {
            Ok(text) if text.contains('<') => out.texts.push(text),
            Ok(text) => out.bytes.push(text.into_bytes()),
            Err(error) => out.bytes.push(error.into_bytes()),
        }
    }
}

fn is_base64(text: &str) -> bool {
    text.len() >= CHARS_MIN
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'\r' | b'\n'))
        // A word or a path is no base64.
        && text.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}
