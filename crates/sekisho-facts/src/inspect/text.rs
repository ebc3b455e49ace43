//! The text of a mail's body, for `--text`.

use sekisho_content::{Place, html_pieces};
use sekisho_mime::{Message, Part};

use crate::limits::ANSWER_TEXT_BYTES_MAX;

/// What a reader sees of all text parts, one after the other.
pub(super) fn body_text(raw: &[u8]) -> String {
    let message = Message::parse(raw);
    let mut out = String::new();
    for part in message.parts() {
        let Some(text) = shown(&part) else {
            continue;
        };
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

fn shown(part: &Part<'_>) -> Option<String> {
    if part.is_multipart() || part.is_message() {
        return None;
    }
    let content_type = part.content_type();
    if content_type.media != "text" {
        return None;
    }
    let text = part.text()?;
    if content_type.subtype != "html" {
        return Some(text);
    }
    let pieces = html_pieces(&text);
    let shown = pieces
        .into_iter()
        .filter(|piece| piece.place == Place::Text);
    Some(shown.map(|piece| piece.text).collect::<Vec<_>>().join("\n"))
}
