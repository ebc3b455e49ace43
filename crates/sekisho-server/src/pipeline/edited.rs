//! A copy's content with the changes of the rules.

use std::io;

use bytes::Bytes;
use sekisho_edit::{CannotEdit, Patch};
use sekisho_policy::Edit;
use sekisho_store::{Body, Store};

use super::copies::Copy;
use crate::limits::SPOOL_MEMORY_BYTES;

/// What changes; none where nothing does.
pub(super) fn patch(raw: &[u8], copy: &Copy<'_>) -> Result<Option<Patch>, CannotEdit> {
    // Lines that only come on top need no new content: they stand in the head, as Received does.
    let on_top = |edit: &&Edit| !matches!(edit, Edit::AddHeader { .. });
    let edits: Vec<Edit> = copy.edits.iter().filter(on_top).cloned().collect();
    if edits.is_empty() && copy.alone_to.is_none() {
        return Ok(None);
    }
    let patch = sekisho_edit::edit(raw, &edits, copy.alone_to.as_ref())?;
    Ok((!patch.is_empty()).then_some(patch))
}

/// The changed content: in memory, or from one file to another without passing through our memory as a whole.
pub(super) fn body(raw: &Bytes, patch: &Patch, store: &Store) -> io::Result<Body> {
    if raw.len() <= SPOOL_MEMORY_BYTES {
        return Ok(Body::Memory(patch.apply(raw).into()));
    }
    let mut file = store.spool()?;
    for piece in patch.pieces(raw) {
        for chunk in piece.chunks(SPOOL_MEMORY_BYTES) {
            file.write(chunk)?;
        }
    }
    Ok(Body::Spool(file.finish()))
}

/// The words for the trace: `tag_subject, banner`.
pub(super) fn names(copy: &Copy<'_>) -> String {
    let mut names: Vec<&str> = copy.edits.iter().map(name).collect();
    if copy.alone_to.is_some() {
        names.push("one_each");
    }
    names.dedup();
    names.join(", ")
}

fn name(edit: &Edit) -> &'static str {
    match edit {
        Edit::AddHeader { .. } => "add_header",
        Edit::RemoveHeader { .. } => "remove_header",
        Edit::TagSubject { .. } => "tag_subject",
        Edit::Banner { .. } => "banner",
        Edit::ToBcc { .. } => "to_bcc",
        Edit::OneEach { .. } => "one_each",
        Edit::AddRecipients { .. } => "add_recipients",
        Edit::RemoveRecipients { .. } => "remove_recipients",
        Edit::Redirect { .. } => "redirect",
        Edit::Strip { .. } => "strip",
        _ => "edit",
    }
}
