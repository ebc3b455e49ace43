//! Text of documents that are zips of XML: Office Open XML (ECMA-376) and OpenDocument.
//!
//! Nothing of a document is taken on trust: text is taken from every XML member, so that a header, a
//! comment, a hidden sheet, a tracked deletion or a speaker note is read like the body.

mod active;
mod binary;
mod field;
mod flat;
mod relation;
mod sheet;
mod xml;

pub(crate) use active::{is_dde_formula, say_fields};
pub(crate) use field::{BEGIN, END, SEPARATOR, fields};
pub(crate) use flat::{is_office as is_flat, look as look_flat};
pub(crate) use relation::{is_remote, is_starting};

use crate::archive::{Content, Entry, Unpack, Zip};
use crate::budget::Budget;
use crate::opened::{Opened, Piece, Place, Reason};
use crate::vba::Suspicion;
use crate::verdict::Verdict;

/// Members that are opened as files of their own.
pub(crate) struct Embedded {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Fills in the text of a package; returns the files in it.
pub(crate) fn read(zip: &Zip<'_>, opened: &mut Opened, budget: &mut Budget) -> Vec<Embedded> {
    let mut package = Package {
        opened,
        budget,
        shared: Vec::new(),
        macro_sheets: Suspicion::default(),
        embedded: Vec::new(),
    };
    for entry in &zip.entries {
        let name = name_of(entry);
        if name.ends_with("sharedStrings.xml") {
            let text = package.text_of(zip, entry);
            package.shared = text
                .map(|text| sheet::shared_strings(&text))
                .unwrap_or_default();
        } else if name.ends_with("sharedStrings.bin") {
            let bytes = package.bytes_of(zip, entry);
            package.shared = bytes
                .map(|bytes| binary::read(&bytes, &[]).strings)
                .unwrap_or_default();
        }
    }
    for entry in &zip.entries {
        if !package.member(zip, entry) {
            break;
        }
    }
    let Package {
        opened,
        macro_sheets,
        embedded,
        ..
    } = package;
    // A name that starts a macro means nothing where there is no sheet of macros.
    if macro_sheets.has_code {
        crate::xlm::say(macro_sheets, opened);
    }
    embedded
}

fn name_of(entry: &Entry) -> String {
    let name = entry.names.first().map(Vec::as_slice).unwrap_or_default();
    String::from_utf8_lossy(name).replace('\\', "/")
}

struct Package<'a> {
    opened: &'a mut Opened,
    budget: &'a mut Budget,
    shared: Vec<String>,
    macro_sheets: Suspicion,
    embedded: Vec<Embedded>,
}

