//! RPM: a lead, two headers, and a packed cpio behind them.

/// Bytes of the lead.
const LEAD: usize = 96;

/// What is packed in it, in the packing of a format of its own.
pub(crate) fn payload(bytes: &[u8]) -> Option<&[u8]> {
    let signature = header_bytes(bytes, LEAD)?;
    // The signature is padded to eight bytes.
    let second = LEAD + signature.div_ceil(8) * 8;
    let header = header_bytes(bytes, second)?;
    bytes.get(second.checked_add(header)?..)
}

/// A header's mark, then how many entries of sixteen bytes and how many bytes of values follow.
fn header_bytes(bytes: &[u8], at: usize) -> Option<usize> {
    let start = bytes.get(at..at.checked_add(16)?)?;
    if !start.starts_with(b"\x8E\xAD\xE8") {
        return None;
    }
    let word = |at: usize| {
        let four: [u8; 4] = start.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(four) as usize)
    };
    word(8)?
        .checked_mul(16)?
        .checked_add(word(12)?)?
        .checked_add(16)
}
