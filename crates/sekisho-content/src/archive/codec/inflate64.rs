//! Deflate64 (APPNOTE §5.5): deflate with a window of 64 KiB and longer copies.

use super::Unpacked;
use crate::archive::Unpack;

/// Longest code.
const CODE_BITS_MAX: usize = 15;

/// Unpacks up to `max` bytes.
pub(crate) fn inflate64(packed: &[u8], max: usize) -> Unpacked {
    let mut inflater = Inflater {
        bits: Bits { packed, at: 0 },
        out: Vec::new(),
        max,
    };
    let trouble = loop {
        match inflater.block() {
            Ok(true) => break None,
            Ok(false) => {}
            Err(why) => break Some(why),
        }
    };
    (inflater.out, trouble)
}

struct Inflater<'a> {
    bits: Bits<'a>,
    out: Vec<u8>,
    max: usize,
}

impl Inflater<'_> {
    /// Whether it was the last one.
    fn block(&mut self) -> Result<bool, Unpack> {
        let is_last = self.bits.take(1)? == 1;
        match self.bits.take(2)? {
            0 => self.stored()?,
            1 => {
                let (lengths, places) = fixed();
                self.codes(&lengths, &places)?;
            }
            2 => {
                let (lengths, places) = self.dynamic()?;
                self.codes(&lengths, &places)?;
            }
            _ => return Err(Unpack::Broken),
        }
        Ok(is_last)
    }

    fn push(&mut self, byte: u8) -> Result<(), Unpack> {
        if self.out.len() >= self.max {
            return Err(Unpack::TooLarge);
        }
        self.out.push(byte);
        Ok(())
    }

    fn stored(&mut self) -> Result<(), Unpack> {
        self.bits.align();
        let length = self.bits.take(16)?;
        self.bits.take(16)?;
        for _ in 0..length {
            let byte = self.bits.take(8)? as u8;
            self.push(byte)?;
        }
        Ok(())
    }

    fn codes(&mut self, symbols: &Code, places: &Code) -> Result<(), Unpack> {
        loop {
            let symbol = symbols.next(&mut self.bits)?;
            if let Ok(byte) = u8::try_from(symbol) {
                self.push(byte)?;
                continue;
            }
            if symbol == 256 {
                return Ok(());
            }
            let length = self.length(symbol)?;
            let back = self.back(places)?;
            let start = self.out.len().checked_sub(back).ok_or(Unpack::Broken)?;
            for place in start..start + length {
                let byte = self.out.get(place).copied().ok_or(Unpack::Broken)?;
                self.push(byte)?;
            }
        }
    }

    /// As in deflate, but the last symbol stands for 3 and sixteen more bits.
    fn length(&mut self, symbol: u16) -> Result<usize, Unpack> {
        let nth = u32::from(symbol).checked_sub(257).ok_or(Unpack::Broken)?;
        let (base, extra) = match nth {
            0..8 => (3 + nth, 0),
            8..28 => (3 + ((4 + nth % 4) << (nth / 4 - 1)), nth / 4 - 1),
            28 => (3, 16),
            _ => return Err(Unpack::Broken),
        };
        Ok((base + self.bits.take(extra)?) as usize)
    }

    fn back(&mut self, places: &Code) -> Result<usize, Unpack> {
        let nth = u32::from(places.next(&mut self.bits)?);
        let (base, extra) = match nth {
            0..2 => (1 + nth, 0),
            2..32 => (1 + ((2 + nth % 2) << (nth / 2 - 1)), nth / 2 - 1),
            _ => return Err(Unpack::Broken),
        };
        Ok((base + self.bits.take(extra)?) as usize)
    }

    fn dynamic(&mut self) -> Result<(Code, Code), Unpack> {
        const ORDER: [usize; 19] = [
            16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
        ];
        let symbols = self.bits.take(5)? as usize + 257;
        let places = self.bits.take(5)? as usize + 1;
        let count = self.bits.take(4)? as usize + 4;
        let mut lengths = [0; 19];
        for place in ORDER.iter().take(count) {
            let length = self.bits.take(3)? as u8;
            if let Some(slot) = lengths.get_mut(*place) {
                *slot = length;
            }
        }
        let code = Code::of(&lengths);
        let mut all: Vec<u8> = Vec::with_capacity(symbols + places);
        while all.len() < symbols + places {
            let (value, times) = match code.next(&mut self.bits)? {
                16 => {
                    let last = *all.last().ok_or(Unpack::Broken)?;
                    (last, 3 + self.bits.take(2)?)
                }
                17 => (0, 3 + self.bits.take(3)?),
                18 => (0, 11 + self.bits.take(7)?),
                length => (length as u8, 1),
            };
            all.resize(all.len() + times as usize, value);
        }
        let (symbols, places) = all.split_at_checked(symbols).ok_or(Unpack::Broken)?;
        Ok((Code::of(symbols), Code::of(places)))
    }
}

fn fixed() -> (Code, Code) {
    let mut lengths = [8u8; 288];
    lengths[144..256].fill(9);
    lengths[256..280].fill(7);
    (Code::of(&lengths), Code::of(&[5; 32]))
}

/// A canonical Huffman code.
struct Code {
    counts: [u16; CODE_BITS_MAX + 1],
    symbols: Vec<u16>,
}

impl Code {
    fn of(lengths: &[u8]) -> Self {
        let mut counts = [0; CODE_BITS_MAX + 1];
        let mut symbols: Vec<(u8, u16)> = Vec::new();
        for (symbol, length) in lengths.iter().enumerate() {
            let count = counts.get_mut(usize::from(*length));
            if let (Some(count), true) = (count, *length > 0) {
                *count += 1;
                symbols.push((*length, symbol as u16));
            }
        }
        symbols.sort_unstable();
        Self {
            counts,
            symbols: symbols.into_iter().map(|(_, symbol)| symbol).collect(),
        }
    }

    fn next(&self, bits: &mut Bits<'_>) -> Result<u16, Unpack> {
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for count in self.counts.iter().skip(1) {
            let count = u32::from(*count);
            code = code << 1 | bits.take(1)?;
            if let Some(nth) = code.checked_sub(first).filter(|nth| *nth < count) {
                let symbol = self.symbols.get((index + nth) as usize);
                return symbol.copied().ok_or(Unpack::Broken);
            }
            index += count;
            first = (first + count) << 1;
        }
        Err(Unpack::Broken)
    }
}

/// Bits, the lowest of a byte first.
struct Bits<'a> {
    packed: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Result<u32, Unpack> {
        let mut value = 0;
        for bit in 0..count {
            let byte = *self.packed.get(self.at / 8).ok_or(Unpack::Broken)?;
            value |= u32::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        Ok(value)
    }

    fn align(&mut self) {
        self.at = self.at.div_ceil(8) * 8;
    }
}
