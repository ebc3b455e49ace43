//! Opening a file: what it is, what is to be said of it, what it holds.

mod archives;
mod documents;
mod ends;
mod judge;
mod mails;
mod texts;

pub use ends::{ByEnds, open_by_ends};

use crate::archive::Zip;
use crate::budget::Budget;
use crate::kind::{self, Class, FileType, identify};
use crate::opened::{Member, Opened, Piece, Reason, State};
use crate::verdict::Verdict;
use crate::{eicar, name};

/// A file to open.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its bytes, without transfer encoding.
    pub bytes: &'a [u8],
    /// Every reading of its name, the likeliest first.
    pub names: &'a [String],
    /// The media type that it declares: `application/pdf`.
    pub declared: Option<&'a str>,
    /// The charset that it declares.
    pub charset: Option<&'a str>,
}

/// Opens a file and the files in it, within [`crate::limits`].
pub fn open(file: &File<'_>) -> Opened {
    open_with(file, &[])
}

/// [`open`], with passwords to try on what is locked, the likeliest first.
pub fn open_with(file: &File<'_>, passwords: &[String]) -> Opened {
    open_within(file, &mut Budget::new(file.bytes.len(), passwords))
}

fn open_within(file: &File<'_>, budget: &mut Budget) -> Opened {
    let first = file.names.first().map(String::as_str);
    let mut opened = Opened::new(kind_of(file, first));
    judge::name(file, &mut opened);
    read(file, &mut opened, budget);
    judge::file_type(file, &mut opened);
    opened.settle();
    opened
}

/// The type by content. A locked document has no content to tell by: there its name does. Text in
/// UTF-16 or with control characters looks like data: there the declared type does.
fn kind_of(file: &File<'_>, name: Option<&str>) -> FileType {
    let found = identify(file.bytes, name);
    if found.name() == "data" {
        let declared = file.declared.and_then(kind::expected_of_media_type);
        let text = declared.filter(|kind| matches!(kind.class(), Class::Text | Class::Html));
        return text.unwrap_or(found);
    }
    // The header of a signed mail is often a single Content-Type.
    if found.name() == "txt" && file.declared == Some("message/rfc822") {
        return kind::named("eml");
    }
    let locked = found.name() == "ole" && kind::is_encrypted_ole(file.bytes, "ole");
    let extension = name.map(name::extension).unwrap_or_default();
    let expected = kind::expected_of_extension(&extension)
        .or_else(|| file.declared.and_then(kind::expected_of_media_type))
        .filter(|expected| locked && expected.class() == Class::Document);
    expected.unwrap_or(found)
}

/// Reads what the type says there is to read.
fn read(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    match opened.file_type.class() {
        Class::Empty => opened.say_if_named(file),
        Class::Text => texts::texts(file, opened, budget),
        Class::Html => texts::html(file, opened, budget),
        Class::Dangerous => dangerous(file, opened, budget),
        Class::Image | Class::Media => behind(file, opened, budget),
        Class::Document if opened.file_type.name() == "slk" => texts::sylk(file, opened, budget),
        Class::Document => documents::document(file, opened, budget),
        Class::Message => mails::read(file, opened, budget),
        Class::Archive => archives::read(file, opened, budget),
        Class::Other => other(opened),
    }
    if file.bytes.len() > crate::limits::UNPACKED_BYTES_MAX {
        opened.stop(Reason::LimitReached);
    }
}

impl Opened {
    /// A named file of no bytes was cut off on its way.
    fn say_if_named(&mut self, file: &File<'_>) {
        let binary = file
            .names
            .iter()
            .filter_map(|name| kind::expected_of_extension(&name::extension(name)))
            .any(|expected| {
                matches!(
                    expected.class(),
                    Class::Document | Class::Archive | Class::Image
                )
            });
        if binary {
            self.say(Verdict::Malformed);
        }
    }
}

fn dangerous(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    match opened.file_type.name() {
        // Its page holds what its scripts do.
        "hta" | "wsf" => {
            texts::html(file, opened, budget);
            texts::texts(file, opened, budget);
        }
        "bat" | "vbs" | "js" | "ps1" | "sh" | "script" | "reg" | "url" | "iqy" | "inf"
        | "shortcut" | "jnlp" | "msc" => texts::texts(file, opened, budget),
        "lnk" => texts::link(file, opened, budget),
        "one" => texts::section(file, opened, budget),
        "jar" | "apk" | "msix" => archives::zip_members(file, opened, budget),
        "iso9660" | "cab" | "deb" | "rpm" => archives::read(file, opened, budget),
        "vhd" | "dmg" | "chm" | "msi" => {
            opened.stop(Reason::Unsupported);
        }
        "com" if eicar::is_eicar(file.bytes) => {}
        // What a program does is not read; what it unpacks is.
        _ => {
            opened.state = State::Unopened;
            archives::behind_program(file, opened, budget);
        }
    }
}

fn add_pieces(opened: &mut Opened, budget: &mut Budget, pieces: Vec<Piece>) {
    for piece in pieces {
        if budget.take_text(piece.text.len()).is_err() {
            opened.stop(Reason::LimitReached);
            return;
        }
        opened.pieces.push(piece);
    }
}

/// A zip behind a picture is a zip to whoever opens it as one.
fn behind(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    if Zip::is_behind(file.bytes) {
        archives::zip_members(file, opened, budget);
    }
}

fn member(
    opened: &mut Opened,
    budget: &mut Budget,
    name: &str,
    names: Vec<String>,
    declared: Option<String>,
    bytes: &[u8],
) {
    let file = File {
        bytes,
        names: &names,
        declared: declared.as_deref(),
        charset: None,
    };
    member_file(opened, budget, name.to_owned(), &file);
}

fn member_file(opened: &mut Opened, budget: &mut Budget, name: String, file: &File<'_>) {
    if budget.take_member().is_err() {
        opened.stop(Reason::LimitReached);
        opened.say(Verdict::Bomb);
        return;
    }
    if !budget.can_go_deeper() {
        opened.stop(Reason::LimitReached);
        opened.say(Verdict::Bomb);
        return;
    }
    if budget.take_bytes(file.bytes.len()).is_err() {
        opened.stop(Reason::LimitReached);
        if budget.total_is_bomb() {
            opened.say(Verdict::Bomb);
        }
        return;
    }
    budget.depth += 1;
    let inner = open_within(file, budget);
    budget.depth -= 1;
    opened.members.push(Member {
        name,
        names: file.names.to_vec(),
        declared: file.declared.map(str::to_owned),
        size: file.bytes.len() as u64,
        opened: inner,
    });
}

/// Bytes of no known kind.
fn other(opened: &mut Opened) {
    if matches!(opened.file_type.name(), "data" | "pgp-binary") {
        opened.state = State::Unopened;
    }
}
