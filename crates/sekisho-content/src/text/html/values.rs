//! Texts with an encoding of their own: styles, scripts, URLs.

/// Strings of a style sheet (`content: "…"`), escapes decoded (CSS Syntax 3, §4.3.7).
pub(super) fn css_text(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let body = from.get(1..).unwrap_or_default();
        let length = body
            .bytes()
            .take(6)
            .take_while(u8::is_ascii_hexdigit)
            .count();
        let c = body
            .get(..length)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        out.extend(c);
        let after = body.get(length..).unwrap_or_default();
        rest = if length > 0 {
            after.strip_prefix(' ').unwrap_or(after)
        } else {
            after
        };
    }
    out.push_str(rest);
    out
}

/// A script as it stands, with its \u and \x escapes decoded.
pub(super) fn script_text(script: &str) -> String {
    if script.contains("\\u") || script.contains("\\x") {
        crate::text::plain::unescape(&script.replace("\\x", "\\u00"))
    } else {
        script.to_owned()
    }
}

pub(super) fn percent_decoded(text: &str) -> String {
    String::from_utf8_lossy(&percent_decoded_bytes(text)).into_owned()
}

pub(crate) fn percent_decoded_bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let decoded = rest
            .get(1..3)
            .filter(|_| *first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(decoded.unwrap_or(*first));
        rest = match decoded {
            Some(_) => rest.get(3..).unwrap_or_default(),
            None => after,
        };
    }
    out
}
