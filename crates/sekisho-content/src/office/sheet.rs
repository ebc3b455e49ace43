//! Worksheets: rows as lines, cells parted by tabs, shared strings put in (ECMA-376 §18.3, §18.4).

use super::xml::local;
use crate::markup::{Tag, Token, Tokens, decode};

/// The strings that cells refer to by number; readings (`rPh`) are left out.
pub(super) fn shared_strings(xml: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut now = String::new();
    let mut reading = 0usize;
    for token in Tokens::of(xml) {
        match token {
            Token::Open(tag) => match local(tag.name) {
                "si" if tag.is_closed => strings.push(String::new()),
                "si" => now.clear(),
                "rPh" if !tag.is_closed => reading += 1,
                _ => {}
            },
            Token::Close(name) => match local(name) {
                "si" => strings.push(now.trim_matches('\n').to_owned()),
                "rPh" => reading = reading.saturating_sub(1),
                _ => {}
            },
            Token::Text(text) if reading == 0 => now.push_str(&decode(text)),
            Token::Verbatim(text) if reading == 0 => now.push_str(text),
            _ => {}
        }
    }
    strings
}

/// A sheet as lines of cells; headers, footers and formulas after it.
pub(super) fn sheet(xml: &str, shared: &[String]) -> String {
    let mut reader = Sheet {
        shared,
        out: String::new(),
        aside: String::new(),
        cell: String::new(),
        kind: String::new(),
        inside: Inside::Other,
    };
    for token in Tokens::of(xml) {
        reader.token(token);
    }
    if !reader.aside.is_empty() {
        reader.out.push_str("\n\n");
        reader.out.push_str(&reader.aside);
    }
    reader.out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Value,
    Formula,
    HeaderFooter,
    Other,
}

struct Sheet<'a> {
    shared: &'a [String],
    out: String,
    aside: String,
    cell: String,
    kind: String,
    inside: Inside,
}

impl Sheet<'_> {
    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Open(tag) => self.open(&tag),
            Token::Close(name) => self.close(local(name)),
            Token::Text(text) => self.text(&decode(text)),
            Token::Verbatim(text) => self.text(text),
            Token::Comment(_) | Token::Declaration(_) => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = local(tag.name);
        match name {
            "c" => {
                self.cell.clear();
                self.kind = tag.attribute("t").unwrap_or_default();
                if tag.is_closed {
                    self.out.push('\t');
                }
            }
            "row" if !self.out.is_empty() && !self.out.ends_with('\n') => self.out.push('\n'),
            _ => {}
        }
        self.inside = match name {
            _ if tag.is_closed => Inside::Other,
            "v" | "t" => Inside::Value,
            "f" | "formula" | "formula1" | "formula2" => Inside::Formula,
            _ if name.ends_with("Header") || name.ends_with("Footer") => Inside::HeaderFooter,
            _ => Inside::Other,
        };
        // Words beside cells stand in few elements, and a sheet has many cells.
        if matches!(name, "dataValidation" | "hyperlink") {
            self.attributes(tag);
        }
    }

    fn attributes(&mut self, tag: &Tag<'_>) {
        for attribute in [
            "prompt",
            "promptTitle",
            "error",
            "errorTitle",
            "tooltip",
            "display",
        ] {
            if let Some(text) = tag.attribute(attribute) {
                self.aside.push_str(&text);
                self.aside.push('\n');
            }
        }
    }

    fn close(&mut self, name: &str) {
        self.inside = Inside::Other;
        if name == "c" {
            let value = std::mem::take(&mut self.cell);
            let shown = self.shown(&value);
            self.out.push_str(&shown);
            self.out.push('\t');
        } else if name == "row" {
            self.out.push('\n');
        }
    }

    fn text(&mut self, text: &str) {
        match self.inside {
            Inside::Value => self.cell.push_str(text),
            Inside::Formula | Inside::HeaderFooter => {
                self.aside.push_str(text);
                self.aside.push('\n');
            }
            Inside::Other => {}
        }
    }

    /// What a cell shows for its stored value.
    fn shown(&self, value: &str) -> String {
        match self.kind.as_str() {
            "s" => {
                let at = value.trim().parse::<usize>().ok();
                at.and_then(|at| self.shared.get(at))
                    .cloned()
                    .unwrap_or_default()
            }
            "str" | "inlineStr" | "b" | "e" => value.to_owned(),
            _ => number(value),
        }
    }
}

/// `1.29027842014E+11` is stored for 129027842014.
fn number(value: &str) -> String {
    let scientific = value.contains(['e', 'E']);
    match value.trim().parse::<f64>() {
        Ok(number) if scientific && number.abs() < 1e15 && number.fract() == 0.0 => {
            format!("{number:.0}")
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{shared_strings, sheet};

    #[test]
    fn cells_show_their_values() {
        let shared = shared_strings(
            "<sst><si><t>個人番号</t><rPh><t>コジン</t></rPh></si><si><r><t>極</t></r><r><t>秘</t></r></si></sst>",
        );
        assert_eq!(shared, ["個人番号", "極秘"]);
        let text = sheet(
            "<sheetData><row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>\
             <row><c><v>1.29027842014E11</v></c></row></sheetData><oddHeader>社外秘</oddHeader>",
            &shared,
        );
        assert_eq!(text, "個人番号\t極秘\t\n129027842014\t\n\n\n社外秘\n");
    }
}
