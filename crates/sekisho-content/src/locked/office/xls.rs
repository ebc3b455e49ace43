//! Excel workbooks of the binary format ([MS-XLS] §2.2.10): RC4 and XOR below the records.

use super::binary::Cipher;
use super::{stream, try_all};
use crate::archive::u16_at;
use crate::locked::Keys;
use crate::ole::{self, Stream};

const FILE_PASS: u16 = 0x2F;
const BOUND_SHEET: u16 = 0x85;

/// Records that stay plain: BOF, FilePass, UsrExcl, FileLock, InterfaceHdr, RRDInfo, RRDHead.
const PLAIN: [u16; 7] = [0x809, FILE_PASS, 0x194, 0x195, 0xE1, 0x196, 0x138];

/// Bytes of the stream that share a key.
const BLOCK: usize = 1_024;

pub(super) fn open(bytes: &[u8], streams: &[Stream], keys: &mut Keys) -> Option<(String, Vec<u8>)> {
    let book = ["Workbook", "Book"]
        .into_iter()
        .find_map(|name| stream(streams, name))?;
    let (at, pass) = file_pass(&book.bytes)?;
    let (password, mut plain) = match u16_at(pass, 0)? {
        0 => {
            let (key, hash) = (u16_at(pass, 2)?, u16_at(pass, 4)?);
            let opens = |password: &str| xor_array(password, key, hash);
            let (password, array) = try_all(keys, 1, opens)?;
            (password, with_xor(&book.bytes, array))
        }
        1 => {
            let (password, cipher) = Cipher::open(pass.get(2..)?, keys)?;
            (password, with_rc4(&book.bytes, &cipher))
        }
        _ => return None,
    };
    // A record of no meaning in place of the one that says that the rest is locked.
    plain.get_mut(at..at + 2)?.copy_from_slice(&[0xFF, 0x0F]);
    let name = book.name.as_str();
    Some((password, ole::replaced(bytes, &[(name, plain)])?))
}

/// Where the record stands, and its content.
fn file_pass(book: &[u8]) -> Option<(usize, &[u8])> {
    records(book)
        .take(16)
        .find(|(kind, _, _)| *kind == FILE_PASS)
        .and_then(|(_, at, length)| Some((at - 4, book.get(at..at + length)?)))
}

/// Kind, start and length of each record's content.
fn records(book: &[u8]) -> impl Iterator<Item = (u16, usize, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let kind = u16_at(book, at)?;
        let length = usize::from(u16_at(book, at + 2)?);
        let start = at + 4;
        at = start + length;
        (at <= book.len()).then_some((kind, start, length))
    })
}

/// The bytes of a record that are locked.
fn locked_part(kind: u16, start: usize, length: usize) -> Option<std::ops::Range<usize>> {
    match kind {
        _ if PLAIN.contains(&kind) => None,
        // The place of a sheet stays plain.
        BOUND_SHEET => Some(start + length.min(4)..start + length),
        _ => Some(start..start + length),
    }
}

fn with_rc4(book: &[u8], cipher: &Cipher) -> Vec<u8> {
    let open = cipher.decrypt(book, BLOCK);
    let mut out = book.to_vec();
    for (kind, start, length) in records(book) {
        let Some(part) = locked_part(kind, start, length) else {
            continue;
        };
        if let (Some(to), Some(from)) = (out.get_mut(part.clone()), open.get(part)) {
            to.copy_from_slice(from);
        }
    }
    out
}

/// [MS-OFFCRYPTO] §2.3.7.3.
fn with_xor(book: &[u8], array: [u8; 16]) -> Vec<u8> {
    let mut out = book.to_vec();
    for (kind, start, length) in records(book) {
        let Some(part) = locked_part(kind, start, length) else {
            continue;
        };
        for at in part {
            let mask = array.get((at + length) % 16).copied().unwrap_or(0);
            if let Some(byte) = out.get_mut(at) {
                *byte = (*byte ^ mask).rotate_right(5);
            }
        }
    }
    out
}

/// The array of method 1 (§2.3.7.2), when key and verifier of the password are those stated.
fn xor_array(password: &str, key: u16, hash: u16) -> Option<[u8; 16]> {
    let narrow = encoding_rs::SHIFT_JIS.encode(password).0.into_owned();
    if narrow.is_empty()
        || narrow.len() > 15
        || verifier(&narrow) != hash
        || xor_key(&narrow) != key
    {
        return None;
    }
    const PAD: [u8; 15] = [
        0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00,
    ];
    let mut array = [0; 16];
    let text = narrow.iter().chain(&PAD);
    for (nth, (to, from)) in array.iter_mut().zip(text).enumerate() {
        let half = if nth % 2 == 0 {
            key as u8
        } else {
            (key >> 8) as u8
        };
        *to = (from ^ half).rotate_right(1);
    }
    Some(array)
}

/// §2.3.7.1.
fn verifier(password: &[u8]) -> u16 {
    let length = password.len() as u8;
    let bytes = password.iter().rev().chain(std::iter::once(&length));
    let verifier = bytes.fold(0u16, |verifier, byte| {
        let turned = (verifier << 1 & 0x7FFF) | verifier >> 14 & 1;
        turned ^ u16::from(*byte)
    });
    verifier ^ 0xCE4B
}

/// §2.3.7.2: the initial code by length, and a word for each bit of each character.
fn xor_key(password: &[u8]) -> u16 {
    const INITIAL: [u16; 15] = [
        0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E, 0x1872, 0xE139, 0xD40F,
        0x84F9, 0x280C, 0xA96A, 0x4EC3,
    ];
    let mut key = INITIAL.get(password.len() - 1).copied().unwrap_or(0);
    for (place, byte) in password.iter().rev().enumerate() {
        for bit in 0..7 {
            if byte >> bit & 1 == 1 {
                key ^= xor_word(place, bit);
            }
        }
    }
    key
}

/// The word of a bit: those of a character, counted from the last, are steps of a shift register.
fn xor_word(place: usize, bit: usize) -> u16 {
    const FIRST: [u16; 15] = [
        0x1021, 0x3331, 0x3730, 0x76B4, 0xAA51, 0x45A0, 0xB861, 0x47D3, 0xEB23, 0x6F45, 0xD849,
        0x0375, 0x4563, 0x7B61, 0xAEFC,
    ];
    let first = FIRST.get(place).copied().unwrap_or(0);
    (0..bit).fold(first, |word, _| {
        let carry = if word & 0x8000 != 0 { 0x1021 } else { 0 };
        word << 1 ^ carry
    })
}

#[cfg(test)]
mod tests {
    use super::xor_word;

    /// Some of the table in [MS-OFFCRYPTO] §2.3.7.2.
    #[test]
    fn words_are_those_of_the_table() {
        assert_eq!([xor_word(14, 1), xor_word(14, 6)], [0x4DD9, 0x2A09]);
        assert_eq!([xor_word(0, 4), xor_word(0, 6)], [0x1231, 0x48C4]);
        assert_eq!([xor_word(5, 1), xor_word(9, 6)], [0x8B40, 0x721A]);
    }
}
