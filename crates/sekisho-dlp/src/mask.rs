//! How a found value may be shown.

/// Characters left open at the end at most.
const OPEN_MAX: usize = 4;

/// The value with all but its end replaced by `*`: at most four characters stay open, and never
/// more than half of a short value.
pub fn mask(value: &str) -> String {
    let length = value.chars().count();
    let open = OPEN_MAX.min(length / 2);
    value
        .chars()
        .enumerate()
        .map(|(at, c)| if at + open < length { '*' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn at_most_half_and_at_most_four_stay_open() {
        assert_eq!(mask("129027842014"), "********2014");
        assert_eq!(mask("1497784"), "****784");
        assert_eq!(mask("123"), "**3");
        assert_eq!(mask("1"), "*");
        assert_eq!(mask(""), "");
    }
}
