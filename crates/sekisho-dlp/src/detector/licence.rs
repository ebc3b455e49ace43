//! 運転免許証番号: 12 digits, named by a word beside them.

use super::{Found, Group, JOINTS};
use crate::context::Context;
use crate::hit::Detector;

/// Bytes between the word and the number.
const REACH_BYTES: usize = 120;

pub(super) fn find(group: &Group<'_>) -> Option<Found> {
    [&[12][..], &[4, 4, 4]].iter().find_map(|shape| {
        let runs = shape.len();
        let named = group.is_shaped(shape, JOINTS)
            && group.is_evenly_parted(runs)
            && group.context_before(Context::Licence, runs, REACH_BYTES)
            && group.label(runs) == Some(Context::Licence);
        if !named {
            return None;
        }
        let value = group.digits(runs);
        // The check digit is described widely but not officially: a failed one lowers only.
        let confidence = if check_digit_holds(&value) {
            0.95
        } else {
            0.75
        };
        Some(group.hit(Detector::DriversLicenceJp, runs, value, confidence))
    })
}

/// The eleventh digit over the first ten with weights 5 4 3 2 7 6 5 4 3 2, mod 11.
fn check_digit_holds(digits: &str) -> bool {
    let values: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = values
        .iter()
        .zip([5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
        .map(|(value, weight)| value * weight)
        .sum();
    let remainder = sum % 11;
    let check = if remainder <= 1 { 0 } else { 11 - remainder };
    values.get(10) == Some(&check)
}
