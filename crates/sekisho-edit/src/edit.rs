//! All edits of a mail together.

use sekisho_address::Address;
use sekisho_mime::Message;
use sekisho_policy::Edit;

use crate::{Patch, banner, header, strip};

/// Why a mail could not be changed as a rule wants. It must not go on as if it had been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotEdit {
    /// The part is not there, or lies inside a signature or another part's encoding.
    #[error("part {path} cannot be taken out")]
    Part {
        /// IMAP part number.
        path: String,
    },
    /// A header line would have become one that no mail may have.
    #[error("the header cannot be changed: {0}")]
    Header(#[from] sekisho_mime::EditError),
}

/// What these edits change in a mail. `alone_to`: this copy is for one recipient alone, and To names
/// nobody else.
///
/// # Errors
/// [`CannotEdit`]; nothing is changed by halves.
pub fn edit(raw: &[u8], edits: &[Edit], alone_to: Option<&Address>) -> Result<Patch, CannotEdit> {
    let message = Message::parse(raw);
    let mut head = sekisho_mime::Edit::new();
    let mut patch = Patch::new();
    header::edit(&message, edits, alone_to, &mut head)?;
    for edit in edits {
        if let Edit::Strip { parts, note } = edit {
            strip::edit(&message, parts, note, &mut head, &mut patch)?;
        }
    }
    let banners = edits.iter().filter_map(|edit| match edit {
        Edit::Banner { place, text, html } => Some(banner::Banner {
            place: *place,
            text,
            html: html.as_deref(),
        }),
        _ => None,
    });
    banner::edit(
        &message,
        &banners.collect::<Vec<_>>(),
        &mut head,
        &mut patch,
    )?;
    if !head.is_empty() {
        let (lines, body) = head.apply_to_head(raw);
        patch.put_header(body, lines);
    }
    Ok(patch)
}
