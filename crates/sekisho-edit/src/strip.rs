//! Attachments out, a note in their place.

use sekisho_mime::{Message, Part};
use sekisho_policy::StrippedPart;

use crate::Patch;
use crate::edit::CannotEdit;
use crate::wrap::text_entity;

/// Fields that said what the body was.
const OF_THE_BODY: [&str; 5] = [
    "Content-Disposition",
    "Content-ID",
    "Content-Description",
    "Content-Location",
    "Content-MD5",
];

pub(crate) fn edit(
    message: &Message<'_>,
    parts: &[StrippedPart],
    note: &str,
    head: &mut sekisho_mime::Edit,
    patch: &mut Patch,
) -> Result<(), CannotEdit> {
    for stripped in parts {
        let cannot = || CannotEdit::Part {
            path: stripped.path.clone(),
        };
        let part = message.parts().find(|part| part.path() == stripped.path);
        let part = part.filter(may_go).ok_or_else(cannot)?;
        let text = format!("[{}]\n{note}", stripped.name);
        if part.parent().is_some() {
            patch.put(part.range(), text_entity(&text).into_bytes());
        } else {
            whole(&part, &text, head, patch)?;
        }
    }
    Ok(())
}

/// Not inside a signature, which would be broken without a word, nor inside an encoding.
fn may_go(part: &Part<'_>) -> bool {
    let mut above = std::iter::successors(part.parent(), Part::parent);
    let sealed = |part: Part<'_>| {
        matches!(
            part.content_type().essence().as_str(),
            "multipart/signed" | "multipart/encrypted"
        )
    };
    part.is_in_original() && !part.is_multipart() && !above.any(sealed)
}

/// The mail is the attachment.
fn whole(
    part: &Part<'_>,
    text: &str,
    head: &mut sekisho_mime::Edit,
    patch: &mut Patch,
) -> Result<(), CannotEdit> {
    let entity = text_entity(text);
    let (lines, body) = entity.split_once("\r\n\r\n").unwrap_or_default();
    for line in lines.split("\r\n") {
        let (name, value) = line.split_once(": ").unwrap_or_default();
        head.replace(name, value)?;
    }
    for name in OF_THE_BODY {
        head.remove(name);
    }
    patch.put(part.body_range(), format!("{body}\r\n").into_bytes());
    Ok(())
}
