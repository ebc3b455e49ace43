//! Names of mailboxes: UTF-8 inside, modified UTF-7 on the wire, `/` between levels.

use std::fmt;

use crate::limits::{MAILBOX_LEVELS_MAX, MAILBOX_NAME_BYTES_MAX};
use crate::utf7;

/// A mailbox name such as `INBOX`, `請求書/2026`. INBOX in any case of letters is `INBOX`
/// (RFC 9051 §5.1), as first level too. Never empty, no empty level, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailboxName(String);

/// Why a name cannot be used: the client's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailboxNameError {
    /// Not (canonical) modified UTF-7 and not UTF-8.
    #[error("the mailbox name is not modified UTF-7 (RFC 3501 section 5.1.3)")]
    NotUtf7,
    /// Empty, or with an empty level (`a//b`).
    #[error("the mailbox name has an empty level")]
    EmptyLevel,
    /// A control character, or a wildcard that no LIST could name afterwards.
    #[error("the mailbox name holds a character that cannot be used")]
    BadCharacter,
    /// Over `limits::MAILBOX_NAME_BYTES_MAX` or `limits::MAILBOX_LEVELS_MAX`.
    #[error("the mailbox name is too long")]
    TooLong,
}

impl MailboxName {
    /// The hierarchy delimiter.
    pub const DELIMITER: char = '/';

    /// The level above all shared mailboxes; nobody has a mailbox of their own of this name.
    pub const SHARED: &str = "Shared";

    /// From UTF-8, as stored.
    pub fn new(name: &str) -> Result<Self, MailboxNameError> {
        if name.len() > MAILBOX_NAME_BYTES_MAX || name.matches('/').count() >= MAILBOX_LEVELS_MAX {
            return Err(MailboxNameError::TooLong);
        }
        if name.split('/').any(str::is_empty) {
            return Err(MailboxNameError::EmptyLevel);
        }
        // RFC 5198 §2: no control characters, no line separators. `*` and `%` would be wildcards.
        let bad = |c: char| c.is_control() || matches!(c, '*' | '%' | '\u{2028}' | '\u{2029}');
        if name.contains(bad) {
            return Err(MailboxNameError::BadCharacter);
        }
        Ok(Self(match name.split_once('/') {
            _ if name.eq_ignore_ascii_case("INBOX") => "INBOX".to_owned(),
            Some((first, below)) if first.eq_ignore_ascii_case("INBOX") => {
                format!("INBOX/{below}")
            }
            _ => name.to_owned(),
        }))
    }

    /// From the wire: modified UTF-7, and raw UTF-8 too (RFC 9051 clients, and old ones that
    /// never learned UTF-7).
    pub fn from_wire(wire: &[u8]) -> Result<Self, MailboxNameError> {
        let text = std::str::from_utf8(wire).map_err(|_| MailboxNameError::NotUtf7)?;
        // CREATE "a/" asks for a mailbox that may have mailboxes below (RFC 9051 §6.3.4).
        let text = text.strip_suffix('/').unwrap_or(text);
        if text.is_ascii() {
            Self::new(&utf7::decode(text).ok_or(MailboxNameError::NotUtf7)?)
        } else {
            Self::new(text)
        }
    }

    /// UTF-8, as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Modified UTF-7, unquoted.
    pub fn to_wire(&self) -> String {
        utf7::encode(&self.0)
    }

    /// Whether this is INBOX itself.
    pub fn is_inbox(&self) -> bool {
        self.0 == "INBOX"
    }

    /// Whether this is in the namespace of shared mailboxes (RFC 2342).
    pub fn is_shared(&self) -> bool {
        self.in_shared().is_some() || self.0 == Self::SHARED
    }

    /// The part below `Shared/`: the name of a shared mailbox, and of a folder in it.
    pub fn in_shared(&self) -> Option<&str> {
        self.0.strip_prefix(Self::SHARED)?.strip_prefix('/')
    }

    /// Whether this lies below `other`.
    pub fn is_below(&self, other: &Self) -> bool {
        self.0
            .strip_prefix(&other.0)
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// The level above.
    pub fn parent(&self) -> Option<Self> {
        self.0
            .rsplit_once('/')
            .map(|(parent, _)| Self(parent.to_owned()))
    }
}

impl fmt::Display for MailboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a mailbox is for (RFC 6154).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SpecialUse {
    /// `\All`
    All,
    /// `\Archive`
    Archive,
    /// `\Drafts`
    Drafts,
    /// `\Flagged`
    Flagged,
    /// `\Junk`
    Junk,
    /// `\Sent`
    Sent,
    /// `\Trash`
    Trash,
}

impl SpecialUse {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::All,
        Self::Archive,
        Self::Drafts,
        Self::Flagged,
        Self::Junk,
        Self::Sent,
        Self::Trash,
    ];

    /// `\Sent`, …
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "\\All",
            Self::Archive => "\\Archive",
            Self::Drafts => "\\Drafts",
            Self::Flagged => "\\Flagged",
            Self::Junk => "\\Junk",
            Self::Sent => "\\Sent",
            Self::Trash => "\\Trash",
        }
    }

    /// From `\Sent`, in any case of letters.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|use_| use_.as_str().eq_ignore_ascii_case(name))
    }
}
