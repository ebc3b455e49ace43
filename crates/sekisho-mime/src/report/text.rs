//! Text in the form that phrases are looked for in.

use crate::limits::REPORT_TEXT_BYTES_MAX;
use crate::{Part, charset};

/// Lower case, with each run of blanks and line ends as one blank.
pub(super) fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            if !blank {
                out.push(' ');
            }
            blank = true;
            continue;
        }
        blank = false;
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            // Typographic quotes are what newer systems put for the plain ones.
            match c {
                '\u{2018}' | '\u{2019}' => out.push('\''),
                c => out.extend(c.to_lowercase()),
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The start of a part's text, decoded: what a mail system has to say, it says first.
pub(super) fn start_of(part: &Part<'_>) -> String {
    let body = part.body();
    let body = body
        .get(..REPORT_TEXT_BYTES_MAX.min(body.len()))
        .unwrap_or_default();
    let content_type = part.content_type();
    let decoded = part.transfer_encoding().decode(body);
    charset::decode(&decoded, content_type.params.value("charset").as_deref()).text
}
