//! What the session asks of its driver, and the answers.

use bytes::Bytes;
use sekisho_sasl::{ScramKeys, Secret};

/// One question at a time: nothing further is read before its answer.
#[derive(Debug)]
pub enum Question {
    /// Someone signs in. Answer: [`Answer::Auth`].
    Auth(AuthQuestion),
    /// Signed in: lock the maildrop and list INBOX (RFC 1939 §4). Answer: [`Answer::Maildrop`].
    /// The lock is the driver's, and ends with the connection.
    OpenMaildrop,
    /// One message, whole. Answer: [`Answer::Content`].
    Content {
        /// Which one.
        uid: u32,
    },
    /// QUIT: remove these for good, all or none (RFC 1939 §6). Answer: [`Answer::Removed`].
    Remove {
        /// Ascending.
        uids: Vec<u32>,
    },
}

/// Who signs in, and how. The exchange itself runs in the session.
#[derive(Debug)]
pub enum AuthQuestion {
    /// SCRAM needs the keys of this user. For an unknown one, or one who may not sign in, answer
    /// with `ScramKeys::fake`: the dialogue then fails at its end like a wrong password.
    Keys {
        /// As typed.
        user: String,
    },
    /// USER/PASS, LOGIN and PLAIN: is this the password?
    Password {
        /// As typed.
        user: String,
        /// Whose mailbox is wanted, if not the user's own.
        authzid: Option<String>,
        /// Prints nothing.
        password: Secret,
    },
    /// SCRAM has proved the password.
    Proven {
        /// As typed.
        user: String,
        /// Whose mailbox is wanted, if not the user's own.
        authzid: Option<String>,
    },
    /// SCRAM has failed: to be counted against the guesser.
    Failed {
        /// As typed.
        user: String,
    },
}

/// The answer to the open question.
#[derive(Debug)]
pub enum Answer {
    /// To [`Question::Auth`].
    Auth(AuthAnswer),
    /// To [`Question::OpenMaildrop`].
    Maildrop(Result<Maildrop, Refusal>),
    /// To [`Question::Content`]; `None`: gone.
    Content(Result<Option<Bytes>, Refusal>),
    /// To [`Question::Remove`].
    Removed(Result<(), Refusal>),
}

/// The answer to an [`AuthQuestion`].
#[derive(Debug)]
pub enum AuthAnswer {
    /// To [`AuthQuestion::Keys`].
    Keys(ScramKeys),
    /// To [`AuthQuestion::Password`] and [`AuthQuestion::Proven`]: signed in.
    Accepted,
    /// Unknown user, wrong password, not allowed: one answer for all.
    Refused,
    /// The directory cannot say now, or the guesser is slowed down.
    TryLater,
}

/// INBOX as it stands while the lock is held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maildrop {
    /// UIDVALIDITY, part of each unique id.
    pub uid_validity: u32,
    /// Oldest first.
    pub mails: Vec<Mail>,
}

/// One message of the maildrop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its UID.
    pub uid: u32,
    /// Octets.
    pub size_bytes: u64,
}

/// Why the store did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another POP3 session holds the lock: the client tries again.
    #[error("the maildrop is in use by another session")]
    InUse,
    /// Our turn; the client tries again.
    #[error("not possible now, try again later")]
    TryLater,
}

impl Refusal {
    /// The response code (RFC 2449 §8, RFC 3206 §4), and nowhere else.
    pub fn code(self) -> &'static str {
        match self {
            Self::InUse => "IN-USE",
            Self::TryLater => "SYS/TEMP",
        }
    }
}