impl Package<'_> {
    /// Whether to go on.
    fn member(&mut self, zip: &Zip<'_>, entry: &Entry) -> bool {
        if self.budget.take_member().is_err() {
            self.opened.stop(Reason::LimitReached);
            self.opened.say(Verdict::Bomb);
            return false;
        }
        let name = name_of(entry);
        let lower = name.to_ascii_lowercase();
        if lower.ends_with('/') || lower == "mimetype" {
            return true;
        }
        let markup = [".xml", ".rels", ".vml", ".xhtml", ".html", ".htm", ".fpage"];
        if markup.iter().any(|end| lower.ends_with(end)) {
            if let Some(text) = self.text_of(zip, entry) {
                self.markup(&name, &text);
            }
        } else if lower.starts_with("xl/")
            && lower.ends_with(".bin")
            && !lower.contains("embeddings/")
            && !lower.ends_with("vbaproject.bin")
            && !is_plain_picture(&lower)
            && !lower.contains("activex")
        {
            if let Some(bytes) = self.bytes_of(zip, entry) {
                self.binary_part(&lower, &bytes);
            }
        } else if !is_plain_picture(&lower)
            && let Some(bytes) = self.bytes_of(zip, entry)
        {
            if lower.contains("oleobject") {
                self.opened.say(Verdict::EmbeddedObject);
            }
            // Macros that cannot be read are macros.
            if lower.ends_with("vbaproject.bin")
                && crate::kind::identify(&bytes, None).name() != "vba"
            {
                self.opened.say(Verdict::Macro);
            }
            self.embedded.push(Embedded { name, bytes });
        }
        true
    }

    fn bytes_of(&mut self, zip: &Zip<'_>, entry: &Entry) -> Option<Vec<u8>> {
        let (bytes, trouble) = match zip.content(entry, self.budget) {
            Content::Bytes(bytes, password, trouble) => {
                if let Some(password) = password {
                    self.opened.unlock(&password);
                }
                (bytes, trouble)
            }
            Content::Locked => {
                self.opened.stop(Reason::Encrypted);
                return None;
            }
            Content::UnknownMethod => {
                self.opened.stop(Reason::Unsupported);
                return None;
            }
        };
        match trouble {
            Some(Unpack::TooLarge | Unpack::Dictionary) => {
                self.opened.stop(Reason::LimitReached);
                self.opened.say(Verdict::Bomb);
            }
            Some(Unpack::Broken) => self.opened.stop(Reason::Malformed),
            None => {}
        }
        if self.budget.take_bytes(bytes.len()).is_err() {
            self.opened.stop(Reason::LimitReached);
            return None;
        }
        Some(bytes)
    }

    fn text_of(&mut self, zip: &Zip<'_>, entry: &Entry) -> Option<String> {
        let bytes = self.bytes_of(zip, entry)?;
        Some(sekisho_mime::charset::decode(&bytes, Some("utf-8")).text)
    }

    fn markup(&mut self, name: &str, text: &str) {
        // No entity is ever expanded; a package that declares some is made to hurt those who do.
        if text.contains("<!ENTITY") {
            self.opened.say(Verdict::Bomb);
            self.opened.stop(Reason::LimitReached);
        }
        if name.ends_with(".rels") {
            if relation::has_external_load(text) {
                self.opened.say(Verdict::ExternalLink);
            }
            return;
        }
        active::look(text, self.opened);
        if name.starts_with("Basic/") && text.contains("script:module") {
            self.basic(text);
        }
        if name.contains("macrosheets/") || name.contains("macroSheets/") {
            self.macro_sheets.join(crate::xlm::formulas(text));
        } else if name.ends_with("workbook.xml") {
            self.macro_sheets.starts_by_itself |= crate::xlm::has_automatic_name(text);
        }
        let pieces = if is_sheet(name) {
            vec![sheet::sheet(text, &self.shared)]
        } else if name.ends_with("sharedStrings.xml") {
            // Cells show these; but a string that no cell shows is content, too.
            vec![self.shared.join("\n\n")]
        } else {
            xml::texts(text)
        };
        let place = if name.starts_with("docProps") || name == "meta.xml" {
            Place::Properties
        } else {
            Place::Section(section(name))
        };
        self.add(&place, pieces);
    }

    /// A module of OpenOffice's Basic (`Basic/Standard/Module1.xml`).
    fn basic(&mut self, text: &str) {
        let source = xml::texts(text).join("\n");
        crate::vba::say(
            crate::vba::suspicion(&crate::vba::revealed(&source)),
            self.opened,
        );
    }

    /// A part of .xlsb.
    fn binary_part(&mut self, name: &str, bytes: &[u8]) {
        let part = binary::read(bytes, &self.shared);
        if part.is_dde {
            self.opened.say(Verdict::Dde);
        }
        if part.is_ole_link {
            self.opened.say(Verdict::ExternalLink);
        }
        self.macro_sheets.starts_by_itself |= part.starts_by_itself;
        let mut texts = vec![part.text];
        if name.contains("macrosheets/") {
            self.macro_sheets.has_code = true;
            texts.push(crate::ole::strings(bytes));
        }
        if name.ends_with("sharedstrings.bin") {
            texts.push(self.shared.join("\n\n"));
        }
        if name.contains("comments")
            || name.contains("externallink")
            || name.ends_with("workbook.bin")
        {
            texts.push(crate::ole::strings(bytes));
        }
        self.add(&Place::Section(section(name)), texts);
    }

    fn add(&mut self, place: &Place, texts: Vec<String>) {
        for text in texts.into_iter().filter(|text| !text.trim().is_empty()) {
            if self.budget.take_text(text.len()).is_err() {
                self.opened.stop(Reason::LimitReached);
                return;
            }
            self.opened.pieces.push(Piece::new(place.clone(), text));
        }
    }
}

fn is_sheet(name: &str) -> bool {
    name.starts_with("xl/worksheets/") && name.ends_with(".xml")
}

/// Pictures that a package shows; they hold no text that can be read here.
fn is_plain_picture(lower: &str) -> bool {
    let pictures = [
        ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".tiff", ".tif", ".bmp",
    ];
    lower.contains("media/") && pictures.iter().any(|end| lower.ends_with(end))
        || lower.starts_with("thumbnails/")
        || lower == "docprops/thumbnail.jpeg"
        || lower.contains("printersettings")
        || lower.ends_with(".odttf")
        || lower.starts_with("configurations2/")
}

/// `xl/worksheets/sheet1.xml` → `sheet1`
fn section(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    stem.to_owned()
}
