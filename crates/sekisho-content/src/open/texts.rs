//! Texts, pages and scripts: what they say, and what they do when opened.

use sekisho_mime::charset;

use super::{File, add_pieces, member};
use crate::budget::Budget;
use crate::opened::{Opened, Piece, Place, Reason};
use crate::text::{Html, text_pieces};
use crate::verdict::Verdict;
use crate::{office, script, shortcut, xlm};

pub(super) fn texts(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let kind = opened.file_type.name();
    if kind == "xml" {
        let reading = charset::decode(file.bytes, file.charset.or(xml_charset(file.bytes)));
        if office::is_flat(&reading.text) {
            flat(&reading.text, opened, budget);
            return;
        }
        if has_active_xml(&reading.text) {
            opened.say(Verdict::ActiveContent);
        }
    }
    let pieces = text_pieces(file.bytes, kind, file.charset);
    let has_message = |piece: &Piece| piece.text.contains("-----BEGIN PGP MESSAGE-----");
    if pieces.iter().any(has_message) {
        opened.stop(Reason::Encrypted);
    }
    for piece in &pieces {
        match kind {
            "csv" => cells(&piece.text, opened),
            "ics" | "vcf" => card(&piece.text, opened, budget),
            "js" | "wsf" | "vbs" => {
                for page in script::script(&piece.text).pages {
                    opened.pieces.push(Piece::new(Place::Hidden, page));
                }
            }
            _ => {}
        }
    }
    add_pieces(opened, budget, pieces);
}

/// What an XML file says of its charset, where no byte order mark does.
fn xml_charset(bytes: &[u8]) -> Option<&str> {
    let head = bytes.get(..bytes.len().min(200))?;
    let head = std::str::from_utf8(head).ok()?;
    let (_, after) = head.split_once("encoding=")?;
    let quote = after.chars().next()?;
    after.get(1..)?.split(quote).next()
}

/// A document of Office in one XML file.
fn flat(text: &str, opened: &mut Opened, budget: &mut Budget) {
    let (texts, embedded) = office::look_flat(text, opened);
    let pieces = texts
        .into_iter()
        .map(|text| Piece::new(Place::Text, text))
        .collect();
    add_pieces(opened, budget, pieces);
    for file in embedded {
        if file.name.to_ascii_lowercase().contains("oleobject") {
            opened.say(Verdict::EmbeddedObject);
        }
        member(
            opened,
            budget,
            &file.name,
            vec![file.name.clone()],
            None,
            &file.bytes,
        );
    }
}

/// XML that a browser runs: scripts of XHTML and SVG, and style sheets with code.
fn has_active_xml(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "<script",
        ":script",
        "javascript:",
        "<?xml-stylesheet type=\"text/xsl\" href=\"data:",
        "msxsl:script",
    ]
    .iter()
    .any(|mark| memchr::memmem::find(lower.as_bytes(), mark.as_bytes()).is_some())
}

/// Formulas that load or run something when a spreadsheet opens the file (OWASP: CSV injection).
fn cells(csv: &str, opened: &mut Opened) {
    const ACTIVE: &[&str] = &[
        "hyperlink(",
        "webservice(",
        "importxml(",
        "importdata(",
        "importhtml(",
        "importfeed(",
        "importrange(",
        "image(",
        "exec(",
        "call(",
        "register(",
        "rtd(",
        "filterxml(",
        "cmd|",
    ];
    for cell in csv.split(['\n', ',', '\t', ';']) {
        let cell = cell.trim_start_matches(['"', '\'', ' ', '\r']);
        if !cell.starts_with(['=', '+', '-', '@']) {
            continue;
        }
        if office::is_dde_formula(cell) {
            opened.say(Verdict::Dde);
            opened.say(Verdict::ActiveContent);
        }
        let lower = cell.to_ascii_lowercase();
        if ACTIVE.iter().any(|mark| lower.contains(mark)) {
            opened.say(Verdict::ActiveContent);
        }
    }
}

