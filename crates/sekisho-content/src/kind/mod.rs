//! What a file really is: by its bytes first, by its name only where bytes cannot tell.

mod compatible;
mod magic;
mod ole;
mod polyglot;
mod sniff;
mod table;
mod zipped;

pub(crate) use compatible::is_compatible;
pub(crate) use ole::is_encrypted as is_encrypted_ole;
pub(crate) use polyglot::second_reading;
pub(crate) use table::{
    expected_of_extension, expected_of_media_type, is_dangerous_extension, named, with_zip_behind,
};

use serde::{Serialize, Serializer};

use crate::name;

/// What kind of thing a type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Plain text of some kind.
    Text,
    /// HTML and its kin.
    Html,
    /// Pictures.
    Image,
    /// Sound and film.
    Media,
    /// Office documents and PDF.
    Document,
    /// Files in files.
    Archive,
    /// A whole mail.
    Message,
    /// Runs when opened: programs, scripts, shortcuts, disk images.
    Dangerous,
    /// No bytes.
    Empty,
    /// Anything else.
    Other,
}

/// A type by its short name (`xlsx`, `exe`, `txt`), as in `type` of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileType {
    name: &'static str,
    class: Class,
}

impl FileType {
    pub(crate) const fn new(name: &'static str, class: Class) -> Self {
        Self { name, class }
    }

    /// The short name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// What kind of thing it is.
    pub fn class(self) -> Class {
        self.class
    }
}

impl Serialize for FileType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

/// The type of these bytes. The name decides only among kinds of text, which look alike.
pub fn identify(bytes: &[u8], file_name: Option<&str>) -> FileType {
    if bytes.is_empty() {
        return named("empty");
    }
    if crate::eicar::is_eicar(bytes) {
        return named("com");
    }
    let extension = file_name.map(name::extension).unwrap_or_default();
    let found = match magic::by_magic(bytes) {
        Some("zip") => Some(zipped::kind(bytes)),
        Some("ole") => Some(ole::kind(bytes)),
        found => found,
    };
    let name = found.unwrap_or_else(|| match sniff::kind(bytes, &extension) {
        // Readers find a zip from its end, whatever stands before it.
        "data" if crate::archive::Zip::is_behind(bytes) => "zip",
        kind => kind,
    });
    named(name)
}
