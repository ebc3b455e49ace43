//! UTF-16 and UTF-32, with or without byte order mark, also under the wrong order.

use super::label::decoded;
use super::{Decoded, guess};

/// Byte order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Most significant byte first.
    Big,
    /// Least significant byte first.
    Little,
    /// To be found out.
    Unknown,
}

/// UTF-16. Without mark and order the likelier text wins; RFC 2781 §4.3 would say big.
pub(super) fn decode16(bytes: &[u8], order: Order) -> Decoded {
    let (order, bytes) = match (bytes, order) {
        ([0xfe, 0xff, rest @ ..], _) => (Order::Big, rest),
        ([0xff, 0xfe, rest @ ..], _) => (Order::Little, rest),
        (_, Order::Unknown) => (order_of(bytes).unwrap_or(Order::Unknown), bytes),
        (_, order) => (order, bytes),
    };
    match order {
        Order::Big => units(bytes, u16::from_be_bytes, "utf-16be"),
        Order::Little => units(bytes, u16::from_le_bytes, "utf-16le"),
        Order::Unknown => {
            let big = units(bytes, u16::from_be_bytes, "utf-16be");
            let little = units(bytes, u16::from_le_bytes, "utf-16le");
            if guess::score(&little.text) > guess::score(&big.text) {
                little
            } else {
                big
            }
        }
    }
}

fn units(bytes: &[u8], unit: fn([u8; 2]) -> u16, charset: &'static str) -> Decoded {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut malformed = !odd.is_empty();
    let text = char::decode_utf16(pairs.iter().map(|&pair| unit(pair)))
        .map(|unit| {
            unit.unwrap_or_else(|_| {
                malformed = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    decoded(text, charset, malformed)
}

/// UTF-32.
pub(super) fn decode32(bytes: &[u8], order: Order) -> Decoded {
    let (little, bytes) = match (bytes, order) {
        ([0, 0, 0xfe, 0xff, rest @ ..], _) => (false, rest),
        ([0xff, 0xfe, 0, 0, rest @ ..], _) => (true, rest),
        ([_, _, 0, 0, ..], Order::Unknown) => (true, bytes),
        (_, order) => (order == Order::Little, bytes),
    };
    let (quads, odd) = bytes.as_chunks::<4>();
    let mut malformed = !odd.is_empty();
    let text = quads
        .iter()
        .map(|&quad| {
            if little {
                u32::from_le_bytes(quad)
            } else {
                u32::from_be_bytes(quad)
            }
        })
        .map(|code| {
            char::from_u32(code).unwrap_or_else(|| {
                malformed = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    decoded(text, "utf-32", malformed)
}

/// Whether bytes without a label look like UTF-16: ASCII in it has every other byte zero.
pub(super) fn order_of(bytes: &[u8]) -> Option<Order> {
    let sample = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let (pairs, _) = sample.as_chunks::<2>();
    let high = pairs
        .iter()
        .filter(|pair| pair[0] == 0 && pair[1] != 0)
        .count();
    let low = pairs
        .iter()
        .filter(|pair| pair[1] == 0 && pair[0] != 0)
        .count();
    // A tenth is enough: Japanese text has zeros only in its line ends, digits and spaces.
    let enough = (pairs.len() / 10).max(1);
    match (high, low) {
        _ if high > enough && low * 8 < high => Some(Order::Big),
        _ if low > enough && high * 8 < low => Some(Order::Little),
        _ => None,
    }
}
