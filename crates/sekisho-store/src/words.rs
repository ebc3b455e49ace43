//! What people read of the store's failures, states and steps.

use sekisho_words::{Arg, Words, say};

use crate::failure::StoreFailure;
use crate::mail::RecipientState;
use crate::trace::{Step, StepArg};

impl StoreFailure {
    /// What happened and what to do.
    pub fn words(&self) -> Words {
        let number = |number: u64| Arg::Number(i64::try_from(number).unwrap_or(i64::MAX));
        match self {
            Self::State(state) => say(self.key(), &[("state", state.as_str().into())]),
            Self::OverQuota {
                used_bytes,
                quota_bytes,
            } => say(
                self.key(),
                &[
                    ("used", number(*used_bytes)),
                    ("quota", number(*quota_bytes)),
                ],
            ),
            Self::Exists(name) => say(self.key(), &[("name", name.into())]),
            Self::Limit { max, .. } => say(self.key(), &[("max", number(*max as u64))]),
            _ => say(self.key(), &[]),
        }
    }
}

impl RecipientState {
    /// The state in words.
    pub fn words(self) -> Words {
        say(&self.key(), &[])
    }
}

impl Step {
    /// The step in words.
    pub fn words(&self) -> Words {
        let arg = |arg| match arg {
            &StepArg::Number(number) => Arg::Number(number),
            StepArg::Text(text) => text.into(),
        };
        let args: Vec<_> = self
            .args
            .iter()
            .map(|(name, value)| (name.as_str(), arg(value)))
            .collect();
        say(&self.key, &args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn every_key_that_the_source_names_has_words() {
        let mut keys: Vec<String> = RecipientState::ALL
            .iter()
            .map(|state| state.key())
            .collect();
        keys.extend(
            ["released", "refused", "expired", "cancelled"]
                .map(|end| format!("store-step-hold-{end}")),
        );
        for file in walk(std::path::Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src"
        ))) {
            let text = std::fs::read_to_string(file).unwrap();
            let named = text
                .split('"')
                .filter(|part| part.starts_with("store-") && !part.contains(['{', ' ']));
            keys.extend(named.filter(|key| !key.ends_with('-')).map(str::to_owned));
        }
        assert!(keys.len() > 40, "{}", keys.len());
        for key in keys {
            assert!(sekisho_words::is_key(&key), "{key} has no words");
        }
    }

    fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(walk(&path))
            } else {
                found.push(path)
            }
        }
        found
    }

    #[test]
    fn words_have_their_values() {
        let step = Step::new(Timestamp::UNIX_EPOCH, "store-step-sent")
            .arg("recipient", "a@b.example")
            .arg("remote", "mx");
        assert_eq!(step.words().en, "mx took it for a@b.example.");
        let full = StoreFailure::OverQuota {
            used_bytes: 10,
            quota_bytes: 20,
        };
        assert!(full.words().ja.contains("10") && full.words().en.contains("20"));
    }
}
