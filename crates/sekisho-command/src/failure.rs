//! Why a command was not carried out; one place turns it into words and an exit code.

use sekisho_directory::DirectoryFailure;
use sekisho_store::StoreFailure;
use sekisho_words::{Words, say};

/// Why a command was not carried out. Nothing of it has happened then.
#[derive(Debug, thiserror::Error)]
pub enum CommandFailure {
    /// The caller's turn: there is no such thing.
    #[error("no such {what}: {name}")]
    NotFound {
        /// What kind of thing, as in the catalogue: `user`, `mail`, ….
        what: &'static str,
        /// What was asked for.
        name: String,
    },
    /// The caller may not do this.
    #[error("not allowed")]
    Forbidden,
    /// The caller's turn: a value cannot be used.
    #[error("{place}: {}", .words.en)]
    Invalid {
        /// Which value.
        place: String,
        /// What is wrong, and what to write.
        words: Words,
    },
    /// The caller's turn: the mail is not in a state in which this can be done.
    #[error("{}", .0.en)]
    State(Words),
    /// The directory refused.
    #[error(transparent)]
    Directory(#[from] DirectoryFailure),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

impl CommandFailure {
    /// A value that cannot be used, with the catalogue's key of what is wrong.
    pub(crate) fn invalid(place: &str, key: &str, value: &str) -> Self {
        Self::Invalid {
            place: place.to_owned(),
            words: say(key, &[("value", value.into())]),
        }
    }

    /// What a person reads.
    pub fn words(&self) -> Words {
        match self {
            Self::NotFound { what, name } => {
                let key = format!("command-no-such-{what}");
                say(&key, &[("name", name.as_str().into())])
            }
            Self::Forbidden => say("command-forbidden", &[]),
            Self::Invalid { words, .. } | Self::State(words) => words.clone(),
            Self::Directory(failure) => failure.words(),
            Self::Store(failure) => failure.words(),
        }
    }

    /// Exit code of the command line: 1 failed, 2 wrong usage, 3 not found, 4 refused.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NotFound { .. }
            | Self::Store(StoreFailure::NotFound(_))
            | Self::Directory(
                DirectoryFailure::NotFound(_) | DirectoryFailure::Store(StoreFailure::NotFound(_)),
            ) => 3,
            Self::Forbidden => 4,
            Self::Invalid { .. } => 2,
            Self::State(_) | Self::Directory(_) | Self::Store(_) => 1,
        }
    }
}