/// Calendars and cards: files in them, programs that an alarm starts, pages from elsewhere.
fn card(text: &str, opened: &mut Opened, budget: &mut Budget) {
    let mut files = Vec::new();
    for line in text.lines() {
        let Some((head, value)) = line.split_once(':') else {
            continue;
        };
        let head = head.to_ascii_uppercase();
        let name = head.split(';').next().unwrap_or_default();
        match name {
            "ACTION" if value.trim().eq_ignore_ascii_case("PROCEDURE") => {
                opened.say(Verdict::ActiveContent)
            }
            "ATTACH" | "PHOTO" | "LOGO" | "SOUND" | "KEY" => {
                if head.contains("ENCODING=B") {
                    files.push(crate::text::base64_bytes(value.as_bytes()));
                } else if value.starts_with("file:") || value.starts_with("\\\\") {
                    opened.say(Verdict::ExternalLink);
                }
            }
            "URL" | "X-ALT-DESC" | "LOCATION" if office::is_starting(value) => {
                opened.say(Verdict::ActiveContent)
            }
            _ => {}
        }
    }
    for bytes in files {
        member(opened, budget, "attach", Vec::new(), None, &bytes);
    }
}

/// SYLK, a sheet as text that Excel opens with its macros.
pub(super) fn sylk(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let text = charset::decode(file.bytes, file.charset).text;
    let sheet = xlm::sylk(&text);
    if sheet.suspicion.has_code {
        xlm::say(sheet.suspicion, opened);
    }
    if sheet
        .formulas
        .iter()
        .any(|formula| office::is_dde_formula(formula))
    {
        opened.say(Verdict::Dde);
    }
    let mut pieces = vec![Piece::new(Place::Text, sheet.text)];
    pieces.extend(text_pieces(file.bytes, "txt", file.charset));
    add_pieces(opened, budget, pieces);
}

/// Shown text below which a page that sends its reader on is nothing but that.
const PAGE_CHARS_MIN: usize = 400;

pub(super) fn html(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    for reading in charset::readings(file.bytes, file.charset) {
        let html = Html::of(&reading.text);
        if html.asks_for_password {
            opened.say(Verdict::CredentialForm);
        }
        // A picture has no business with scripts.
        let in_picture = html.has_script && opened.file_type.name() == "svg";
        let shown: usize = html
            .pieces
            .iter()
            .filter(|piece| piece.place == Place::Text)
            .map(|piece| piece.text.chars().count())
            .sum();
        let sends_on = html.redirects && shown < PAGE_CHARS_MIN;
        if html.is_active || in_picture || sends_on {
            opened.say(Verdict::ActiveContent);
        }
        if html.has_macros {
            opened.say(Verdict::Macro);
        }
        add_pieces(opened, budget, html.pieces);
        for (media_type, bytes) in html.embedded {
            let declared = media_type.split(';').next().unwrap_or_default().to_owned();
            let declared = Some(declared).filter(|declared| !declared.is_empty());
            member(opened, budget, "data:", Vec::new(), declared, &bytes);
        }
    }
}

/// What a shortcut starts.
pub(super) fn link(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    match shortcut::texts(file.bytes) {
        Some(texts) => {
            let pieces = texts
                .into_iter()
                .map(|text| Piece::new(Place::Text, text))
                .collect();
            add_pieces(opened, budget, pieces);
        }
        None => opened.stop(Reason::Malformed),
    }
}

/// The files pasted into a OneNote section. Its own text is found, not read.
pub(super) fn section(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    opened.state = crate::opened::State::Unopened;
    for (names, bytes) in crate::onenote::files(file.bytes) {
        let name = names.first().cloned().unwrap_or_default();
        opened.say(Verdict::EmbeddedObject);
        member(opened, budget, &name, names, None, bytes);
    }
    let text = crate::ole::strings(file.bytes);
    add_pieces(opened, budget, vec![Piece::new(Place::Text, text)]);
}
