//! Payment cards: issuer ranges and the Luhn digit (ISO/IEC 7812-1).

use super::{Found, Group, JOINTS, REACH_BYTES};
use crate::context::Context;
use crate::digits::Gap;
use crate::hit::Detector;

const SHAPES: &[&[usize]] = &[
    &[16],
    &[4, 4, 4, 4],
    &[15],
    &[4, 6, 5],
    &[14],
    &[4, 6, 4],
    &[13],
    &[19],
    &[4, 4, 4, 4, 3],
];

pub(super) fn find(group: &Group<'_>) -> Option<Found> {
    SHAPES.iter().find_map(|shape| {
        let runs = shape.len();
        if !group.is_shaped(shape, JOINTS) || !group.is_evenly_parted(runs) {
            return None;
        }
        if goes_on(group, runs) {
            return None;
        }
        let value = group.digits(runs);
        if !has_issuer(&value) || !luhn_holds(&value) {
            return None;
        }
        let label = group.label(runs);
        let near = group.context_near(Context::Card, runs, REACH_BYTES);
        let confidence = match (label, near, runs > 1) {
            (Some(Context::OtherNumber), _, _) => 0.4,
            (_, true, _) => 0.97,
            (_, false, true) => 0.9,
            (_, false, false) => 0.8,
        };
        // Thirteen digits are JAN codes and company numbers before they are old cards.
        if value.len() == 13 && !near {
            return None;
        }
        Some(group.hit(Detector::CreditCard, runs, value, confidence))
    })
}

/// A card is parted from other digits by more than what parts its own groups.
fn goes_on(group: &Group<'_>, runs: usize) -> bool {
    const FIRM: &[Gap] = &[Gap::Hyphen, Gap::Dot, Gap::MiddleDot, Gap::Nothing];
    let joint = group.gaps(runs).next();
    let four = |run: Option<&crate::digits::Run>| run.is_some_and(|run| run.len() == 4);
    match joint {
        Some(Gap::Blank) => {
            (group.gap_before() == Gap::Blank && four(group.before))
                || (group.gap_after(runs) == Gap::Blank && four(group.runs.get(runs)))
        }
        _ => group.goes_on(runs, FIRM),
    }
}

/// Issuer ranges of Visa, Mastercard, JCB, American Express, Diners Club, Discover and UnionPay.
fn has_issuer(digits: &str) -> bool {
    let head = |n: usize| digits.get(..n).and_then(|head| head.parse::<u32>().ok());
    let (Some(two), Some(three), Some(four)) = (head(2), head(3), head(4)) else {
        return false;
    };
    match digits.len() {
        13 => digits.starts_with('4'),
        14 => matches!(three, 300..=305 | 309) || matches!(two, 36 | 38 | 39),
        15 => matches!(two, 34 | 37),
        16 => {
            digits.starts_with('4')
                || matches!(two, 51..=55 | 62 | 65)
                || matches!(three, 644..=649)
                || matches!(four, 2221..=2720 | 3528..=3589 | 6011)
        }
        19 => digits.starts_with('4') || two == 62,
        _ => false,
    }
}

fn luhn_holds(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(at, value)| match (at % 2, value * 2) {
            (0, _) => value,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}
