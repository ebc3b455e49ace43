//! What a content stream shows (ISO 32000-1 §9.4).

use super::font::Fonts;
use super::lexer::{Lexer, Object};

/// Operands kept for one operator.
const OPERANDS_MAX: usize = 1_000;

/// Room, in sizes of the font, that a reader sees as a blank. Widths are only estimated here.
const BLANK_ROOM: f64 = 0.7;

/// Whether a stream has text operators.
pub(super) fn is_content(data: &[u8]) -> bool {
    let has = |mark: &[u8]| memchr::memmem::find(data, mark).is_some();
    has(b"BT") && (has(b"Tj") || has(b"TJ") || has(b"'") || has(b"\""))
}

/// The text, and whether every font told its characters.
pub(super) fn text(data: &[u8], fonts: &Fonts) -> (String, bool) {
    let mut page = Page {
        fonts,
        out: String::new(),
        font: Vec::new(),
        is_whole: true,
        at: Place::default(),
        end: Place::default(),
        leading: 0.0,
    };
    let mut lexer = Lexer::new(data, 0, false);
    let mut operands: Vec<Object> = Vec::new();
    while let Some(object) = lexer.object() {
        match object {
            Object::Word(word) => {
                if word == b"ID" {
                    // An inline picture: on to its end.
                    let rest = data.get(lexer.at..).unwrap_or_default();
                    let length = memchr::memmem::find(rest, b"EI").unwrap_or(rest.len());
                    lexer.at += length;
                }
                page.operator(&word, &operands);
                operands.clear();
            }
            object if operands.len() < OPERANDS_MAX => operands.push(object),
            _ => {}
        }
    }
    (page.out, page.is_whole)
}

struct Page<'f> {
    fonts: &'f Fonts,
    out: String,
    font: Vec<u8>,
    is_whole: bool,
    at: Place,
    /// Where the text written last ended.
    end: Place,
    leading: f64,
}

/// A place on the page and the size of the font there, as far as text operators tell.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    x: f64,
    y: f64,
    size: f64,
    scale: f64,
    /// Since `BT` nothing has said where: the place is that of an outer matrix.
    is_known: bool,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            size: 1.0,
            scale: 1.0,
            is_known: false,
        }
    }
}

impl Page<'_> {
    fn operator(&mut self, word: &[u8], operands: &[Object]) {
        let number = |at: usize| match operands.get(at) {
            Some(Object::Number(number)) => *number,
            _ => 0.0,
        };
        match word {
            b"Tf" => {
                if let Some(Object::Name(name)) = operands.first() {
                    self.font.clone_from(name);
                }
                self.at.size = number(1).abs();
            }
            b"TL" => self.leading = number(0),
            b"Tj" => self.show(operands.first()),
            b"'" | b"\"" => {
                self.move_by(0.0, -self.leading);
                self.show(operands.last());
            }
            b"TJ" => self.show_array(operands.first()),
            b"T*" => self.move_by(0.0, -self.leading),
            b"TD" => {
                self.leading = -number(1);
                self.move_by(number(0), number(1));
            }
            b"Td" => self.move_by(number(0), number(1)),
            b"Tm" => {
                self.at.scale = number(0).abs().max(number(1).abs());
                self.at.x = number(4);
                self.at.y = number(5);
                self.at.is_known = true;
            }
            b"BT" => {
                let size = self.at.size;
                self.at = Place {
                    size,
                    ..Place::default()
                };
            }
            _ => {}
        }
    }

    fn move_by(&mut self, x: f64, y: f64) {
        self.at.x += x * self.at.scale;
        self.at.y += y * self.at.scale;
        self.at.is_known = true;
    }

    fn show(&mut self, object: Option<&Object>) {
        if let Some(Object::Text(bytes)) = object {
            self.part();
            let (text, known) = self.fonts.text(&self.font, bytes);
            self.is_whole &= known;
            self.at.x += width(&text) * self.at.size * self.at.scale;
            self.end = self.at;
            self.out.push_str(&text);
        }
    }

    /// A line break where the height changes, a blank where there is room for one.
    fn part(&mut self) {
        let size = (self.at.size * self.at.scale).abs().max(0.1);
        let same_line = self.at.is_known && (self.at.y - self.end.y).abs() < size / 2.0;
        if !same_line {
            if !self.out.is_empty() && !self.out.ends_with('\n') {
                self.out.push('\n');
            }
            return;
        }
        let room = self.at.x - self.end.x;
        if room > size * BLANK_ROOM || room < -size * 2.0 {
            self.out.push(' ');
        }
    }

    fn show_array(&mut self, object: Option<&Object>) {
        let Some(Object::Array(items)) = object else {
            return;
        };
        for item in items {
            match item {
                Object::Number(shift) => {
                    self.at.x -= shift / 1000.0 * self.at.size * self.at.scale;
                }
                item => self.show(Some(item)),
            }
        }
    }
}

/// About how wide a text is, in sizes of its font: Japanese characters are square.
fn width(text: &str) -> f64 {
    text.chars()
        .map(|c| if c.is_ascii() { 0.55 } else { 1.0 })
        .sum()
}
