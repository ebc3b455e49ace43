//! Whether a file may be what its name says, in daily work.

use super::{Class, FileType};

/// Whether bytes of type `found` under a name of type `expected` are nothing to speak of.
pub(crate) fn is_compatible(found: FileType, expected: FileType) -> bool {
    let (is, wants) = (found.name(), expected.name());
    // `._report.pdf` beside `report.pdf`.
    if is == wants || found.class() == Class::Empty || is == "appledouble" {
        return true;
    }
    match (found.class(), expected.class()) {
        // Pictures are renamed from one kind to another every day, and programs sort it out.
        (Class::Image, Class::Image) | (Class::Media, Class::Media) => true,
        (Class::Image | Class::Media, Class::Media | Class::Image) => is != "psd",
        (Class::Text | Class::Html, Class::Text) => true,
        (Class::Text, Class::Message) => !matches!(wants, "msg" | "tnef"),
        (Class::Text, Class::Html | Class::Dangerous | Class::Other) => true,
        (Class::Html, Class::Html | Class::Dangerous | Class::Other) => true,
        (Class::Dangerous, Class::Dangerous) => true,
        (Class::Message, Class::Message | Class::Text) => true,
        (Class::Html, Class::Message) => wants != "msg",
        (Class::Dangerous, _) => false,
        (_, Class::Other) => true,
        _ => pairs(is, wants) || (is == "data" && has_no_magic(wants)),
    }
}

/// Pairs that programs write themselves.
fn pairs(is: &str, wants: &str) -> bool {
    match wants {
        "doc" => matches!(is, "rtf" | "ole" | "docx" | "xml"),
        // Names of three letters (8.3) are cut from longer ones.
        "xls" => matches!(is, "csv" | "txt" | "ole" | "xml" | "slk" | "xlsx"),
        "ppt" => matches!(is, "ole" | "pptx"),
        // One program's kinds, with or without macros or cells: only macros under a name without them are odd.
        "docm" => is == "docx",
        "xlsm" | "xlsb" => matches!(is, "xlsx" | "xlsm" | "xlsb"),
        "pptm" => is == "pptx",
        "vsdm" => is == "vsdx",
        "csv" => is == "txt",
        // A document is a zip, and some systems send it as one.
        "zip" => matches!(
            is,
            "docx"
                | "xlsx"
                | "xlsb"
                | "pptx"
                | "odt"
                | "ods"
                | "odp"
                | "odg"
                | "epub"
                | "docm"
                | "xlsm"
                | "pptm"
                | "vsdx"
                | "vsdm"
                | "xps"
        ),
        "gzip" => is == "tar",
        "activemime" => is == "ole",
        "p7m" => matches!(is, "p7s" | "eml" | "txt"),
        "pgp-binary" | "data" => true,
        _ => false,
    }
}

/// Types whose bytes are not known here.
fn has_no_magic(wants: &str) -> bool {
    matches!(
        wants,
        "mp3"
            | "mp4"
            | "emf"
            | "dmg"
            | "com"
            | "sqlite"
            | "tnef"
            | "mbox"
            | "p7m"
            | "emlx"
            | "heif"
    )
}
