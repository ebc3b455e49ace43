//! `compress` (.Z): LZW with codes of 9 to 16 bits.

use super::Unpacked;
use crate::archive::Unpack;

/// The code that empties the table in block mode.
const CLEAR: usize = 256;

/// Bits of a code at most.
const BITS_MAX: u32 = 16;

/// A .Z file.
pub(crate) fn uncompress(packed: &[u8], max: usize) -> Unpacked {
    let Some(flags) = packed.get(2).copied() else {
        return (Vec::new(), Some(Unpack::Broken));
    };
    let bits = u32::from(flags & 0x1F);
    if !(9..=BITS_MAX).contains(&bits) {
        return (Vec::new(), Some(Unpack::Broken));
    }
    let mut decoder = Decoder {
        codes: Codes {
            bytes: packed.get(3..).unwrap_or_default(),
            at: 0,
            from: 0,
            width: 9,
        },
        is_block: flags & 0x80 != 0,
        bits,
        table: Vec::new(),
        out: Vec::new(),
    };
    let trouble = decoder.run(max);
    (decoder.out, trouble)
}

/// Codes, the lowest bit first, in groups of eight of one width.
struct Codes<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where codes of this width began.
    from: usize,
    width: u32,
}

impl Codes<'_> {
    fn next(&mut self) -> Option<usize> {
        let mut value = 0;
        for bit in 0..self.width as usize {
            let place = self.at + bit;
            let byte = *self.bytes.get(place / 8)?;
            value |= usize::from(byte >> (place % 8) & 1) << bit;
        }
        self.at += self.width as usize;
        Some(value)
    }

    /// A change of width drops what is left of the group.
    fn change(&mut self, width: u32) {
        let group = self.width as usize * 8;
        self.at = self.from + (self.at - self.from).div_ceil(group) * group;
        self.from = self.at;
        self.width = width;
    }
}

struct Decoder<'a> {
    codes: Codes<'a>,
    is_block: bool,
    bits: u32,
    /// Codes from 257 (or 256): the run in `out` that each stands for.
    table: Vec<(usize, usize)>,
    out: Vec<u8>,
}

impl Decoder<'_> {
    fn first(&self) -> usize {
        if self.is_block { CLEAR + 1 } else { CLEAR }
    }

    fn run(&mut self, max: usize) -> Option<Unpack> {
        // Where the run before began, and its length.
        let mut before: Option<(usize, usize)> = None;
        while let Some(code) = self.codes.next() {
            if code == CLEAR && self.is_block {
                self.table.clear();
                self.codes.change(9);
                before = None;
                continue;
            }
            let start = self.out.len();
            if start >= max {
                return Some(Unpack::TooLarge);
            }
            if self.take(code, before).is_none() {
                return Some(Unpack::Broken);
            }
            let length = self.out.len() - start;
            let used = self.first() + self.table.len();
            if let Some((at, run)) = before
                && used < 1 << self.bits
            {
                // The run before and the first byte of this one lie side by side.
                self.table.push((at, run + 1));
            }
            before = Some((start, length));
            let used = self.first() + self.table.len();
            if used >= 1 << self.codes.width && self.codes.width < self.bits {
                let wider = self.codes.width + 1;
                self.codes.change(wider);
            }
        }
        None
    }

    /// Puts the run of a code out; `None` for a code that is not made yet.
    fn take(&mut self, code: usize, before: Option<(usize, usize)>) -> Option<()> {
        if code < CLEAR {
            self.out.push(code as u8);
            return Some(());
        }
        let nth = code.checked_sub(self.first())?;
        let (at, length) = match self.table.get(nth) {
            Some(run) => *run,
            // The code that is being made right now: the run before and its own first byte.
            None if nth == self.table.len() => before.map(|(at, length)| (at, length + 1))?,
            None => return None,
        };
        for place in at..at + length {
            let byte = self.out.get(place).copied()?;
            self.out.push(byte);
        }
        Some(())
    }
}
