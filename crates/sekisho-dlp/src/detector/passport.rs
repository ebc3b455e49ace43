//! Passports of Japan: two letters and seven digits, named by a word beside them.

use super::{Found, Group};
use crate::context::Context;
use crate::hit::Detector;

/// Bytes between the word and the number.
const REACH_BYTES: usize = 120;

pub(super) fn find(group: &Group<'_>) -> Option<Found> {
    let run = group
        .runs
        .first()
        .filter(|run| run.len() == 7 && !run.letter_after)?;
    if !group.context_before(Context::Passport, 1, REACH_BYTES) {
        return None;
    }
    let (letters, start) = letters_before(group.sight.text.get(..run.range.start)?)?;
    let value = format!("{letters}{}", group.digits(1));
    let (mut hit, runs) = group.hit(Detector::PassportJp, 1, value, 0.9);
    hit.range.start = start;
    Some((hit, runs))
}

/// The two letters that end the text, in upper case and half width, and where they start.
fn letters_before(text: &str) -> Option<(String, usize)> {
    let body = text.trim_end_matches([' ', '\u{3000}', '\u{A0}']);
    if text.chars().count() > body.chars().count() + 1 {
        return None;
    }
    let mut from_the_end = body.char_indices().rev();
    let (_, second) = from_the_end.next()?;
    let (start, first) = from_the_end.next()?;
    let before = from_the_end.next().map(|(_, c)| c);
    let letters: String = [latin(first)?, latin(second)?].iter().collect();
    before.and_then(latin).is_none().then_some((letters, start))
}

fn latin(c: char) -> Option<char> {
    match c {
        'a'..='z' | 'A'..='Z' => Some(c.to_ascii_uppercase()),
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            let zero = if c >= 'ａ' { 'ａ' } else { 'Ａ' };
            let nth = u8::try_from(u32::from(c) - u32::from(zero)).ok()?;
            Some(char::from(b'A' + nth))
        }
        _ => None,
    }
}
