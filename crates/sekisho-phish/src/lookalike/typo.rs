//! One slip of the finger, or of the eye.

use super::Technique;

/// How `seen` comes from `meant` by one change; `None` when it takes more (Damerau, 1964).
pub(crate) fn slip(seen: &str, meant: &str) -> Option<Technique> {
    let seen: Vec<char> = seen.chars().collect();
    let meant: Vec<char> = meant.chars().collect();
    let front = seen.iter().zip(&meant).take_while(|(a, b)| a == b).count();
    let (seen, meant) = (seen.get(front..)?, meant.get(front..)?);
    let back = seen
        .iter()
        .rev()
        .zip(meant.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let seen = seen.get(..seen.len() - back)?;
    let meant = meant.get(..meant.len() - back)?;
    match (seen, meant) {
        ([], [_]) => Some(Technique::Omission),
        ([_], []) => Some(Technique::Insertion),
        ([_], [_]) => Some(Technique::Substitution),
        ([a, b], [c, d]) if a == d && b == c => Some(Technique::Transposition),
        _ => None,
    }
}

/// Whether two slips at most lie between (optimal string alignment), for words that begin alike.
pub(crate) fn within_two(seen: &str, meant: &str) -> bool {
    let seen: Vec<char> = seen.chars().collect();
    let meant: Vec<char> = meant.chars().collect();
    if seen.len().abs_diff(meant.len()) > 2 || seen.first() != meant.first() {
        return false;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=meant.len()).collect();
    for (i, a) in seen.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in meant.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&above, j) + usize::from(a != b))
                .min(at(&above, j + 1) + 1)
                .min(at(&row, j) + 1);
            let turned =
                i > 0 && j > 0 && seen.get(i - 1) == Some(b) && meant.get(j - 1) == Some(a);
            if turned {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
        }
        before = above;
        above = row;
    }
    above.last().is_some_and(|distance| *distance <= 2)
}

/// Whether one more letter is a letter written twice.
pub(crate) fn doubles(seen: &str, meant: &str) -> bool {
    let mut before = None;
    let mut single = String::with_capacity(seen.len());
    let mut removed = 0;
    let mut rest = meant.chars().peekable();
    for c in seen.chars() {
        if before == Some(c) && rest.peek() != Some(&c) {
            removed += 1;
        } else {
            single.push(c);
            if rest.peek() == Some(&c) {
                rest.next();
            }
        }
        before = Some(c);
    }
    removed == 1 && single == meant
}

#[cfg(test)]
mod tests {
    use super::{doubles, slip, within_two};
    use crate::lookalike::Technique;

    #[test]
    fn one_change() {
        for (seen, meant, how) in [
            ("amzon", "amazon", Some(Technique::Omission)),
            ("amaazon", "amazon", Some(Technique::Insertion)),
            ("amszon", "amazon", Some(Technique::Substitution)),
            ("amaozn", "amazon", Some(Technique::Transposition)),
            ("amazons", "amazon", Some(Technique::Insertion)),
            ("maazo", "amazon", None),
            ("amazon", "amazon", None),
        ] {
            assert_eq!(slip(seen, meant), how, "{seen}");
        }
        assert!(within_two("steamcomminuty", "steamcommunity"));
        assert!(within_two("steamcommunilty", "steamcommunity"));
        assert!(!within_two("steamcompany", "steamcommunity"));
        assert!(doubles("dhhl", "dhl") && doubles("appple", "apple"));
        assert!(!doubles("dhxl", "dhl") && !doubles("dhl", "dhl"));
    }
}
