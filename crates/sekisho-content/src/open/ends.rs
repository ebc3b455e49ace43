//! What can be said of a large file by its ends, without holding it.

use super::{File, judge, kind_of, open};
use crate::kind::Class;
use crate::opened::Opened;

/// What a file's ends tell.
#[derive(Debug, Clone)]
pub enum ByEnds {
    /// All that opening the whole of it would tell.
    Told(Box<Opened>),
    /// A plain text: all but the text itself, which may be read in windows ([`crate::text_pieces`]).
    Text(Box<Opened>),
    /// Its middle counts: the whole of it must be opened.
    Whole,
}

/// Tells by at least [`crate::limits::END_BYTES`] from each end, `file.bytes` being the two put together.
pub fn open_by_ends(file: &File<'_>) -> ByEnds {
    // Readers find a zip from its end, whatever stands before it.
    if memchr::memmem::find(file.bytes, b"PK\x05\x06").is_some() {
        return ByEnds::Whole;
    }
    let kind = kind_of(file, file.names.first().map(String::as_str));
    match (kind.class(), kind.name()) {
        (Class::Image | Class::Media | Class::Other, _)
        | (Class::Dangerous, "exe" | "elf" | "macho" | "class" | "lnk" | "swf" | "wasm")
        | (Class::Dangerous, "iso9660" | "vhd" | "dmg" | "cab" | "chm" | "deb" | "rpm")
        | (Class::Archive, "7z" | "rar" | "bzip2" | "xz" | "zstd" | "lz4" | "compress") => {
            ByEnds::Told(Box::new(open(file)))
        }
        (Class::Text, "txt") => {
            let mut opened = Opened::new(kind);
            judge::name(file, &mut opened);
            judge::file_type(file, &mut opened);
            opened.settle();
            ByEnds::Text(Box::new(opened))
        }
        _ => ByEnds::Whole,
    }
}
