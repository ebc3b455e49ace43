//! Documents: what they say, what they do when opened, and the files in them.

use super::{File, add_pieces, archives, member, read};
use crate::archive::Zip;
use crate::budget::Budget;
use crate::kind::{self, identify};
use crate::ole::{self, Stream};
use crate::opened::{Opened, Piece, Place, Reason, State};
use crate::text::{rtf, rtf_objects};
use crate::verdict::Verdict;
use crate::{locked, office, pdf, vba, xlm};

pub(super) fn document(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    match opened.file_type.name() {
        "docx" | "docm" | "xlsx" | "xlsm" | "xlsb" | "pptx" | "pptm" | "vsdx" | "vsdm" | "odt"
        | "ods" | "odp" | "odg" | "epub" | "xps"
            if !file.bytes.starts_with(b"\xD0\xCF") =>
        {
            package(file, opened, budget);
        }
        "rtf" => rich_text(file, opened, budget),
        "rpmsg" => opened.stop(Reason::Encrypted),
        "pdf" => portable(file, opened, budget),
        "activemime" => active_mime(file.bytes, opened, budget),
        "access" => access(file.bytes, opened, budget),
        "xls" if !file.bytes.starts_with(b"\xD0\xCF") => {
            opened.state = State::Unopened;
            workbook(file.bytes, opened, budget);
        }
        name if kind::is_encrypted_ole(file.bytes, name) => locked_office(file, opened, budget),
        "doc" | "xls" | "ppt" | "vba" | "visio" | "publisher" | "ole" => {
            old_office(file, opened, budget)
        }
        _ => opened.state = State::Unopened,
    }
}

fn rich_text(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let rtf = rtf(file.bytes);
    office::say_fields(&office::fields(&rtf.instructions), opened);
    if office::is_remote(&rtf.template) {
        opened.say(Verdict::ExternalLink);
    }
    let mut pieces = vec![Piece::new(Place::Text, rtf.text)];
    if !rtf.instructions.is_empty() {
        let instructions = rtf.instructions.replace(|c: char| c.is_control(), " ");
        pieces.push(Piece::new(Place::Hidden, instructions));
    }
    add_pieces(opened, budget, pieces);
    if !rtf.has_object {
        return;
    }
    opened.say(Verdict::EmbeddedObject);
    let objects = rtf_objects(file.bytes);
    if objects.is_empty() {
        opened.state = State::Unopened;
    }
    for object in objects {
        let Some((class, name, bytes)) = ole::embedded(&object) else {
            // Objects come in more forms than are known here.
            opened.state = State::Unopened;
            continue;
        };
        say_class(&class, &bytes, rtf.updates_objects, opened);
        member(opened, budget, &name, vec![name.clone()], None, &bytes);
    }
}

/// What the class of an object in OLE 1.0 says of it.
fn say_class(class: &str, bytes: &[u8], updates: bool, opened: &mut Opened) {
    let class = class.to_ascii_lowercase();
    if class.starts_with("package") {
        opened.say(Verdict::Dde);
    }
    // The equation editor is gone from Office because of what it ran (CVE-2017-11882).
    if class.starts_with("equation") && updates {
        opened.say(Verdict::ActiveContent);
    }
    if class.contains("ole2link") || ole::has_url_moniker(bytes) {
        opened.say(Verdict::ExternalLink);
        if updates {
            opened.say(Verdict::ActiveContent);
        }
    }
}

/// Old Office: the document's own streams, its macros, and files packed into it.
fn old_office(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    opened.state = State::Unopened;
    let Some(streams) = ole::streams(file.bytes) else {
        opened.stop(Reason::Malformed);
        salvage_macros(file.bytes, opened, budget);
        return;
    };
    if streams.is_empty() {
        opened.stop(Reason::Malformed);
    }
    if let Some(project) = vba::project(&streams) {
        let pieces = vba::judge(&project, opened);
        add_pieces(opened, budget, pieces);
        if opened.file_type.name() == "vba" {
            opened.state = State::Read;
            return;
        }
    }
    let mut known = true;
    for stream in &streams {
        known &= stream_of(stream, &streams, opened, budget);
    }
    if known && opened.state == State::Unopened && opened.file_type.name() == "ole" {
        opened.state = State::Read;
    }
}

