//! What is worked out once, at delivery, so that lists never open a message: ENVELOPE,
//! BODYSTRUCTURE and the header lines that clients list.

mod body_structure;
mod columns;
mod envelope;

pub use body_structure::{body, body_structure};
pub(crate) use columns::are_list_fields;
pub use columns::{Columns, LIST_FIELDS, list_header};
pub use envelope::envelope;
