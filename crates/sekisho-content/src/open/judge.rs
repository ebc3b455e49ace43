//! What is to be said of a file before and after it is read.

use super::File;
use crate::archive::Zip;
use crate::kind::{self, Class};
use crate::opened::Opened;
use crate::verdict::Verdict;
use crate::{eicar, name as names};

pub(super) fn name(file: &File<'_>, opened: &mut Opened) {
    let suspicious = |name: &String| names::is_suspicious(name, kind::is_dangerous_extension);
    if file.names.iter().any(suspicious) {
        opened.say(Verdict::SuspiciousName);
    }
    let dangerous = file
        .names
        .iter()
        .any(|name| kind::is_dangerous_extension(&names::extension(name)));
    if dangerous || opened.file_type.class() == Class::Dangerous {
        opened.say(Verdict::DangerousType);
    }
    if eicar::is_eicar(file.bytes) {
        opened.say(Verdict::MalwareTest);
    }
}

/// Bytes against name and, where the name says nothing, against the declared type.
pub(super) fn file_type(file: &File<'_>, opened: &mut Opened) {
    let by_name = file
        .names
        .iter()
        .find_map(|name| kind::expected_of_extension(&names::extension(name)));
    let by_declaration = || file.declared.and_then(kind::expected_of_media_type);
    if let Some(expected) = by_name.or_else(by_declaration)
        && !kind::is_compatible(opened.file_type, expected)
    {
        opened.say(Verdict::TypeMismatch);
    }
    let polyglot = matches!(opened.file_type.class(), Class::Image | Class::Media)
        || opened.file_type.name() == "pdf";
    if polyglot && Zip::is_behind(file.bytes) {
        opened.file_type = kind::with_zip_behind(opened.file_type);
        opened.say(Verdict::TypeMismatch);
    }
    if let Some(second) = kind::second_reading(file.bytes, opened.file_type) {
        opened.say(Verdict::TypeMismatch);
        match second.class() {
            Class::Dangerous => opened.say(Verdict::DangerousType),
            Class::Html => opened.say(Verdict::ActiveContent),
            _ => {}
        }
    }
}
