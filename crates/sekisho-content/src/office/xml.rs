//! Text of document XML: paragraphs are lines, cells are parted by tabs, runs join.

use crate::markup::{Tag, Token, Tokens, decode};

/// Attributes in which documents keep words for people: names of sheets and shapes, alternative
/// texts, authors, prompts.
const SPOKEN: &[&str] = &[
    "name",
    "descr",
    "title",
    "author",
    "prompt",
    "prompttitle",
    "displayname",
    "alias",
    "string-value",
    // Text of XPS pages.
    "unicodestring",
];

/// The text in reading order, then the words in attributes, each on a line of its own.
pub(super) fn texts(xml: &str) -> Vec<String> {
    let mut shown = String::new();
    let mut asides = String::new();
    // Readings of ruby stand above the line (w:rt, text:ruby-text, rPh).
    let mut above = 0usize;
    for token in Tokens::of(xml) {
        match token {
            Token::Text(text) => {
                let text = decode(text);
                // Indentation of the file is no text.
                if above > 0 {
                    asides.push_str(&text);
                } else if !(text.contains('\n') && text.trim().is_empty()) {
                    shown.push_str(&text);
                }
            }
            Token::Verbatim(text) => shown.push_str(text),
            Token::Open(tag) => {
                let name = local(tag.name);
                if is_above(name) && !tag.is_closed {
                    above += 1;
                    asides.push('\n');
                }
                match name {
                    "br" | "cr" | "line-break" => shown.push('\n'),
                    "tab" => shown.push('\t'),
                    // ODF writes runs of blanks as an element.
                    "s" if tag.name.starts_with("text:") => shown.push(' '),
                    "noBreakHyphen" => shown.push('-'),
                    "table-cell" if tag.is_closed => shown.push('\t'),
                    _ => {}
                }
                spoken(&tag, &mut asides);
            }
            Token::Close(name) => {
                let name = local(name);
                if is_above(name) {
                    above = above.saturating_sub(1);
                }
                match name {
                    "tc" | "table-cell" | "c" => end_cell(&mut shown),
                    _ if ends_line(name) => end_line(&mut shown),
                    _ => {}
                }
            }
            Token::Comment(_) | Token::Declaration(_) => {}
        }
    }
    vec![shown, asides]
}

/// Words in attributes, each on a line of its own.
fn spoken(tag: &Tag<'_>, asides: &mut String) {
    for (attribute, value) in tag.attributes() {
        let attribute = local(attribute);
        if !SPOKEN
            .iter()
            .any(|known| known.eq_ignore_ascii_case(attribute))
        {
            continue;
        }
        let text = decode(value);
        if is_words(&text) {
            asides.push('\n');
            asides.push_str(&text);
            asides.push('\n');
        }
    }
}

fn is_above(name: &str) -> bool {
    matches!(name, "rt" | "ruby-text" | "rPh")
}

fn ends_line(name: &str) -> bool {
    matches!(
        name,
        "p" | "h"
            | "tr"
            | "table-row"
            | "si"
            | "row"
            | "text"
            | "comment"
            | "definedName"
            | "oddHeader"
            | "oddFooter"
            | "evenHeader"
            | "evenFooter"
            | "firstHeader"
            | "firstFooter"
            | "title"
            | "subject"
            | "creator"
            | "keywords"
            | "description"
            | "lastModifiedBy"
            | "category"
            | "Manager"
            | "Company"
            | "lpstr"
            | "lpwstr"
            | "v"
            | "instrText"
            | "li"
            | "div"
            | "h1"
            | "h2"
            | "h3"
            | "user-defined"
            | "f"
    )
}

/// A cell ends its last paragraph and begins no line.
fn end_cell(shown: &mut String) {
    while shown.ends_with('\n') {
        shown.pop();
    }
    shown.push('\t');
}

fn end_line(shown: &mut String) {
    if !shown.is_empty() && !shown.ends_with('\n') {
        shown.push('\n');
    }
}

/// Names of styles and parts are no words; what holds a letter outside ASCII or a digit may be.
fn is_words(text: &str) -> bool {
    text.chars()
        .any(|c| !c.is_ascii() || c.is_ascii_digit() || c == ' ')
}

/// `w:t` → `t`
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
