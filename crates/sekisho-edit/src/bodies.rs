//! The parts that a reader of the mail is shown as its text.

use sekisho_mime::{Message, Part};

use crate::limits::BODIES_MAX;

/// Each body that some program would show; none where the mail has no text.
pub(crate) fn of<'m>(message: &'m Message<'m>) -> Vec<Part<'m>> {
    let mut found = Vec::new();
    add(message.root(), &mut found);
    found.truncate(BODIES_MAX);
    found
}

fn add<'m>(part: Part<'m>, found: &mut Vec<Part<'m>>) {
    let content_type = part.content_type();
    if !part.is_multipart() {
        let is_shown = matches!(content_type.essence().as_str(), "text/plain" | "text/html");
        if is_shown && !part.is_attachment() && part.is_in_original() {
            found.push(part);
        }
        return;
    }
    let mut children = part.children().filter(|child| !child.is_other_reading());
    match content_type.subtype.as_str() {
        // RFC 2046 §5.1.4: one of them is shown, and nobody knows which.
        "alternative" => children.for_each(|child| add(child, found)),
        // RFC 3462 §1: written by machines for machines. RFC 1847: bytes are counted.
        "report" | "signed" | "encrypted" => {}
        // RFC 2387 §3.2, and what programs do with the rest: the first one.
        _ => {
            if let Some(first) = children.find(|child| !child.is_attachment()) {
                add(first, found);
            }
        }
    }
}
