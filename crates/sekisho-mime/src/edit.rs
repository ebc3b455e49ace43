//! Changing header fields without touching any other byte.

use crate::limits;

/// Why an edit was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditError {
    /// The field name is not one of RFC 5322 §2.2.
    Name(String),
    /// The value has a line end that is no fold, a NUL, or a line over 998 bytes.
    Value(String),
}

/// Edits of a mail's top header. They are applied in one pass.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    prepended: Vec<u8>,
    removed: Vec<String>,
}

impl Edit {
    /// No change yet.
    pub fn new() -> Edit {
        Edit::default()
    }

    /// Adds a field above all others; later calls add above earlier ones. `value` may hold folds
    /// (`CRLF` and a blank); it is folded when a line would be longer than 78 bytes.
    pub fn prepend(&mut self, name: &str, value: &str) -> Result<&mut Edit, EditError> {
        let _ = (
            name,
            value,
            limits::FIELDS_MAX,
            &self.prepended,
            &self.removed,
        );
        todo!()
    }

    /// Adds lines above all others as they are: whole fields, each ended by CRLF (signatures, seals).
    pub fn prepend_lines(&mut self, lines: &[u8]) -> Result<&mut Edit, EditError> {
        todo!("{lines:?}")
    }

    /// Adds a field below all others, above the empty line.
    pub fn append(&mut self, name: &str, value: &str) -> Result<&mut Edit, EditError> {
        todo!("{name}{value}")
    }

    /// Removes every field of this name.
    pub fn remove(&mut self, name: &str) -> &mut Edit {
        todo!("{name}")
    }

    /// Removes the fields of this name for which `wanted` says so; it gets the raw value.
    pub fn remove_where(
        &mut self,
        name: &str,
        wanted: impl Fn(&[u8]) -> bool + Send + Sync + 'static,
    ) -> &mut Edit {
        let _ = wanted;
        todo!("{name}")
    }

    /// Puts this value in the place of the first field of the name and removes the others of that
    /// name; adds the field at the end of the header when there was none.
    pub fn replace(&mut self, name: &str, value: &str) -> Result<&mut Edit, EditError> {
        todo!("{name}{value}")
    }

    /// The edited mail.
    pub fn apply(&self, raw: &[u8]) -> Vec<u8> {
        todo!("{raw:?}")
    }

    /// The edited header only, with the empty line; the rest of the mail is `&raw[body_start..]`.
    /// `head` must hold the whole header. For mails too large to copy.
    pub fn apply_to_head(&self, head: &[u8]) -> (Vec<u8>, usize) {
        todo!("{head:?}")
    }
}
