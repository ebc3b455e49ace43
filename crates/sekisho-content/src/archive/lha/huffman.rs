//! LZSS with Huffman codes in blocks: -lh4- to -lh7-.

/// Symbols: 256 bytes and the lengths 3 to 256.
const SYMBOLS: usize = 510;
const SYMBOL_COUNT_BITS: u32 = 9;

/// Codes for the lengths of symbol codes.
const LENGTHS: usize = 19;
const LENGTH_COUNT_BITS: u32 = 5;

/// Longest code.
const CODE_BITS_MAX: usize = 16;

/// Unpacks up to `size` bytes; fewer when the data ends or is broken.
pub(crate) fn unpack(
    packed: &[u8],
    size: usize,
    window_bits: u32,
    positions: usize,
    position_bits: u32,
) -> Vec<u8> {
    let mut bits = Bits { packed, at: 0 };
    let mut out = Vec::new();
    while out.len() < size {
        let block = block(
            &mut bits,
            &mut out,
            size,
            1 << window_bits,
            positions,
            position_bits,
        );
        if block.is_none() {
            break;
        }
    }
    out.truncate(size);
    out
}

/// One block: its codes, then its symbols.
fn block(
    bits: &mut Bits<'_>,
    out: &mut Vec<u8>,
    size: usize,
    window: usize,
    positions: usize,
    position_bits: u32,
) -> Option<()> {
    let count = bits.take(16)?;
    let lengths = length_codes(bits, LENGTHS, LENGTH_COUNT_BITS, true)?;
    let symbols = symbol_codes(bits, &lengths)?;
    let places = length_codes(bits, positions, position_bits, false)?;
    for _ in 0..count {
        if out.len() >= size {
            break;
        }
        let symbol = symbols.next(bits)?;
        if let Ok(byte) = u8::try_from(symbol) {
            out.push(byte);
            continue;
        }
        let length = usize::from(symbol) - 256 + 3;
        let place = u32::from(places.next(bits)?);
        let back = match place {
            0 => 0,
            _ => (1usize << (place - 1)) + bits.take(place - 1)? as usize,
        };
        // Before the start stands a window of blanks.
        if back >= window {
            return None;
        }
        for _ in 0..length {
            let from = out.len().checked_sub(back + 1);
            let byte = from.and_then(|from| out.get(from)).copied().unwrap_or(b' ');
            out.push(byte);
        }
    }
    Some(())
}

/// A canonical Huffman code.
struct Code {
    /// Codes of each length.
    counts: [u16; CODE_BITS_MAX + 1],
    /// Symbols by their codes.
    symbols: Vec<u16>,
    /// A block of one symbol needs no bits.
    only: Option<u16>,
}

impl Code {
    fn of(lengths: &[u8]) -> Self {
        let mut counts = [0; CODE_BITS_MAX + 1];
        let mut symbols: Vec<(u8, u16)> = Vec::new();
        for (symbol, length) in lengths.iter().enumerate() {
            let count = counts.get_mut(usize::from(*length));
            if let (Some(count), true, Ok(symbol)) = (count, *length > 0, u16::try_from(symbol)) {
                *count += 1;
                symbols.push((*length, symbol));
            }
        }
        symbols.sort_unstable();
        Self {
            counts,
            symbols: symbols.into_iter().map(|(_, symbol)| symbol).collect(),
            only: None,
        }
    }

    fn only(symbol: u32) -> Option<Self> {
        Some(Self {
            counts: [0; CODE_BITS_MAX + 1],
            symbols: Vec::new(),
            only: Some(u16::try_from(symbol).ok()?),
        })
    }

    fn next(&self, bits: &mut Bits<'_>) -> Option<u16> {
        if self.only.is_some() {
            return self.only;
        }
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for count in self.counts.iter().skip(1) {
            let count = u32::from(*count);
            code = code << 1 | bits.take(1)?;
            if let Some(nth) = code.checked_sub(first).filter(|nth| *nth < count) {
                return self.symbols.get((index + nth) as usize).copied();
            }
            index += count;
            first = (first + count) << 1;
        }
        None
    }
}

/// Lengths of three bits, longer ones counted on in ones. After the third of the first kind, two
/// bits say how many zeros follow.
fn length_codes(bits: &mut Bits<'_>, max: usize, count_bits: u32, gap: bool) -> Option<Code> {
    let count = bits.take(count_bits)? as usize;
    if count == 0 {
        return Code::only(bits.take(count_bits)?);
    }
    let mut lengths = Vec::with_capacity(max);
    while lengths.len() < count.min(max) {
        let mut length = bits.take(3)?;
        if length == 7 {
            while bits.take(1)? == 1 {
                length += 1;
            }
        }
        lengths.push(
            u8::try_from(length)
                .ok()
                .filter(|n| usize::from(*n) <= CODE_BITS_MAX)?,
        );
        if gap && lengths.len() == 3 {
            let zeros = bits.take(2)? as usize;
            lengths.resize(3 + zeros, 0);
        }
    }
    Some(Code::of(&lengths))
}

fn symbol_codes(bits: &mut Bits<'_>, lengths: &Code) -> Option<Code> {
    let count = bits.take(SYMBOL_COUNT_BITS)? as usize;
    if count == 0 {
        return Code::only(bits.take(SYMBOL_COUNT_BITS)?);
    }
    let mut found: Vec<u8> = Vec::with_capacity(SYMBOLS);
    while found.len() < count.min(SYMBOLS) {
        let zeros = match lengths.next(bits)? {
            0 => 1,
            1 => bits.take(4)? as usize + 3,
            2 => bits.take(SYMBOL_COUNT_BITS)? as usize + 20,
            length => {
                found.push(u8::try_from(length - 2).ok()?);
                continue;
            }
        };
        found.resize(found.len() + zeros, 0);
    }
    Some(Code::of(&found))
}

/// Bits, the highest of a byte first.
struct Bits<'a> {
    packed: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = *self.packed.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }
}
