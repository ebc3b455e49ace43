//! HTML to what a person sees, and apart from it what they do not see.
//!
//! Block elements and `<br>` break lines, cells are parted by tabs, inline elements join. Hidden
//! elements, comments, attributes, scripts and readings of ruby go to a stream of their own, so that
//! they neither hide in nor break up what is shown.

mod active;
mod elements;
mod values;

use elements::{is_block, is_hidden, is_never_shown, is_void};
pub(crate) use values::percent_decoded_bytes;
use values::{css_text, percent_decoded, script_text};

use crate::limits::{DATA_URIS_MAX, ELEMENT_DEPTH_MAX, SRCDOC_DEPTH_MAX};
use crate::markup::{Tag, Token, Tokens, decode};
use crate::opened::{Piece, Place};
use crate::script;

/// What a document holds.
#[derive(Debug, Default)]
pub(crate) struct Html {
    pub(crate) pieces: Vec<Piece>,
    /// data: URIs: media type and bytes (RFC 2397).
    pub(crate) embedded: Vec<(String, Vec<u8>)>,
    /// A form asks for a password.
    pub(crate) asks_for_password: bool,
    /// It does more than show itself ([`crate::script`]).
    pub(crate) is_active: bool,
    /// Any script at all.
    pub(crate) has_script: bool,
    /// It sends its reader to another page.
    pub(crate) redirects: bool,
    /// Saved by Office with its macros (`edit-time-data` in an `.mso`).
    pub(crate) has_macros: bool,
}

/// The pieces of an HTML text.
pub fn html_pieces(text: &str) -> Vec<Piece> {
    Html::of(text).pieces
}

impl Html {
    pub(crate) fn of(text: &str) -> Self {
        let mut html = Self::default();
        read(text, 0, &mut html);
        html
    }
}

fn read(text: &str, depth: usize, out: &mut Html) {
    let mut reader = Reader {
        out,
        shown: String::new(),
        hidden: String::new(),
        open: Vec::new(),
        hiding: 0,
        preformatted: 0,
        nested: Vec::new(),
    };
    reader.run(text);
    let (shown, hidden, nested) = (reader.shown, reader.hidden, reader.nested);
    if !shown.trim().is_empty() {
        out.pieces.push(Piece::new(Place::Text, shown));
    }
    if !hidden.trim().is_empty() {
        out.pieces.push(Piece::new(Place::Hidden, hidden));
    }
    if depth < SRCDOC_DEPTH_MAX {
        for document in nested {
            read(&document, depth + 1, out);
        }
    }
}

struct Reader<'o> {
    out: &'o mut Html,
    shown: String,
    hidden: String,
    open: Vec<Element>,
    hiding: usize,
    preformatted: usize,
    nested: Vec<String>,
}

struct Element {
    name: String,
    hides: bool,
}

