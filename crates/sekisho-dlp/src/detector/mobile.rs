//! Mobile numbers of Japan: 060, 070, 080 and 090 with eight more digits, also as +81.

use super::{Found, Group};
use crate::digits::Gap;
use crate::hit::Detector;

const JOINTS: &[Gap] = &[Gap::Hyphen, Gap::Blank, Gap::Dot, Gap::Nothing, Gap::Paren];

/// Groupings of the national form, and of the international one after `+81`.
const NATIONAL: &[&[usize]] = &[&[11], &[3, 4, 4], &[3, 8], &[5, 6], &[7, 4]];
const INTERNATIONAL: &[&[usize]] = &[
    &[12],
    &[2, 10],
    &[2, 2, 4, 4],
    &[2, 2, 8],
    &[2, 1, 2, 4, 4],
    &[2, 3, 4, 4],
    &[2, 11],
];

pub(super) fn find(group: &Group<'_>) -> Option<Found> {
    let international = group.runs.first().is_some_and(|run| run.plus);
    let shapes = if international {
        INTERNATIONAL
    } else {
        NATIONAL
    };
    shapes.iter().find_map(|shape| {
        let runs = shape.len();
        if !group.is_shaped(shape, JOINTS) || goes_on(group, runs) {
            return None;
        }
        let digits = group.digits(runs);
        let value = if international {
            let national = digits.strip_prefix("81")?;
            format!("0{}", national.strip_prefix('0').unwrap_or(national))
        } else {
            digits
        };
        let confidence = if runs > 1 || international { 0.9 } else { 0.8 };
        is_mobile(&value).then(|| group.hit(Detector::JpMobile, runs, value, confidence))
    })
}

fn goes_on(group: &Group<'_>, runs: usize) -> bool {
    let firm: &[Gap] = if runs == 1 {
        &[Gap::Dot, Gap::Hyphen]
    } else {
        &[Gap::Hyphen, Gap::Dot, Gap::Nothing]
    };
    group.goes_on(runs, firm)
}

fn is_mobile(value: &str) -> bool {
    value.len() == 11
        && ["060", "070", "080", "090"]
            .iter()
            .any(|head| value.starts_with(head))
}
