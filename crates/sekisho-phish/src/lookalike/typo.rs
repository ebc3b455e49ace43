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
    use super::{doubles, slip};
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
        assert!(doubles("dhhl", "dhl") && doubles("appple", "apple"));
        assert!(!doubles("dhxl", "dhl") && !doubles("dhl", "dhl"));
    }
}
