//! The text of RTF (Rich Text Format 1.9.1): control words away, escapes decoded.

use sekisho_mime::charset;

/// Groups open at once; Word stops at a few hundred.
const GROUPS_MAX: usize = 1_000;

/// Field codes kept of one file.
const INSTRUCTION_BYTES_MAX: usize = 1 << 20;

/// Destinations whose text is no text of the document.
const ASIDE: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "listtable",
    "listoverridetable",
    "pict",
    "objdata",
    "themedata",
    "datastore",
    "colorschememapping",
    "latentstyles",
    "rsidtbl",
    "generator",
];

/// What stands in an RTF file.
#[derive(Debug, Default)]
pub(crate) struct Rtf {
    pub(crate) text: String,
    /// Field codes between the marks of [`crate::office::fields`].
    pub(crate) instructions: String,
    /// `{\*\template …}`: what is loaded with the document.
    pub(crate) template: String,
    pub(crate) has_object: bool,
    /// Objects that are asked for anew when the file is opened.
    pub(crate) updates_objects: bool,
}

pub(crate) fn rtf(bytes: &[u8]) -> Rtf {
    let mut reader = Reader::default();
    reader.run(bytes);
    reader.flush();
    Rtf {
        text: reader.out,
        instructions: reader.instructions,
        template: reader.template,
        has_object: reader.has_object,
        updates_objects: reader.updates_objects,
    }
}

/// The text alone.
pub(crate) fn rtf_text(bytes: &[u8]) -> String {
    rtf(bytes).text
}

/// What becomes of the text in a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Shown,
    Aside,
    Instruction,
    Template,
}

#[derive(Clone, Copy)]
struct Group {
    used: Use,
    /// A field that ends with the group.
    is_field: bool,
    /// `\ucN`: how many fallback characters follow each `\u`.
    fallback: usize,
}

struct Reader {
    out: String,
    /// Bytes of the code page that wait for their neighbours.
    pending: Vec<u8>,
    units: Vec<u16>,
    groups: Vec<Group>,
    now: Group,
    skip: usize,
    code_page: u32,
    has_object: bool,
    updates_objects: bool,
    instructions: String,
    template: String,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            out: String::new(),
            pending: Vec::new(),
            units: Vec::new(),
            groups: Vec::new(),
            now: Group {
                used: Use::Shown,
                is_field: false,
                fallback: 1,
            },
            skip: 0,
            code_page: 932,
            has_object: false,
            updates_objects: false,
            instructions: String::new(),
            template: String::new(),
        }
    }
}

impl Reader {
    fn run(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((first, after)) = rest.split_first() {
            rest = match first {
                b'{' => {
                    if self.groups.len() < GROUPS_MAX {
                        self.groups.push(self.now);
                    }
                    self.now.is_field = false;
                    self.skip = 0;
                    after
                }
                b'}' => {
                    if self.now.is_field {
                        self.instruction(crate::office::END);
                    }
                    self.now = self.groups.pop().unwrap_or(self.now);
                    self.skip = 0;
                    after
                }
                b'\\' => self.control(after),
                b'\r' | b'\n' | 0 => after,
                byte => {
                    self.byte(*byte);
                    after
                }
            };
        }
    }

