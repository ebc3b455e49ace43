//! Opening a file: what it is, what is to be said of it, what it holds.

mod archives;
mod ends;
mod judge;
mod mails;

pub use ends::{ByEnds, open_by_ends};

use sekisho_mime::charset;

use crate::archive::Zip;
use crate::budget::Budget;
use crate::kind::{self, Class, FileType, identify};
use crate::opened::{Member, Opened, Piece, Place, Reason, State};
use crate::text::{Html, rtf_objects, rtf_text, text_pieces};
use crate::verdict::Verdict;
use crate::{eicar, name, office, ole, pdf};

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
    open_within(file, &mut Budget::new())
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
        Class::Text => texts(file, opened, budget),
        Class::Html => html(file, opened, budget),
        Class::Dangerous => dangerous(file, opened, budget),
        Class::Image | Class::Media => behind(file, opened, budget),
        Class::Document => document(file, opened, budget),
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
        "bat" | "vbs" | "js" | "wsf" | "hta" | "ps1" | "sh" | "script" | "reg" | "url" | "iqy"
        | "inf" => texts(file, opened, budget),
        "jar" | "apk" | "msix" => archives::zip_members(file, opened, budget),
        "iso9660" | "vhd" | "dmg" | "cab" | "chm" | "one" | "deb" | "rpm" | "msi" => {
            opened.stop(Reason::Unsupported);
        }
        "com" if eicar::is_eicar(file.bytes) => {}
        // What a program carries in itself is not read.
        _ => opened.state = State::Unopened,
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

fn texts(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let kind = opened.file_type.name();
    let pieces = text_pieces(file.bytes, kind, file.charset);
    let has_message = |piece: &Piece| piece.text.contains("-----BEGIN PGP MESSAGE-----");
    if pieces.iter().any(has_message) {
        opened.stop(Reason::Encrypted);
    }
    if kind == "csv" && pieces.iter().any(|piece| has_active_cell(&piece.text)) {
        opened.say(Verdict::ActiveContent);
    }
    add_pieces(opened, budget, pieces);
}

/// Formulas that load or run something when a spreadsheet opens the file (OWASP: CSV injection).
fn has_active_cell(csv: &str) -> bool {
    const ACTIVE: &[&str] = &[
        "hyperlink(",
        "webservice(",
        "importxml(",
        "importdata(",
        "dde(",
        "|'",
        "cmd|",
        "exec(",
        "call(",
        "rtd(",
    ];
    csv.split(['\n', ',', '\t', ';'])
        .map(|cell| cell.trim_start_matches(['"', '\'', ' ', '\r']))
        .filter(|cell| cell.starts_with(['=', '+', '-', '@']))
        .any(|cell| {
            let cell = cell.to_ascii_lowercase();
            ACTIVE.iter().any(|mark| cell.contains(mark))
        })
}

fn html(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    for reading in charset::readings(file.bytes, file.charset) {
        let html = Html::of(&reading.text);
        if html.asks_for_password {
            opened.say(Verdict::CredentialForm);
        }
        if html.smuggles {
            opened.say(Verdict::ActiveContent);
        }
        add_pieces(opened, budget, html.pieces);
        for (media_type, bytes) in html.embedded {
            let declared = media_type.split(';').next().unwrap_or_default().to_owned();
            member(opened, budget, "data:", Vec::new(), Some(declared), &bytes);
        }
    }
}

fn document(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    match opened.file_type.name() {
        "docx" | "docm" | "xlsx" | "xlsm" | "pptx" | "pptm" | "odt" | "ods" | "odp" | "epub"
            if !file.bytes.starts_with(b"\xD0\xCF") =>
        {
            package(file, opened, budget);
        }
        "rtf" => rich_text(file, opened, budget),
        "rpmsg" => opened.stop(Reason::Encrypted),
        "pdf" => portable(file, opened, budget),
        name if kind::is_encrypted_ole(file.bytes, name) => opened.stop(Reason::Encrypted),
        "doc" | "xls" | "ppt" | "ole" => old_office(file, opened, budget),
        _ => opened.state = State::Unopened,
    }
}

fn rich_text(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let (text, has_object) = rtf_text(file.bytes);
    add_pieces(opened, budget, vec![Piece::new(Place::Text, text)]);
    if !has_object {
        return;
    }
    opened.say(Verdict::EmbeddedObject);
    // Objects come in more forms than are known here.
    opened.state = State::Unopened;
    for object in rtf_objects(file.bytes) {
        if let Some((name, bytes)) = ole::embedded(&object) {
            member(opened, budget, &name, vec![name.clone()], None, &bytes);
        }
    }
}

/// Old Office formats are not read yet; what was typed into them is found all the same, and files
/// packed into them are opened.
fn old_office(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    opened.state = State::Unopened;
    let Some(streams) = ole::streams(file.bytes) else {
        opened.stop(Reason::Malformed);
        return;
    };
    for stream in streams {
        if let Some((name, bytes)) = ole::packaged(&stream) {
            opened.say(Verdict::EmbeddedObject);
            member(opened, budget, &name, vec![name.clone()], None, &bytes);
            continue;
        }
        if stream.name == "_VBA_PROJECT" {
            opened.say(Verdict::Macro);
        }
        let text = ole::strings(&stream.bytes);
        if !text.is_empty() {
            let piece = Piece::new(Place::Section(stream.name), text);
            add_pieces(opened, budget, vec![piece]);
        }
    }
}

/// A PDF is read where it is not locked, and stays unopened where a font hides its characters.
fn portable(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let has = |mark: &[u8]| memchr::memmem::find(file.bytes, mark).is_some();
    if has(b"/JavaScript") || has(b"/Launch") {
        opened.say(Verdict::ActiveContent);
    }
    if has(b"/Encrypt") {
        // Also with an owner's password only: opening those needs ciphers that are not here yet.
        opened.stop(Reason::Encrypted);
        return;
    }
    if memchr::memmem::rfind(file.bytes, b"%%EOF").is_none() {
        opened.stop(Reason::Malformed);
    }
    let pdf = pdf::read(file.bytes, budget.unpack_max(file.bytes.len()));
    if pdf.is_active {
        opened.say(Verdict::ActiveContent);
    }
    if pdf.is_bomb {
        opened.say(Verdict::Bomb);
        opened.stop(Reason::LimitReached);
    }
    if !pdf.is_whole && opened.state == State::Read {
        opened.state = State::Unopened;
    }
    let mut pieces = vec![Piece::new(Place::Properties, pdf.strings)];
    let pages = pdf.texts.into_iter();
    pieces.extend(pages.map(|text| Piece::new(Place::Text, text)));
    pieces.retain(|piece| !piece.text.trim().is_empty());
    add_pieces(opened, budget, pieces);
    for (name, bytes) in pdf.files {
        member(opened, budget, &name, vec![name.clone()], None, &bytes);
    }
    if Zip::is_behind(file.bytes) {
        archives::zip_members(file, opened, budget);
    }
}

fn package(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let zip = Zip::read(file.bytes);
    if zip.trouble.malformed {
        opened.stop(Reason::Malformed);
    }
    if zip.trouble.bomb {
        opened.say(Verdict::Bomb);
    }
    if matches!(opened.file_type.name(), "docm" | "xlsm" | "pptm") {
        opened.say(Verdict::Macro);
    }
    for embedded in office::read(&zip, opened, budget) {
        let names = vec![embedded.name.clone()];
        member(opened, budget, &embedded.name, names, None, &embedded.bytes);
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
    if !budget.can_go_deeper() || budget.take_bytes(file.bytes.len()).is_err() {
        opened.stop(Reason::LimitReached);
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
