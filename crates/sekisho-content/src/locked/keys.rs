//! The passwords to try, and how much deriving of keys is left.

use crate::limits::{KEY_BLOCKS_MAX, PASSWORD_CHARS_MAX, PASSWORDS_MAX};

/// Passwords, the one that worked last first: the members of an archive mostly share one.
#[derive(Debug)]
pub(crate) struct Keys {
    candidates: Vec<String>,
    blocks: u64,
}

impl Keys {
    pub(crate) fn new(passwords: &[String]) -> Self {
        let mut candidates: Vec<String> = Vec::new();
        for password in passwords {
            let usable = !password.is_empty() && password.chars().count() <= PASSWORD_CHARS_MAX;
            if usable && !candidates.contains(password) {
                candidates.push(password.clone());
            }
        }
        candidates.truncate(PASSWORDS_MAX);
        Self {
            candidates,
            blocks: KEY_BLOCKS_MAX,
        }
    }

    /// The first password that `opens`, with what it gave. Each try costs `blocks` blocks of a
    /// digest.
    pub(crate) fn try_each<T>(
        &mut self,
        blocks: u64,
        mut opens: impl FnMut(&str) -> Option<T>,
    ) -> Option<(String, T)> {
        for at in 0..self.candidates.len() {
            let password = self.candidates.get(at)?;
            self.blocks = self.blocks.checked_sub(blocks.max(1))?;
            if let Some(opened) = opens(password) {
                let password = self.candidates.remove(at);
                self.candidates.insert(0, password.clone());
                return Some((password, opened));
            }
        }
        None
    }

    /// Takes the work of a key that is derived without a try: that of an empty password.
    pub(crate) fn spend(&mut self, blocks: u64) -> Option<()> {
        self.blocks = self.blocks.checked_sub(blocks)?;
        Some(())
    }
}

/// A password as bytes, in the encodings that packers use: UTF-8, and Shift_JIS on a Japanese
/// Windows.
pub(crate) fn encodings(password: &str) -> Vec<Vec<u8>> {
    let mut all = vec![password.as_bytes().to_vec()];
    if !password.is_ascii() {
        let (narrow, _, failed) = encoding_rs::SHIFT_JIS.encode(password);
        if !failed {
            all.push(narrow.into_owned());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::Keys;

    fn keys() -> Keys {
        Keys::new(&["a", "b", "", "a", "c"].map(str::to_owned))
    }

    #[test]
    fn what_worked_is_tried_first() {
        let mut keys = keys();
        let opened = keys.try_each(1, |password| (password == "c").then_some(3));
        assert_eq!(opened, Some(("c".to_owned(), 3)));
        let mut tried = Vec::new();
        assert!(
            keys.try_each(1, |password| {
                tried.push(password.to_owned());
                None::<()>
            })
            .is_none()
        );
        assert_eq!(tried, ["c", "a", "b"]);
    }

    #[test]
    fn work_is_bounded() {
        let mut keys = keys();
        let mut tries = 0;
        let opened = keys.try_each(u64::MAX, |_| {
            tries += 1;
            Some(())
        });
        assert_eq!((opened, tries), (None, 0));
    }
}
