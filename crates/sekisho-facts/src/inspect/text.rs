//! The text of a mail's body, for `--text`.

use sekisho_mime::Message;

use crate::limits::ANSWER_TEXT_BYTES_MAX;
use crate::shown;

/// What a reader sees of all text parts, one after the other.
pub(super) fn body_text(raw: &[u8]) -> String {
    let message = Message::parse(raw);
    let mut out = String::new();
    for text in shown::texts(&message) {
        if out.len().saturating_add(text.len()) > ANSWER_TEXT_BYTES_MAX {
            break;
        }
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        out.push_str(&text);
    }
    out
}
