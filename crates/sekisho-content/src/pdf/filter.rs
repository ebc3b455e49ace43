//! Filters of streams (ISO 32000-1 §7.4) as far as text needs them.

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

use super::lexer::{Object, hex_bytes};
use crate::archive::{Unpack, inflate};

/// The bytes of a stream, or `None` where a filter is not known here.
pub(super) fn decoded(
    dictionary: &Object,
    raw: &[u8],
    max: usize,
) -> Option<(Vec<u8>, Option<Unpack>)> {
    let mut bytes = raw.to_vec();
    let mut trouble = None;
    for filter in filters(dictionary)? {
        bytes = match filter.as_slice() {
            b"FlateDecode" | b"Fl" => {
                let (out, why) = zlib(&bytes, max);
                trouble = trouble.or(why);
                without_predictor(dictionary, out)?
            }
            b"ASCIIHexDecode" | b"AHx" => hex_bytes(&bytes),
            b"ASCII85Decode" | b"A85" => ascii85(&bytes),
            b"Crypt" => bytes,
            _ => return None,
        };
    }
    Some((bytes, trouble))
}

fn filters(dictionary: &Object) -> Option<Vec<Vec<u8>>> {
    match dictionary.get(b"Filter").or_else(|| dictionary.get(b"F")) {
        Some(Object::Name(name)) => Some(vec![name.clone()]),
        Some(Object::Array(names)) => names
            .iter()
            .map(|name| name.name().map(<[u8]>::to_vec))
            .collect(),
        Some(Object::Ref(_)) => None,
        _ => Some(Vec::new()),
    }
}

/// Streams that lost their end still give what they have.
fn zlib(bytes: &[u8], max: usize) -> (Vec<u8>, Option<Unpack>) {
    match decompress_to_vec_zlib_with_limit(bytes, max) {
        Ok(out) => (out, None),
        Err(error) if error.status == TINFLStatus::HasMoreOutput => {
            (error.output, Some(Unpack::TooLarge))
        }
        Err(error) if !error.output.is_empty() => (error.output, None),
        // Without the two bytes of a zlib header, or with wrong ones.
        Err(_) => inflate(bytes.get(2..).unwrap_or_default(), max),
    }
}

/// PNG predictors (ISO 32000-1 §7.4.4.4), with which object streams may be packed.
fn without_predictor(dictionary: &Object, bytes: Vec<u8>) -> Option<Vec<u8>> {
    let params = match dictionary.get(b"DecodeParms") {
        Some(Object::Array(all)) => all.iter().find(|params| params.get(b"Predictor").is_some()),
        params => params,
    };
    let number = |key: &[u8], default| {
        let found = params
            .and_then(|params| params.get(key))
            .and_then(Object::number);
        found.unwrap_or(default)
    };
    if number(b"Predictor", 1) < 10 {
        return (number(b"Predictor", 1) == 1).then_some(bytes);
    }
    let row = number(b"Columns", 1);
    if row == 0 || row > bytes.len() || number(b"Colors", 1) != 1 {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut above = vec![0u8; row];
    for line in bytes.chunks(row + 1) {
        let (kind, line) = line.split_first()?;
        let mut left = 0u8;
        let mut corner = 0u8;
        for (at, byte) in line.iter().enumerate() {
            let up = above.get(at).copied().unwrap_or(0);
            let guess = match kind {
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                4 => paeth(left, up, corner),
                _ => 0,
            };
            let value = byte.wrapping_add(guess);
            corner = up;
            left = value;
            if let Some(place) = above.get_mut(at) {
                *place = value;
            }
            out.push(value);
        }
    }
    Some(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let estimate = a + b - c;
    let (da, db, dc) = (
        (estimate - a).abs(),
        (estimate - b).abs(),
        (estimate - c).abs(),
    );
    if da <= db && da <= dc {
        left
    } else if db <= dc {
        up
    } else {
        corner
    }
}

fn ascii85(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 5 * 4);
    let mut group = Vec::with_capacity(5);
    for byte in text {
        match byte {
            b'z' if group.is_empty() => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            b'~' => break,
            _ => {}
        }
        if group.len() == 5 {
            end_group(&mut group, &mut out);
        }
    }
    end_group(&mut group, &mut out);
    out
}

fn end_group(group: &mut Vec<u32>, out: &mut Vec<u8>) {
    let bytes = group.len().saturating_sub(1);
    if bytes > 0 {
        group.resize(5, 84);
        let number = group
            .iter()
            .fold(0u32, |n, digit| n.wrapping_mul(85).wrapping_add(*digit));
        out.extend(number.to_be_bytes().into_iter().take(bytes));
    }
    group.clear();
}
