//! 個人番号: 12 digits, the last one a check digit.

use super::{Found, Group, JOINTS, REACH_BYTES};
use crate::context::Context;
use crate::digits::Gap;
use crate::hit::Detector;

/// Groupings seen, the official one first. One digit a cell is how forms are filled in.
const SHAPES: &[&[usize]] = &[
    &[12],
    &[4, 4, 4],
    &[6, 6],
    &[3, 3, 3, 3],
    &[4, 8],
    &[8, 4],
    &[1; 12],
];

/// Gaps that join groups only where a word says that it is a My Number.
const WEAK_JOINTS: &[Gap] = &[
    Gap::Hyphen,
    Gap::Blank,
    Gap::Dot,
    Gap::MiddleDot,
    Gap::Nothing,
    Gap::Slash,
    Gap::Line,
    Gap::Cell,
];

pub(super) fn find(group: &Group<'_>) -> Option<Found> {
    SHAPES.iter().find_map(|shape| {
        let runs = shape.len();
        // Without a word for it in the text, only the official groupings are looked at.
        let official = matches!(shape.len(), 1 | 3);
        let spoken_of = group.sight.contexts.my_number_elsewhere;
        if !(official || spoken_of) || !group.is_shaped(shape, WEAK_JOINTS) {
            return None;
        }
        let value = group.digits(runs);
        if !check_digit_holds(&value) || is_repeated(&value) {
            return None;
        }
        let confidence = confidence(group, shape)?;
        Some(group.hit(Detector::MyNumber, runs, value, confidence))
    })
}

/// How sure, or `None` where it is something else.
fn confidence(group: &Group<'_>, shape: &[usize]) -> Option<f32> {
    let runs = shape.len();
    let label = group.label(runs);
    if matches!(label, Some(Context::Licence | Context::Passport)) {
        return None;
    }
    let near = group.context_near(Context::MyNumber, runs, REACH_BYTES);
    let spoken_of = near || group.sight.contexts.my_number_elsewhere;
    let official = shape == [4, 4, 4];
    let strong_joints = group.gaps(runs).all(|gap| JOINTS.contains(&gap));
    if runs > 1 && !(official && strong_joints && group.is_evenly_parted(runs)) && !spoken_of {
        return None;
    }
    if goes_on(group, shape, near) {
        return None;
    }
    if label == Some(Context::OtherNumber) {
        return Some(if runs > 1 { 0.4 } else { 0.2 });
    }
    Some(match (near, spoken_of, runs > 1) {
        (true, _, true) => 0.97,
        (true, _, false) => 0.95,
        (false, true, _) => 0.85,
        (false, false, true) => 0.75,
        (false, false, false) => bare(group),
    })
}

/// Whether the digits are a piece of a longer number.
fn goes_on(group: &Group<'_>, shape: &[usize], near: bool) -> bool {
    let runs = shape.len();
    if runs == 1 {
        // 530005690250.50 is an amount, 12 digits joined by a dot to more are a host or an id.
        return group.goes_on(1, &[Gap::Dot]);
    }
    let joint = group.gaps(runs).next().unwrap_or(Gap::Apart);
    let same = |gap: Gap, length: Option<usize>| {
        gap == joint
            && match joint {
                Gap::Line | Gap::Cell => shape == [1; 12] && length == Some(1),
                Gap::Blank => length == shape.first().copied() && !near,
                _ => true,
            }
    };
    let before = group.before.map(crate::digits::Run::len);
    let after = group.runs.get(runs).map(crate::digits::Run::len);
    same(group.gap_before(), before) || same(group.gap_after(runs), after)
}

/// 12 digits with a right check digit and no word beside them: one in eleven order numbers is.
fn bare(group: &Group<'_>) -> f32 {
    let before = group
        .sight
        .text
        .get(..group.range(1).start)
        .and_then(|text| text.chars().next_back());
    let part_of_something = matches!(before, Some('/' | '=' | '#' | '&' | '_' | '<' | ':' | '@'))
        || group.goes_on(1, &[Gap::Hyphen, Gap::Slash]);
    if part_of_something { 0.2 } else { 0.4 }
}

/// Ministry of Internal Affairs and Communications, ordinance no. 85 of 2014, article 5:
/// with P_n the n-th digit from the right of the first eleven, and Q_n = n + 1 for n ≤ 6,
/// n − 5 above, the check digit is 11 − (Σ P_n Q_n mod 11), and 0 where the remainder is 0 or 1.
pub(super) fn check_digit_holds(digits: &str) -> bool {
    let values: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    let [first @ .., check] = values.as_slice() else {
        return false;
    };
    if first.len() != 11 {
        return false;
    }
    let sum: u32 = first
        .iter()
        .rev()
        .zip(1u32..)
        .map(|(p, n)| p * if n <= 6 { n + 1 } else { n - 5 })
        .sum();
    let remainder = sum % 11;
    *check == if remainder <= 1 { 0 } else { 11 - remainder }
}

/// 000000000000 and its kin pass the sum but are placeholders.
fn is_repeated(digits: &str) -> bool {
    let mut chars = digits.chars();
    let first = chars.next();
    chars.all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use super::check_digit_holds;

    #[test]
    fn the_official_sum() {
        assert!(check_digit_holds("129027842014"));
        assert!(!check_digit_holds("129027842015"));
        assert!(!check_digit_holds("12902784201"));
    }
}
