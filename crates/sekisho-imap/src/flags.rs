//! Flags of a message (RFC 9051 §2.3.2): five system flags and free keywords.

use crate::limits::{KEYWORD_BYTES_MAX, KEYWORDS_MAX};

/// One flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flag {
    /// `\Answered`
    Answered,
    /// `\Flagged`
    Flagged,
    /// `\Deleted`
    Deleted,
    /// `\Seen`
    Seen,
    /// `\Draft`
    Draft,
    /// A keyword such as `$Junk`, `$Forwarded`.
    Keyword(Box<str>),
}

const SYSTEM: [(&str, u8); 5] = [
    ("\\Answered", Flags::ANSWERED),
    ("\\Flagged", Flags::FLAGGED),
    ("\\Deleted", Flags::DELETED),
    ("\\Seen", Flags::SEEN),
    ("\\Draft", Flags::DRAFT),
];

/// A set of flags. Small: most messages have no keyword, and then nothing is allocated.
/// `\Recent` is not here: it belongs to a session, not to a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    system: u8,
    /// Sorted by lower case; the first spelling seen is kept.
    keywords: Vec<Box<str>>,
}

impl Flags {
    /// Bit of `\Answered` in [`Flags::system`].
    pub const ANSWERED: u8 = 1;
    /// Bit of `\Flagged`.
    pub const FLAGGED: u8 = 2;
    /// Bit of `\Deleted`.
    pub const DELETED: u8 = 4;
    /// Bit of `\Seen`.
    pub const SEEN: u8 = 8;
    /// Bit of `\Draft`.
    pub const DRAFT: u8 = 16;

    /// From the store's columns: the bits above, and keywords. Keywords that are not atoms, too
    /// long or too many are left out.
    pub fn new<'a>(system: u8, keywords: impl IntoIterator<Item = &'a str>) -> Self {
        let mut flags = Self {
            system: system & 31,
            keywords: Vec::new(),
        };
        for keyword in keywords {
            if is_keyword(keyword) {
                flags.insert(&Flag::Keyword(keyword.into()));
            }
        }
        flags
    }

    /// The system flags as bits.
    pub fn system(&self) -> u8 {
        self.system
    }

    /// The keywords, sorted.
    pub fn keywords(&self) -> impl Iterator<Item = &str> {
        self.keywords.iter().map(AsRef::as_ref)
    }

    /// Whether all of these system bits are set.
    pub fn has(&self, system: u8) -> bool {
        self.system & system == system
    }

    /// Whether the keyword is set, in any case of letters.
    pub fn has_keyword(&self, keyword: &str) -> bool {
        self.place(keyword).is_ok()
    }

    /// No flag at all.
    pub fn is_empty(&self) -> bool {
        self.system == 0 && self.keywords.is_empty()
    }

    /// Adds one; a keyword above the limit is dropped and `false` returned.
    pub fn insert(&mut self, flag: &Flag) -> bool {
        match flag {
            Flag::Keyword(keyword) => match self.place(keyword) {
                Ok(_) => true,
                Err(_) if self.keywords.len() >= KEYWORDS_MAX => false,
                Err(at) => {
                    self.keywords.insert(at, keyword.clone());
                    true
                }
            },
            system => {
                self.system |= system.bit();
                true
            }
        }
    }

    /// All of `other` too.
    pub fn add(&mut self, other: &Self) {
        self.system |= other.system;
        for keyword in &other.keywords {
            self.insert(&Flag::Keyword(keyword.clone()));
        }
    }

    /// None of `other`.
    pub fn remove(&mut self, other: &Self) {
        self.system &= !other.system;
        self.keywords.retain(|keyword| !other.has_keyword(keyword));
    }

    /// As in a FLAGS list, without the parentheses.
    pub fn to_list(&self) -> String {
        let mut out = String::new();
        let system = SYSTEM
            .iter()
            .filter(|(_, bit)| self.has(*bit))
            .map(|(name, _)| *name);
        for name in system.chain(self.keywords()) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(name);
        }
        out
    }

    fn place(&self, keyword: &str) -> Result<usize, usize> {
        self.keywords
            .binary_search_by(|have| fold(have).cmp(fold(keyword)))
    }
}

fn fold(keyword: &str) -> impl Iterator<Item = u8> + '_ {
    keyword.bytes().map(|byte| byte.to_ascii_lowercase())
}

impl Flag {
    /// `\Seen`, `$Junk`, … `None` for what is no flag, or may not be set by a client
    /// (`\Recent`, unknown backslash flags; RFC 9051 §2.3.2).
    pub fn parse(name: &str) -> Option<Self> {
        if name.starts_with('\\') {
            let (_, bit) = SYSTEM
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name))?;
            return Some(match *bit {
                Flags::ANSWERED => Self::Answered,
                Flags::FLAGGED => Self::Flagged,
                Flags::DELETED => Self::Deleted,
                Flags::SEEN => Self::Seen,
                _ => Self::Draft,
            });
        }
        is_keyword(name).then(|| Self::Keyword(name.into()))
    }

    fn bit(&self) -> u8 {
        match self {
            Self::Answered => Flags::ANSWERED,
            Self::Flagged => Flags::FLAGGED,
            Self::Deleted => Flags::DELETED,
            Self::Seen => Flags::SEEN,
            Self::Draft => Flags::DRAFT,
            Self::Keyword(_) => 0,
        }
    }
}

/// `flag-keyword = atom` (RFC 9051 §9), within our length.
fn is_keyword(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= KEYWORD_BYTES_MAX
        && name.bytes().all(crate::grammar::is_atom_char)
}