/// Reads one stream; whether all that is in it is known.
fn stream_of(
    stream: &Stream,
    streams: &[Stream],
    opened: &mut Opened,
    budget: &mut Budget,
) -> bool {
    if let Some(packed) = ole::packaged(stream) {
        opened.say(Verdict::EmbeddedObject);
        if packed.is_package {
            opened.say(Verdict::Dde);
        }
        member(
            opened,
            budget,
            &packed.name,
            vec![packed.name.clone()],
            None,
            &packed.bytes,
        );
        return true;
    }
    match stream.name.as_str() {
        "WordDocument" => return word(stream, streams, opened, budget),
        "Workbook" | "Book" => return workbook(&stream.bytes, opened, budget),
        "PowerPoint Document" => return powerpoint(&stream.bytes, opened, budget),
        "Equation Native" => opened.say(Verdict::EmbeddedObject),
        // A linked object and its moniker ([MS-OLEDS] §2.3.3).
        "\u{1}Ole" if ole::has_url_moniker(&stream.bytes) => opened.say(Verdict::ExternalLink),
        _ => {}
    }
    if let Some(object) = packed_object(stream, budget.unpack_max(stream.bytes.len())) {
        opened.say(Verdict::EmbeddedObject);
        member(opened, budget, &stream.name, Vec::new(), None, &object);
        return true;
    }
    if stream.name.starts_with('\u{5}') {
        let text = ole::properties(&stream.bytes);
        add_pieces(opened, budget, vec![Piece::new(Place::Properties, text)]);
        return true;
    }
    // What OLE says of an object itself: class, pictures.
    if stream.name.starts_with(char::is_control) {
        return true;
    }
    // Tables of a document that was read hold its formatting, and code stands in its source.
    let is_apart = matches!(
        stream.name.as_str(),
        "0Table" | "1Table" | "Data" | "Pictures" | "Current User"
    ) || stream.storage.to_ascii_lowercase().contains("vba");
    if is_apart && opened.state == State::Read {
        return true;
    }
    let text = ole::strings(&stream.bytes);
    if !text.is_empty() {
        let place = Place::Section(stream.name.clone());
        add_pieces(opened, budget, vec![Piece::new(place, text)]);
    }
    stream.bytes.len() < 64
}

/// An OLE file in a stream, packed by zlib behind its size, as WordML of 2003 keeps objects.
fn packed_object(stream: &Stream, max: usize) -> Option<Vec<u8>> {
    let packed = [4, 8].iter().find_map(|at| {
        let packed = stream.bytes.get(*at..)?;
        matches!(packed.get(..2)?, [0x78, 0x01 | 0x5E | 0x9C | 0xDA]).then_some(packed)
    })?;
    let (object, _) = crate::archive::inflate(packed.get(2..)?, max);
    object.starts_with(b"\xD0\xCF\x11\xE0").then_some(object)
}

fn word(stream: &Stream, streams: &[Stream], opened: &mut Opened, budget: &mut Budget) -> bool {
    let Some(word) = ole::word(stream, streams) else {
        // What was typed is found all the same.
        let text = ole::strings(&stream.bytes);
        add_pieces(opened, budget, vec![Piece::new(Place::Text, text)]);
        return false;
    };
    let fields = office::fields(&word.marked);
    office::say_fields(&fields, opened);
    if word.has_word_basic {
        opened.say(Verdict::Macro);
        opened.say(Verdict::MacroAutoexec);
    }
    add_pieces(opened, budget, vec![Piece::new(Place::Text, word.text)]);
    opened.state = read_if_unopened(opened.state);
    true
}

fn workbook(bytes: &[u8], opened: &mut Opened, budget: &mut Budget) -> bool {
    let excel = ole::excel(bytes);
    if excel.macros.has_code {
        xlm::say(excel.macros, opened);
    }
    if excel.is_dde {
        opened.say(Verdict::Dde);
    }
    if excel.is_remote {
        opened.say(Verdict::ExternalLink);
    }
    let mut pieces: Vec<Piece> = excel
        .sheets
        .into_iter()
        .map(|text| Piece::new(Place::Text, text))
        .collect();
    if !excel.formulas.trim().is_empty() {
        pieces.push(Piece::new(Place::Hidden, excel.formulas));
    }
    if excel.is_whole {
        opened.state = read_if_unopened(opened.state);
    } else {
        pieces.push(Piece::new(Place::Text, ole::strings(bytes)));
    }
    add_pieces(opened, budget, pieces);
    excel.is_whole
}

fn powerpoint(bytes: &[u8], opened: &mut Opened, budget: &mut Budget) -> bool {
    let show = ole::powerpoint(bytes, budget.unpack_max(bytes.len()));
    if show.is_bomb {
        opened.say(Verdict::Bomb);
        opened.stop(Reason::LimitReached);
    }
    if show.starts_program {
        opened.say(Verdict::ActiveContent);
    }
    add_pieces(opened, budget, vec![Piece::new(Place::Text, show.text)]);
    for object in show.objects {
        member(opened, budget, "object", Vec::new(), None, &object);
    }
    if show.is_whole {
        opened.state = read_if_unopened(opened.state);
    }
    show.is_whole
}

fn read_if_unopened(state: State) -> State {
    match state {
        State::Unopened => State::Read,
        other => other,
    }
}

