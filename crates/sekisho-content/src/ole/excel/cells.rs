//! Cells of one sheet, put together to lines.

use super::strings;
use crate::archive::{u16_at, u32_at};

#[derive(Debug, Default)]
pub(super) struct Cells {
    text: String,
    aside: String,
    row: Option<u16>,
}

/// Texts beside cells that are kept of one sheet.
const ASIDE_BYTES_MAX: usize = 4 << 20;

impl Cells {
    pub(super) fn text(self) -> String {
        let mut text = self.text;
        if !self.aside.trim().is_empty() {
            text.push_str("\n\n");
            text.push_str(&self.aside);
        }
        text
    }

    pub(super) fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    pub(super) fn aside(&mut self, text: &str) {
        if !text.trim().is_empty() && self.aside.len() < ASIDE_BYTES_MAX {
            self.aside.push_str(text);
            self.aside.push('\n');
        }
    }

    /// A record with a cell's value; others are let go.
    pub(super) fn record(&mut self, id: u16, data: &[u8], is_wide: bool, shared: &[String]) {
        let row = u16_at(data, 0);
        match id {
            // LABELSST
            0x00FD => {
                let at = u32_at(data, 6).unwrap_or(u32::MAX) as usize;
                let text = shared.get(at).map(String::as_str).unwrap_or_default();
                self.cell(row, text);
            }
            // LABEL, RSTRING
            0x0204 | 0x00D6 | 0x0004 => {
                let length = usize::from(u16_at(data, 6).unwrap_or(0));
                let text = strings::counted(length, data.get(8..).unwrap_or_default(), is_wide);
                self.cell(row, &text.unwrap_or_default());
            }
            // STRING: what the formula before it gave
            0x0207 | 0x0007 => {
                let text = strings::long(data, is_wide);
                self.text.push_str(&text.unwrap_or_default());
                self.text.push('\t');
            }
            // NUMBER
            0x0203 | 0x0003 => self.number(row, data.get(6..14)),
            // RK, and many of them
            0x027E => {
                if let Some(number) = u32_at(data, 6) {
                    self.cell(row, &rk(number).to_string());
                }
            }
            0x00BD => {
                let cells = data
                    .get(4..data.len().saturating_sub(2))
                    .unwrap_or_default();
                for cell in cells.chunks_exact(6) {
                    if let Some(number) = u32_at(cell, 2) {
                        self.cell(row, &rk(number).to_string());
                    }
                }
            }
            _ => {}
        }
    }

    /// The value that a formula gave, where it is a number.
    pub(super) fn formula(&mut self, data: &[u8]) {
        // 0xFFFF in the last two bytes: no number (§2.5.133).
        if u16_at(data, 12) != Some(0xFFFF) {
            self.number(u16_at(data, 0), data.get(6..14));
        } else {
            self.cell_start(u16_at(data, 0));
        }
    }

    fn number(&mut self, row: Option<u16>, eight: Option<&[u8]>) {
        let number = eight
            .and_then(|eight| eight.try_into().ok())
            .map(f64::from_le_bytes);
        if let Some(number) = number {
            self.cell(row, &number.to_string());
        }
    }

    fn cell_start(&mut self, row: Option<u16>) {
        if self.row != row && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.row = row;
    }

    fn cell(&mut self, row: Option<u16>, text: &str) {
        self.cell_start(row);
        self.text.push_str(text);
        self.text.push('\t');
    }
}

/// A number in four bytes (§2.5.217): the upper part of a double or an integer, perhaps times 100.
pub(crate) fn rk(packed: u32) -> f64 {
    let value = if packed & 2 != 0 {
        f64::from((packed as i32) >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 {
        value / 100.0
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::rk;

    #[test]
    fn packed_numbers() {
        assert_eq!(rk(0x3FF0_0000), 1.0);
        assert_eq!(rk((1234 << 2) | 3), 12.34);
        assert_eq!(rk(((-5i32 << 2) | 2) as u32), -5.0);
    }
}
