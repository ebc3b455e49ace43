//! Opening a file: what it is, what is to be said of it, what it holds.

use sekisho_mime::charset;

use crate::archive::{Unpack, Zip, gunzip, untar};
use crate::budget::Budget;
use crate::der::{Cms, cms};
use crate::kind::{self, Class, FileType, identify};
use crate::opened::{Member, Opened, Piece, Place, Reason, State};
use crate::text::{Html, rtf_text, text_pieces};
use crate::verdict::Verdict;
use crate::{eicar, message, name, office};

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
    judge_name(file, &mut opened);
    read(file, &mut opened, budget);
    judge_type(file, &mut opened);
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

fn judge_name(file: &File<'_>, opened: &mut Opened) {
    let suspicious = |name: &String| name::is_suspicious(name, kind::is_dangerous_extension);
    if file.names.iter().any(suspicious) {
        opened.say(Verdict::SuspiciousName);
    }
    let dangerous = file
        .names
        .iter()
        .any(|name| kind::is_dangerous_extension(&name::extension(name)));
    if dangerous || opened.file_type.class() == Class::Dangerous {
        opened.say(Verdict::DangerousType);
    }
    if eicar::is_eicar(file.bytes) {
        opened.say(Verdict::MalwareTest);
    }
}

/// Bytes against name and, where the name says nothing, against the declared type.
fn judge_type(file: &File<'_>, opened: &mut Opened) {
    let by_name = file
        .names
        .iter()
        .find_map(|name| kind::expected_of_extension(&name::extension(name)));
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
        Class::Message => mail(file, opened, budget),
        Class::Archive => archive(file, opened, budget),
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
        "jar" | "apk" | "msix" => zip_members(file, opened, budget),
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
        "rtf" => {
            let (text, has_object) = rtf_text(file.bytes);
            if has_object {
                opened.say(Verdict::EmbeddedObject);
                // What the object holds is not read.
                opened.state = State::Unopened;
            }
            add_pieces(opened, budget, vec![Piece::new(Place::Text, text)]);
        }
        "rpmsg" => opened.stop(Reason::Encrypted),
        "pdf" => pdf(file, opened, budget),
        name if kind::is_encrypted_ole(file.bytes, name) => opened.stop(Reason::Encrypted),
        _ => opened.state = State::Unopened,
    }
}

/// PDF is not read yet; what stands in the clear is said.
fn pdf(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let has = |mark: &[u8]| memchr::memmem::find(file.bytes, mark).is_some();
    opened.state = State::Unopened;
    if has(b"/Encrypt") {
        opened.stop(Reason::Encrypted);
    }
    if has(b"/JavaScript") || has(b"/JS") || has(b"/Launch") {
        opened.say(Verdict::ActiveContent);
    }
    if memchr::memmem::rfind(file.bytes, b"%%EOF").is_none() {
        opened.stop(Reason::Malformed);
    }
    if Zip::is_behind(file.bytes) {
        zip_members(file, opened, budget);
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
        zip_members(file, opened, budget);
    }
}

fn mail(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    match opened.file_type.name() {
        "eml" => one_mail(file.bytes, opened, budget),
        "emlx" => one_mail(message::emlx_mail(file.bytes), opened, budget),
        "mbox" => {
            for mail in message::mbox_mails(file.bytes) {
                one_mail(mail, opened, budget);
            }
        }
        "p7m" => match cms(file.bytes) {
            Some(Cms::Signed(text)) => {
                member(
                    opened,
                    budget,
                    "smime.p7m",
                    Vec::new(),
                    Some("message/rfc822".to_owned()),
                    &text,
                );
            }
            Some(Cms::Enveloped) => opened.stop(Reason::Encrypted),
            _ => opened.stop(Reason::Unsupported),
        },
        _ => opened.state = State::Unopened,
    }
}