    fn control<'b>(&mut self, rest: &'b [u8]) -> &'b [u8] {
        let Some((first, after)) = rest.split_first() else {
            return rest;
        };
        match first {
            b'\'' => {
                let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
                if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    self.byte(byte);
                    return after.get(2..).unwrap_or_default();
                }
                after
            }
            b'*' => {
                if after.starts_with(b"\\") && !after.starts_with(b"\\shpinst") {
                    self.now.used = Use::Aside;
                }
                after
            }
            b'~' => {
                self.character('\u{A0}');
                after
            }
            b'-' | b'_' => {
                if *first == b'_' {
                    self.character('-');
                }
                after
            }
            b'\\' | b'{' | b'}' => {
                self.byte(*first);
                after
            }
            b'\r' | b'\n' => {
                self.character('\n');
                after
            }
            byte if byte.is_ascii_alphabetic() => self.word(rest),
            _ => after,
        }
    }

    fn word<'b>(&mut self, rest: &'b [u8]) -> &'b [u8] {
        let letters = rest
            .iter()
            .take(32)
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        let (name, mut rest) = rest.split_at(letters);
        let negative = rest.first() == Some(&b'-');
        let digits_from = usize::from(negative);
        let digits = rest
            .iter()
            .skip(digits_from)
            .take(10)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let number = (digits > 0)
            .then(|| rest.get(digits_from..digits_from + digits))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<i64>().ok())
            .map(|number| if negative { -number } else { number });
        if digits > 0 {
            rest = rest.get(digits_from + digits..).unwrap_or_default();
        }
        if rest.first() == Some(&b' ') {
            rest = rest.get(1..).unwrap_or_default();
        }
        self.obey(std::str::from_utf8(name).unwrap_or_default(), number);
        if name == b"bin" {
            let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            rest = rest.get(length..).unwrap_or_default();
        }
        rest
    }

    fn obey(&mut self, name: &str, number: Option<i64>) {
        match name {
            "u" => {
                self.flush_bytes();
                if self.now.used != Use::Aside {
                    // Written as a signed 16-bit number.
                    let unit = (number.unwrap_or(0) & 0xFFFF) as u16;
                    match self.now.used {
                        Use::Shown => self.units.push(unit),
                        _ => self.instruction(char::from_u32(u32::from(unit)).unwrap_or(' ')),
                    }
                }
                self.skip = self.now.fallback;
            }
            "uc" => self.now.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(8),
            "ansicpg" => self.code_page = u32::try_from(number.unwrap_or(0)).unwrap_or(0),
            "par" | "line" | "row" | "sect" | "page" | "pard" => self.character('\n'),
            "tab" | "cell" | "nestcell" => self.character('\t'),
            "emdash" | "endash" => self.character('–'),
            "object" => self.has_object = true,
            "objdata" => {
                self.has_object = true;
                self.now.used = Use::Aside;
            }
            "objupdate" | "objautlink" => self.updates_objects = true,
            "field" => {
                self.instruction(crate::office::BEGIN);
                self.now.is_field = true;
            }
            "fldinst" => self.now.used = Use::Instruction,
            "fldrslt" => {
                self.instruction(crate::office::SEPARATOR);
                self.now.used = Use::Shown;
            }
            "template" => self.now.used = Use::Template,
            _ if ASIDE.contains(&name) => self.now.used = Use::Aside,
            _ => {}
        }
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        match self.now.used {
            Use::Aside => {}
            // Codes and paths are ASCII where they matter.
            Use::Instruction => self.instruction(char::from(byte)),
            Use::Template => self.template.push(char::from(byte)),
            Use::Shown => {
                self.flush_units();
                self.pending.push(byte);
            }
        }
    }

    fn character(&mut self, c: char) {
        if self.now.used == Use::Instruction {
            self.instruction(c);
        } else if self.now.used == Use::Shown {
            self.flush();
            if !(c == '\n' && self.out.ends_with('\n')) {
                self.out.push(c);
            }
        }
    }

    fn instruction(&mut self, c: char) {
        if self.instructions.len() < INSTRUCTION_BYTES_MAX {
            self.instructions.push(c);
        }
    }

    fn flush(&mut self) {
        self.flush_bytes();
        self.flush_units();
    }

    fn flush_bytes(&mut self) {
        if !self.pending.is_empty() {
            let label = match self.code_page {
                0 | 932 => "shift_jis".to_owned(),
                65001 => "utf-8".to_owned(),
                // A file that says 1252 and holds Japanese bytes is judged by its bytes.
                1252 if self.pending.iter().any(|byte| *byte >= 0x80) => "shift_jis".to_owned(),
                page => format!("windows-{page}"),
            };
            let decoded = charset::decode(&self.pending, Some(&label));
            self.out.push_str(&decoded.text);
            self.pending.clear();
        }
    }

    fn flush_units(&mut self) {
        let units = self.units.drain(..);
        self.out
            .extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')));
    }
}