/// Macros of a file whose tables are broken; Office repairs what it opens.
fn salvage_macros(bytes: &[u8], opened: &mut Opened, budget: &mut Budget) {
    let mut project = vba::Project::default();
    project.take_sources(bytes);
    if !project.modules.is_empty() {
        let pieces = vba::judge(&project, opened);
        add_pieces(opened, budget, pieces);
    }
}

/// `.mso` and `editdata.mso`: an OLE file behind a heading, packed by zlib.
fn active_mime(bytes: &[u8], opened: &mut Opened, budget: &mut Budget) {
    // The offset stands at 0x1E, counted from 0x2E; in all that was seen it comes to 0x32.
    let head = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    let start = memchr::memmem::find_iter(head, b"\x78")
        .find(|at| *at > 8 && matches!(head.get(at + 1), Some(0x01 | 0x5E | 0x9C | 0xDA)));
    let Some(start) = start else {
        opened.stop(Reason::Malformed);
        return;
    };
    let packed = bytes.get(start + 2..).unwrap_or_default();
    let (inner, trouble) = crate::archive::inflate(packed, budget.unpack_max(packed.len()));
    match trouble {
        Some(crate::archive::Unpack::TooLarge) => {
            opened.say(Verdict::Bomb);
            opened.stop(Reason::LimitReached);
        }
        Some(crate::archive::Unpack::Broken) if inner.is_empty() => opened.stop(Reason::Malformed),
        _ => {}
    }
    member(opened, budget, "oledata", Vec::new(), None, &inner);
}

/// Databases of Access: macros by the marks that they leave; the tables are not read.
fn access(bytes: &[u8], opened: &mut Opened, budget: &mut Budget) {
    opened.state = State::Unopened;
    salvage_macros(bytes, opened, budget);
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(bytes, &wide).is_some()
    };
    if has("AutoExec") {
        opened.say(Verdict::Macro);
        opened.say(Verdict::MacroAutoexec);
    }
    let text = ole::strings(bytes);
    add_pieces(opened, budget, vec![Piece::new(Place::Text, text)]);
}

/// A locked document is opened with a password where one fits, and then read like any other.
fn locked_office(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let kind = opened.file_type.name();
    let Some(plain) = locked::office::open(file.bytes, kind, &mut budget.keys) else {
        opened.stop(Reason::Encrypted);
        return;
    };
    opened.unlock(&plain.password);
    if !budget.can_go_deeper() || budget.take_bytes(plain.bytes.len()).is_err() {
        opened.stop(Reason::LimitReached);
        return;
    }
    let name = file.names.first().map(String::as_str);
    opened.file_type = identify(&plain.bytes, name);
    budget.depth += 1;
    let inner = File {
        bytes: &plain.bytes,
        ..*file
    };
    read(&inner, opened, budget);
    budget.depth -= 1;
}

/// A PDF is read where it is not locked, and stays unopened where a font hides its characters.
fn portable(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let is_encrypted = memchr::memmem::find(file.bytes, b"/Encrypt").is_some();
    let lock = is_encrypted.then(|| pdf::lock(file.bytes)).flatten();
    let key = lock.and_then(|lock| lock.open(&mut budget.keys));
    let max = budget.unpack_max(file.bytes.len());
    let pdf = pdf::read(file.bytes, max, key.as_ref().map(|(_, key)| key));
    // Names are never encrypted: what a locked file does is visible all the same.
    say_actions(&pdf, opened);
    match key {
        Some((Some(password), _)) => opened.unlock(&password),
        // Only its owner's password is set: everyone can read it.
        Some((None, _)) => {}
        None if is_encrypted => {
            opened.stop(Reason::Encrypted);
            return;
        }
        None => {}
    }
    if memchr::memmem::rfind(file.bytes, b"%%EOF").is_none() {
        opened.stop(Reason::Malformed);
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
    pieces.extend(
        pdf.scripts
            .into_iter()
            .map(|text| Piece::new(Place::Hidden, text)),
    );
    pieces.retain(|piece| !piece.text.trim().is_empty());
    add_pieces(opened, budget, pieces);
    for (name, bytes) in pdf.files {
        member(opened, budget, &name, vec![name.clone()], None, &bytes);
    }
    if Zip::is_behind(file.bytes) {
        archives::zip_members(file, opened, budget);
    }
}

fn say_actions(pdf: &pdf::Pdf, opened: &mut Opened) {
    if pdf.actions.is_active {
        opened.say(Verdict::ActiveContent);
    }
    if pdf.actions.asks_for_password {
        opened.say(Verdict::CredentialForm);
    }
    if pdf.actions.loads {
        opened.say(Verdict::ExternalLink);
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
    for embedded in office::read(&zip, opened, budget) {
        let names = vec![embedded.name.clone()];
        member(opened, budget, &embedded.name, names, None, &embedded.bytes);
    }
}
