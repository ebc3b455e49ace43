//! What a reader sees of a mail's text parts.

use sekisho_content::{Place, html_pieces};
use sekisho_mime::{Message, Part};

use crate::limits::LARGE_BODY_BYTES;

/// The text of each text part, without what HTML hides; of a large one its beginning.
pub(crate) fn texts<'m>(message: &'m Message<'m>) -> impl Iterator<Item = String> + 'm {
    message.parts().filter_map(|part| shown(&part))
}

fn shown(part: &Part<'_>) -> Option<String> {
    if part.is_multipart() || part.is_message() {
        return None;
    }
    let content_type = part.content_type();
    if content_type.media != "text" {
        return None;
    }
    let text = part.opening(LARGE_BODY_BYTES)?;
    if content_type.subtype != "html" {
        return Some(text);
    }
    let pieces = html_pieces(&text);
    let shown = pieces
        .into_iter()
        .filter(|piece| piece.place == Place::Text);
    Some(shown.map(|piece| piece.text).collect::<Vec<_>>().join("\n"))
}
