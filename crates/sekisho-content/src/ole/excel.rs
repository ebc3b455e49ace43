//! Old workbooks ([MS-XLS] and BIFF before it): cells, links to other programs, macro sheets.

mod cells;
mod strings;

use super::is_automatic_name;
use crate::archive::u16_at;
use crate::vba::Suspicion;
use cells::Cells;

pub(crate) use cells::rk;

/// What a workbook holds.
#[derive(Debug, Default)]
pub(crate) struct Excel {
    /// Sheets, one text a sheet: rows as lines, cells parted by tabs.
    pub(crate) sheets: Vec<String>,
    /// Formulas of macro sheets.
    pub(crate) formulas: String,
    pub(crate) macros: Suspicion,
    pub(crate) is_dde: bool,
    pub(crate) is_remote: bool,
    /// The records could be walked to their end.
    pub(crate) is_whole: bool,
}

const FORMULA: [u16; 3] = [0x0006, 0x0206, 0x0406];
const BOF: [u16; 4] = [0x0809, 0x0409, 0x0209, 0x0009];
const EOF: u16 = 0x000A;
const NAME: [u16; 2] = [0x0018, 0x0218];
const EXTERNAL_NAME: [u16; 2] = [0x0023, 0x0223];
const EXTERNAL_SHEET: u16 = 0x0017;
const BOUND_SHEET: u16 = 0x0085;
const SUP_BOOK: u16 = 0x01AE;
const SHARED: u16 = 0x00FC;
const CONTINUE: u16 = 0x003C;
const HYPERLINK: u16 = 0x01B8;

/// A record: id and data.
struct Record<'a> {
    id: u16,
    data: &'a [u8],
}

/// Reads the stream `Workbook` or `Book`, or a file of Excel 4 that is one.
pub(crate) fn excel(bytes: &[u8]) -> Excel {
    let (records, is_whole) = records(bytes);
    let is_wide = records
        .first()
        .is_some_and(|record| u16_at(record.data, 0) == Some(0x0600));
    let mut reader = Reader {
        out: Excel {
            is_whole,
            ..Excel::default()
        },
        is_wide,
        in_macros: false,
        shared: shared_strings(&records),
        cells: Cells::default(),
    };
    for record in &records {
        reader.record(record);
    }
    reader.end_sheet();
    reader.out
}

/// Records up to the first that does not fit.
fn records(bytes: &[u8]) -> (Vec<Record<'_>>, bool) {
    let mut records = Vec::new();
    let mut at = 0;
    while let (Some(id), Some(length)) = (u16_at(bytes, at), u16_at(bytes, at + 2)) {
        let end = at + 4 + usize::from(length);
        let Some(data) = bytes.get(at + 4..end) else {
            return (records, false);
        };
        records.push(Record { id, data });
        at = end;
        // What fills the last sector.
        if id == 0 && length == 0 {
            break;
        }
    }
    let begins = records
        .first()
        .is_some_and(|record| BOF.contains(&record.id));
    (records, begins)
}

