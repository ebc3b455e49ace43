//! Passwords that we make up for people.

/// Easy to type, 60 bits: letters that are not taken for others. `None` when the system has no randomness.
pub(crate) fn made_up() -> Option<String> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567892";
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).ok()?;
    Some(
        bytes
            .iter()
            .map(|byte| char::from(LETTERS[usize::from(byte & 31)]))
            .collect(),
    )
}
