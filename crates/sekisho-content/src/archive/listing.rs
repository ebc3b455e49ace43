//! What a reader of an archive without a codec of its own gives: names, sizes, and the bytes where
//! they lie plain.

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed<'a> {
    /// As bytes, when the charset is to be found out.
    pub(crate) name: Vec<u8>,
    /// In Unicode, where the archive has it so.
    pub(crate) unicode: Option<String>,
    /// Unpacked bytes as stated.
    pub(crate) size: u64,
    pub(crate) held: Held<'a>,
}

/// How its bytes lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held<'a> {
    Plain(&'a [u8]),
    /// Locked with a password.
    Locked,
    /// Packed in a way that is not known here.
    Packed,
    /// It goes on in another file, or begins there.
    Elsewhere,
    /// Damaged.
    Broken,
}

/// The files of an archive, and what is to be said of it as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Listing<'a> {
    pub(crate) files: Vec<Listed<'a>>,
    /// Cut off, or headers that are wrong.
    pub(crate) is_broken: bool,
    /// One file of several.
    pub(crate) is_volume: bool,
    /// Not even the names can be read.
    pub(crate) is_locked: bool,
    /// A part that no reader here knows.
    pub(crate) is_unknown: bool,
}

impl<'a> Listing<'a> {
    pub(crate) fn broken() -> Self {
        Self {
            is_broken: true,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, name: &[u8], bytes: &'a [u8]) {
        self.files.push(Listed {
            name: name.to_vec(),
            unicode: None,
            size: bytes.len() as u64,
            held: Held::Plain(bytes),
        });
    }
}