fn shared_strings(records: &[Record<'_>]) -> Vec<String> {
    let Some(at) = records.iter().position(|record| record.id == SHARED) else {
        return Vec::new();
    };
    let more = records
        .iter()
        .skip(at + 1)
        .take_while(|record| record.id == CONTINUE);
    let segments: Vec<&[u8]> = records
        .iter()
        .skip(at)
        .take(1)
        .chain(more)
        .map(|record| record.data)
        .collect();
    strings::shared(&segments)
}

struct Reader {
    out: Excel,
    /// BIFF8 has strings of its own kind.
    is_wide: bool,
    in_macros: bool,
    shared: Vec<String>,
    cells: Cells,
}

impl Reader {
    fn record(&mut self, record: &Record<'_>) {
        let data = record.data;
        match record.id {
            id if BOF.contains(&id) => {
                self.end_sheet();
                // 0x40 is a sheet of macros; a file of Excel 4 has only one sheet.
                self.in_macros = u16_at(data, 2) == Some(0x0040);
                self.out.macros.has_code |= self.in_macros;
            }
            EOF => self.end_sheet(),
            id if FORMULA.contains(&id) => {
                self.formula(data);
                self.cells.formula(data);
            }
            id if NAME.contains(&id) => self.name(data),
            SUP_BOOK => self.supporting(data),
            EXTERNAL_SHEET if !self.is_wide => self.external_sheet(data),
            id if EXTERNAL_NAME.contains(&id) => {
                // fOle or fOleLink without a supporting book of that kind: BIFF5 tells here.
                let flags = u16_at(data, 0).unwrap_or(0);
                self.out.is_remote |= flags & 0x0010 != 0 && flags & 0x0002 != 0;
            }
            BOUND_SHEET => {
                // Type 1: Excel 4.0 macros, whether the sheet is shown or not.
                self.out.macros.has_code |= data.get(5) == Some(&1);
                let name = strings::short(data.get(6..).unwrap_or_default(), self.is_wide);
                self.cells.line(&name.unwrap_or_default());
            }
            HYPERLINK | 0x01B6 | CONTINUE | 0x01BE | 0x100D | 0x089C | 0x001C => {
                self.cells.aside(&super::strings(data));
            }
            0x0014 | 0x0015 => {
                let text = strings::long(data, self.is_wide);
                self.cells.aside(&text.unwrap_or_default());
            }
            id => self.cells.record(id, data, self.is_wide, &self.shared),
        }
    }

    fn end_sheet(&mut self) {
        let text = std::mem::take(&mut self.cells).text();
        if !text.trim().is_empty() {
            self.out.sheets.push(text);
        }
    }

    /// Row, column, format, value of eight bytes, flags, four more, length, tokens.
    fn formula(&mut self, data: &[u8]) {
        if !self.in_macros {
            return;
        }
        let length = usize::from(u16_at(data, 20).unwrap_or(0));
        let tokens = data.get(22..).unwrap_or_default();
        let text = crate::xlm::functions(tokens.get(..length).unwrap_or(tokens), self.is_wide);
        self.out.macros.is_risky |= crate::xlm::is_risky(&text);
        self.out.formulas.push_str(&text);
        self.out.formulas.push('\n');
    }

    /// [MS-XLS] §2.4.150: a name of Excel's own is one character, a number.
    fn name(&mut self, data: &[u8]) {
        const AUTOMATIC: [u8; 4] = [0x01, 0x02, 0x0A, 0x0B];
        let flags = u16_at(data, 0).unwrap_or(0);
        let length = usize::from(data.get(3).copied().unwrap_or(0));
        let text = data.get(14..).unwrap_or_default();
        let text = match (self.is_wide, text.first()) {
            (true, Some(_)) => text.get(1..).unwrap_or_default(),
            _ => text,
        };
        let is_built_in = flags & 0x0020 != 0;
        if is_built_in {
            self.out.macros.starts_by_itself |=
                text.first().is_some_and(|code| AUTOMATIC.contains(code));
            return;
        }
        let narrow: Vec<u8> = text
            .iter()
            .copied()
            .filter(|byte| *byte != 0)
            .take(length)
            .collect();
        let name = String::from_utf8_lossy(&narrow).into_owned();
        self.out.macros.starts_by_itself |= is_automatic_name(&name);
        self.cells.aside(&name);
    }

    /// [MS-XLS] §2.4.271: the path holds service and topic of DDE, parted by U+0003.
    fn supporting(&mut self, data: &[u8]) {
        let count = u16_at(data, 2).unwrap_or(0);
        // 0x0401 is the book itself, 0x3A01 an add-in.
        if matches!(count, 0x0401 | 0x3A01) {
            return;
        }
        let path = strings::long(data.get(2..).unwrap_or_default(), true).unwrap_or_default();
        self.path(&path);
    }

    fn external_sheet(&mut self, data: &[u8]) {
        let path = strings::short(data, false).unwrap_or_default();
        self.path(&path);
    }

    fn path(&mut self, path: &str) {
        let mut characters = path.chars();
        let encoded = characters.next() == Some('\u{1}');
        let plain: String = if encoded {
            characters.collect()
        } else {
            path.to_owned()
        };
        if !encoded && path.contains('\u{3}') {
            self.out.is_dde = true;
        }
        // `\x01\x05` begins a URL, `\x01\x01@` a share (§2.5.277).
        self.out.is_remote |= plain.starts_with("\u{1}@")
            || crate::office::is_remote(
                plain
                    .trim_start_matches('\u{5}')
                    .get(1..)
                    .unwrap_or_default(),
            )
            || crate::office::is_remote(&plain);
        let shown: String = path
            .chars()
            .map(|c| if c.is_control() { '/' } else { c })
            .collect();
        self.cells.aside(&shown);
    }
}