fn one_mail(bytes: &[u8], opened: &mut Opened, budget: &mut Budget) {
    let mail = message::read(bytes);
    if mail.is_uninspectable {
        opened.stop(Reason::Malformed);
    }
    let header = Piece::new(Place::Section("header".to_owned()), mail.header);
    add_pieces(opened, budget, vec![header]);
    for leaf in mail.leaves {
        let name = leaf.names.first().unwrap_or(&leaf.path).clone();
        let file = File {
            bytes: &leaf.bytes,
            names: &leaf.names,
            declared: Some(&leaf.declared),
            charset: leaf.charset.as_deref(),
        };
        member_file(opened, budget, name, &file);
    }
}

fn archive(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    match opened.file_type.name() {
        "zip" => zip_members(file, opened, budget),
        "gzip" => {
            let max = budget.unpack_max(file.bytes.len());
            let (name, bytes, trouble) = gunzip(file.bytes, max);
            say_unpack(opened, trouble);
            let name = name.map(|name| charset::decode(&name, None).text);
            let name = name.or_else(|| inner_name(file)).unwrap_or_default();
            member(opened, budget, &name, vec![name.clone()], None, &bytes);
        }
        "tar" => {
            let (files, is_whole) = untar(file.bytes);
            if !is_whole {
                opened.stop(Reason::Malformed);
            }
            for file in files {
                let name = charset::decode(&file.name, None).text;
                member(opened, budget, &name, vec![name.clone()], None, file.bytes);
            }
        }
        _ => opened.stop(Reason::Unsupported),
    }
}

/// `a.csv.gz` → `a.csv`, `a.tgz` → `a.tar`
fn inner_name(file: &File<'_>) -> Option<String> {
    let name = file.names.first()?;
    let (stem, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "tgz" => format!("{stem}.tar"),
        _ => stem.to_owned(),
    })
}

fn zip_members(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let zip = Zip::read(file.bytes);
    if zip.trouble.malformed {
        opened.stop(Reason::Malformed);
    }
    if zip.trouble.bomb {
        opened.say(Verdict::Bomb);
        opened.stop(Reason::LimitReached);
    }
    for entry in &zip.entries {
        let names: Vec<String> = entry
            .names
            .iter()
            .flat_map(|name| charset::readings(name, entry.utf8.then_some("utf-8")))
            .map(|reading| reading.text)
            .collect();
        let name = names.first().cloned().unwrap_or_default();
        if name.ends_with('/') && zip.packed(entry).is_empty() {
            continue;
        }
        if entry.encrypted && !entry.lies {
            locked_member(opened, budget, name, names);
            continue;
        }
        let max = budget.unpack_max(zip.packed(entry).len());
        match zip.unpack(entry, max) {
            Some((bytes, trouble)) => {
                say_unpack(opened, trouble);
                member(opened, budget, &name, names, None, &bytes);
            }
            None => opened.stop(Reason::Unsupported),
        }
        if opened.verdicts.contains(&Verdict::Bomb) {
            break;
        }
    }
}

/// A locked member still shows its name.
fn locked_member(opened: &mut Opened, budget: &mut Budget, name: String, names: Vec<String>) {
    if budget.take_member().is_err() {
        opened.stop(Reason::LimitReached);
        opened.say(Verdict::Bomb);
        return;
    }
    let file = File {
        bytes: b"",
        names: &names,
        declared: None,
        charset: None,
    };
    let extension = name::extension(&name);
    let expected = kind::expected_of_extension(&extension);
    let mut inner = Opened::new(expected.unwrap_or_else(|| identify(b"\0", None)));
    judge_name(&file, &mut inner);
    inner.stop(Reason::Encrypted);
    inner.settle();
    opened.stop(Reason::Encrypted);
    opened.members.push(Member {
        name,
        names,
        declared: None,
        size: 0,
        opened: inner,
    });
}

fn say_unpack(opened: &mut Opened, trouble: Option<Unpack>) {
    match trouble {
        Some(Unpack::TooLarge) => {
            opened.say(Verdict::Bomb);
            opened.stop(Reason::LimitReached);
        }
        Some(Unpack::Broken) => opened.stop(Reason::Malformed),
        None => {}
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
