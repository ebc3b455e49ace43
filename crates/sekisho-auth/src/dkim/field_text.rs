//! Writing a signature field, folded at 78 columns (RFC 5322 §2.1.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const COLUMNS_MAX: usize = 78;

/// A header field that grows tag by tag. Its `b=` is left empty until the rest is signed.
#[derive(Debug)]
pub(crate) struct FieldText {
    text: String,
    column: usize,
    /// Where the value of `b=` belongs.
    signature_at: usize,
}

impl FieldText {
    /// Starts with `Name:`.
    pub(crate) fn new(name: &str) -> Self {
        Self {
            text: format!("{name}:"),
            column: name.len() + 1,
            signature_at: 0,
        }
    }

    /// Adds `tag=value`.
    pub(crate) fn tag(mut self, tag: &str, value: &str) -> Self {
        let first = self.text.ends_with(':');
        if !first {
            self.text.push(';');
            self.column += 1;
        }
        self.piece(" ", &format!("{tag}={value}"));
        self
    }

    /// Adds `h=`, which may fold at its colons.
    pub(crate) fn header_list(mut self, names: &[String]) -> Self {
        let whole = names.join(":");
        if whole.len() + 4 < COLUMNS_MAX {
            return self.tag("h", &whole);
        }
        for (at, name) in names.iter().enumerate() {
            let last = at + 1 == names.len();
            let end = if last { "" } else { ":" };
            if at == 0 {
                self = self.tag("h", &format!("{name}{end}"));
            } else {
                self.piece("", &format!("{name}{end}"));
            }
        }
        self
    }

    /// Adds the empty `b=`, at the start of a line.
    pub(crate) fn signature_place(mut self) -> Self {
        self.text.push_str(";\r\n\tb=");
        self.column = 3;
        self.signature_at = self.text.len();
        self
    }

    /// The field as it is signed, without a line end.
    pub(crate) fn unsigned(&self) -> &str {
        &self.text
    }

    /// The field with its signature and a line end. Folds inside `b=` are not signed.
    pub(crate) fn signed(&self, signature: &[u8]) -> String {
        const LINE: usize = COLUMNS_MAX - 2;
        let encoded = STANDARD.encode(signature);
        let mut folded = String::with_capacity(encoded.len() + 32);
        let (mut rest, mut room) = (encoded.as_str(), LINE - "b=".len());
        while let Some((line, more)) = rest.split_at_checked(room).filter(|at| !at.1.is_empty()) {
            folded.push_str(line);
            folded.push_str("\r\n\t");
            (rest, room) = (more, LINE);
        }
        folded.push_str(rest);
        self.with_signature(&folded)
    }

    /// The same with `b=` in one piece, within the 998 of RFC 5322 §2.1.1: an ARC seal signs the
    /// whole field, and a fold inside `b=` would count as a blank.
    pub(crate) fn signed_in_one_piece(&self, signature: &[u8]) -> String {
        self.with_signature(&STANDARD.encode(signature))
    }

    fn with_signature(&self, signature: &str) -> String {
        let (before, after) = self.text.split_at(self.signature_at);
        format!("{before}{signature}{after}\r\n")
    }

    /// Puts a piece on this line, or on the next when it does not fit. One column is kept for
    /// the `;` that may follow.
    fn piece(&mut self, blank: &str, piece: &str) {
        if self.column + blank.len() + piece.len() + 1 > COLUMNS_MAX {
            self.text.push_str("\r\n\t");
            self.column = 1;
        } else {
            self.text.push_str(blank);
            self.column += blank.len();
        }
        self.text.push_str(piece);
        self.column += piece.len();
    }
}
