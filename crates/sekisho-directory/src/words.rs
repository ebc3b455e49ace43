//! What people read when a change or a sign-in is refused.

use sekisho_words::{Arg, Words, say};

use crate::directory::DirectoryFailure;
use crate::limits::{PASSWORD_CHARS_MIN, TARGETS_MAX};
use crate::sign_in::SignInFailure;

impl DirectoryFailure {
    /// What happened and what to do.
    pub fn words(&self) -> Words {
        let number = |number: usize| Arg::Number(i64::try_from(number).unwrap_or(i64::MAX));
        match self {
            Self::NotOurs(address) => say("directory-not-ours", &[("address", address.into())]),
            Self::Password => say("directory-password", &[("min", number(PASSWORD_CHARS_MIN))]),
            Self::NotFound(_) => say("directory-not-found", &[]),
            Self::Literal => say("directory-literal", &[]),
            Self::LocalPart => say("directory-local-part", &[]),
            Self::SharedPassword => say("directory-shared-password", &[]),
            Self::OwnManager => say("directory-own-manager", &[]),
            Self::Members => say("directory-members", &[("max", number(TARGETS_MAX))]),
            Self::Machine => say("directory-machine", &[]),
            Self::Store(failure) => failure.words(),
        }
    }
}

impl SignInFailure {
    /// What happened and what to do. Never says whether the user exists.
    pub fn words(&self) -> Words {
        match self {
            Self::Refused { .. } => say("directory-sign-in-refused", &[]),
            Self::TryLater { retry_after } => {
                let minutes = i64::try_from(retry_after.as_secs().div_ceil(60)).unwrap_or(i64::MAX);
                say("directory-sign-in-later", &[("minutes", minutes.into())])
            }
            Self::Unavailable => say("directory-sign-in-unavailable", &[]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn every_failure_has_words() {
        let changes = [
            DirectoryFailure::NotOurs("a@b.example".into()),
            DirectoryFailure::Password,
            DirectoryFailure::NotFound("account"),
            DirectoryFailure::Literal,
            DirectoryFailure::LocalPart,
            DirectoryFailure::SharedPassword,
            DirectoryFailure::OwnManager,
            DirectoryFailure::Members,
            DirectoryFailure::Machine,
        ];
        let sign_ins = [
            SignInFailure::Refused {
                answer_after: Duration::ZERO,
            },
            SignInFailure::TryLater {
                retry_after: Duration::from_secs(61),
            },
            SignInFailure::Unavailable,
        ];
        let words = changes
            .iter()
            .map(DirectoryFailure::words)
            .chain(sign_ins.iter().map(SignInFailure::words));
        for words in words {
            assert!(
                !words.en.starts_with("directory-") && !words.ja.starts_with("directory-"),
                "{words:?}"
            );
        }
        assert!(sign_ins[1].words().en.contains('2'));
    }
}