impl Reader<'_> {
    fn run(&mut self, text: &str) {
        let mut tokens = Tokens::of(text);
        while let Some(token) = tokens.next() {
            match token {
                Token::Text(text) => self.text(&decode(text)),
                Token::Verbatim(text) => self.text(text),
                Token::Comment(text) => self.aside(text),
                Token::Declaration(_) => {}
                Token::Close(name) => self.close(name),
                Token::Open(tag) => {
                    self.attributes(&tag);
                    if !self.raw_element(&tag, &mut tokens) {
                        self.open(&tag);
                    }
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.hiding > 0 {
            self.hidden.push_str(text);
        } else if self.preformatted > 0 {
            self.shown.push_str(text);
        } else {
            push_collapsed(&mut self.shown, text);
        }
    }

    /// Text that no reader sees, on a line of its own.
    fn aside(&mut self, text: &str) {
        if text.chars().any(|c| !c.is_whitespace()) {
            break_line(&mut self.hidden);
            self.hidden.push_str(text);
            break_line(&mut self.hidden);
        }
    }

    /// Elements whose content is no markup. Their text is kept: it may be what is to be hidden.
    fn raw_element(&mut self, tag: &Tag<'_>, tokens: &mut Tokens<'_>) -> bool {
        let name = tag.name.to_ascii_lowercase();
        if tag.is_closed
            || !matches!(
                name.as_str(),
                "script" | "style" | "title" | "textarea" | "xmp"
            )
        {
            return false;
        }
        let raw = tokens.raw_until(&name);
        match name.as_str() {
            "title" => self.aside(&decode(raw)),
            "textarea" | "xmp" => self.text(&decode(raw)),
            "style" => self.aside(&css_text(raw)),
            _ => {
                self.script(raw);
                self.aside(&script_text(raw));
            }
        }
        true
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name.to_ascii_lowercase();
        if name == "br" || name == "hr" {
            self.line(true);
        } else if is_block(&name) {
            self.line(false);
        }
        if is_void(&name) || tag.is_closed {
            return;
        }
        // <p> and list items end the one before without saying so; only counting matters here.
        if self.open.len() >= ELEMENT_DEPTH_MAX {
            return;
        }
        let hides = is_never_shown(&name) || is_hidden(tag);
        self.hiding += usize::from(hides);
        if hides {
            break_line(&mut self.hidden);
        }
        self.preformatted += usize::from(name == "pre");
        self.open.push(Element { name, hides });
    }

    fn close(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        if name == "br" {
            self.line(true);
        }
        if let Some(at) = self.open.iter().rposition(|element| element.name == name) {
            for element in self.open.drain(at..) {
                self.hiding = self.hiding.saturating_sub(usize::from(element.hides));
                let pre = usize::from(element.name == "pre");
                self.preformatted = self.preformatted.saturating_sub(pre);
            }
        }
        if matches!(name.as_str(), "td" | "th") {
            self.stream().push('\t');
        } else if is_block(&name) {
            self.line(false);
        }
    }

    /// A line break; `always` also on an empty line (`<br><br>` parts paragraphs).
    fn line(&mut self, always: bool) {
        let stream = self.stream();
        if always {
            stream.push('\n');
        } else {
            break_line(stream);
        }
    }

    fn stream(&mut self) -> &mut String {
        if self.hiding > 0 {
            &mut self.hidden
        } else {
            &mut self.shown
        }
    }

    fn script(&mut self, text: &str) {
        let found = script::script(text);
        self.out.has_script |= !text.trim().is_empty();
        self.out.is_active |= found.is_active;
        self.out.redirects |= found.redirects;
        let room = DATA_URIS_MAX.saturating_sub(self.out.embedded.len());
        let files = found.files.into_iter().take(room);
        self.out
            .embedded
            .extend(files.map(|file| (String::new(), file)));
        self.nested.extend(found.pages);
    }

    fn attributes(&mut self, tag: &Tag<'_>) {
        self.out.asks_for_password |= active::asks_for_password(tag);
        self.out.redirects |= active::refreshes(tag);
        self.out.is_active |= active::starts_something(tag);
        for (name, value) in tag.attributes() {
            if value.is_empty() {
                continue;
            }
            let value = decode(value);
            if value
                .get(..5)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
            {
                self.data_uri(&value);
                continue;
            }
            let name = name.to_ascii_lowercase();
            if let Some(script) = active::script_of(&name, &value) {
                self.script(script);
            }
            match name.as_str() {
                "srcdoc" => self.nested.push(value),
                "alt" | "title" | "value" | "placeholder" | "label" | "content" | "summary"
                | "aria-label" | "abbr" | "download" | "data-value" => self.aside(&value),
                "href" | "src" | "action" => self.aside(&percent_decoded(&value)),
                "style" if value.contains("content") => self.aside(&css_text(&value)),
                _ => {}
            }
        }
    }

    fn data_uri(&mut self, uri: &str) {
        if self.out.embedded.len() >= DATA_URIS_MAX {
            return;
        }
        let body = uri.get(5..).unwrap_or_default();
        let Some((head, data)) = body.split_once(',') else {
            return;
        };
        let bytes = percent_decoded_bytes(data);
        let (media_type, bytes) = match head.strip_suffix(";base64") {
            Some(media_type) => (media_type, crate::text::plain::base64_bytes(&bytes)),
            None => (head, bytes),
        };
        self.out.embedded.push((media_type.to_owned(), bytes));
    }
}

fn break_line(stream: &mut String) {
    if !stream.is_empty() && !stream.ends_with('\n') {
        stream.push('\n');
    }
}

/// Runs of blanks and line breaks of the source are one blank.
fn push_collapsed(stream: &mut String, text: &str) {
    let mut blank = stream.ends_with([' ', '\n']) || stream.is_empty();
    for c in text.chars() {
        if matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{0C}') {
            if !blank {
                stream.push(' ');
            }
            blank = true;
        } else {
            stream.push(c);
            blank = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Html, html_pieces};
    use crate::opened::Place;

    fn shown(html: &str) -> String {
        let pieces = html_pieces(html);
        let shown = pieces.iter().find(|piece| piece.place == Place::Text);
        shown
            .map(|piece| piece.text.trim().to_owned())
            .unwrap_or_default()
    }

    #[test]
    fn inline_joins_and_blocks_break() {
        assert_eq!(shown("極<b>秘</b><span>資</span>料"), "極秘資料");
        assert_eq!(shown("<div>極</div><div>秘</div>"), "極\n秘");
        assert_eq!(shown("<td>社</td><td>外</td>"), "社\t外");
        assert_eq!(shown("a\r\n   b"), "a b");
        assert_eq!(shown("a<br><br>b"), "a\n\nb");
        assert_eq!(shown("極<!-- x -->秘"), "極秘");
    }

    #[test]
    fn hidden_text_is_apart() {
        let html = "極<span style=\"display : none\">zq</span>秘<ruby>取<rt>と</rt>扱</ruby>";
        assert_eq!(shown(html), "極秘取扱");
        let hidden = "<p style='font-size:0px'>社外秘</p><img alt=\"部外秘\">";
        let pieces = html_pieces(hidden);
        assert_eq!(pieces.len(), 1);
        assert!(pieces[0].text.contains("社外秘") && pieces[0].text.contains("部外秘"));
    }

    #[test]
    fn embedded_documents_are_offered() {
        let html = Html::of("<a href=\"data:text/plain;base64,5qW156eY\">x</a>");
        assert_eq!(
            html.embedded,
            [("text/plain".to_owned(), "極秘".as_bytes().to_vec())]
        );
        let html = Html::of("<iframe srcdoc=\"&lt;p&gt;極秘&lt;/p&gt;\"></iframe>");
        assert_eq!(html.pieces[0].text.trim(), "極秘");
    }
}
