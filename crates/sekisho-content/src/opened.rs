//! What opening a file gives.

use serde::{Deserialize, Serialize};

use crate::{FileType, Verdict};

/// Why a file could not be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Locked with a password or key.
    Encrypted,
    /// Broken, cut off, or with two readings that do not agree.
    Malformed,
    /// Over a limit of [`crate::limits`].
    LimitReached,
    /// An archive format or method that this version cannot unpack.
    Unsupported,
    /// One file of an archive that lies in several: what is in it goes on in another one.
    OtherVolume,
}

impl Reason {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Malformed => "malformed",
            Self::LimitReached => "limit_reached",
            Self::Unsupported => "unsupported",
            Self::OtherVolume => "other_volume",
        }
    }
}

/// How far a file was read. Its members have states of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// To its end.
    Read,
    /// Not at all: a document format that this version cannot read. A fact for the policy, apart
    /// from what nobody can read.
    Unopened,
    /// Not to its end, and why. Never to be taken for clean.
    Uninspectable(Reason),
}

/// Where in a file a piece of text stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The text itself.
    Text,
    /// Text that a reader does not see: hidden elements, comments, attributes, scripts.
    Hidden,
    /// Properties of a document: title, author.
    Properties,
    /// A sheet, slide or other named section.
    Section(String),
}

/// A run of text. Two pieces are never read together: no word reaches over their border.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands.
    pub place: Place,
    /// The text in Unicode; lines end with `\n`, table cells with `\t`.
    pub text: String,
}

impl Piece {
    pub(crate) fn new(place: Place, text: String) -> Self {
        Self { place, text }
    }
}

/// A file inside a file.
#[derive(Debug, Clone)]
pub struct Member {
    /// The likeliest reading of its name.
    pub name: String,
    /// Every reading of its name.
    pub names: Vec<String>,
    /// The media type that it declares, where the format has such a thing.
    pub declared: Option<String>,
    /// Unpacked bytes.
    pub size: u64,
    /// What it holds.
    pub opened: Opened,
}

/// What was found in a file.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The type by content.
    pub file_type: FileType,
    /// All that is to be said, the gravest first; never empty.
    pub verdicts: Vec<Verdict>,
    /// Whether some of it is locked, also where a password opened it.
    pub encrypted: bool,
    /// The password that opened it, or some of it.
    pub password: Option<String>,
    /// How far it was read.
    pub state: State,
    /// Its text.
    pub pieces: Vec<Piece>,
    /// The files in it.
    pub members: Vec<Member>,
}

impl Opened {
    pub(crate) fn new(file_type: FileType) -> Self {
        Self {
            file_type,
            verdicts: Vec::new(),
            encrypted: false,
            password: None,
            state: State::Read,
            pieces: Vec::new(),
            members: Vec::new(),
        }
    }

    /// The gravest verdict.
    pub fn verdict(&self) -> Verdict {
        self.verdicts.first().copied().unwrap_or(Verdict::Clean)
    }

    pub(crate) fn say(&mut self, verdict: Verdict) {
        if !self.verdicts.contains(&verdict) {
            self.verdicts.push(verdict);
        }
    }

    /// Notes that reading stopped. The first reason stays; encryption wins over all.
    pub(crate) fn stop(&mut self, reason: Reason) {
        match (self.state, reason) {
            (State::Uninspectable(Reason::Encrypted), _) => {}
            (State::Uninspectable(_), Reason::Encrypted) | (State::Read | State::Unopened, _) => {
                self.state = State::Uninspectable(reason);
            }
            (State::Uninspectable(_), _) => {}
        }
        match reason {
            Reason::Encrypted => {
                self.encrypted = true;
                self.say(Verdict::Encrypted);
            }
            Reason::Malformed => self.say(Verdict::Malformed),
            Reason::LimitReached | Reason::Unsupported | Reason::OtherVolume => {}
        }
    }

    /// Notes that a password opened it: a fact that stays, also where all is well inside.
    pub(crate) fn unlock(&mut self, password: &str) {
        self.encrypted = true;
        self.say(Verdict::Encrypted);
        self.password.get_or_insert_with(|| password.to_owned());
    }

    /// Puts the gravest verdict first, with what the members add: an archive is as bad as the
    /// worst file in it.
    pub(crate) fn settle(&mut self) {
        let inner: Vec<Verdict> = self
            .members
            .iter()
            .flat_map(|member| member.opened.verdicts.iter().copied())
            .filter(|verdict| !matches!(verdict, Verdict::Clean | Verdict::Unopened))
            .collect();
        for verdict in inner {
            self.say(verdict);
        }
        self.encrypted |= self.members.iter().any(|member| member.opened.encrypted);
        match self.state {
            State::Unopened => self.say(Verdict::Unopened),
            State::Uninspectable(_) if self.verdicts.is_empty() => self.say(Verdict::Unopened),
            _ if self.verdicts.is_empty() => self.say(Verdict::Clean),
            _ => {}
        }
        if self.verdicts.len() > 1 {
            self.verdicts.retain(|verdict| *verdict != Verdict::Clean);
        }
        self.verdicts.sort_unstable_by(|a, b| b.cmp(a));
        self.verdicts.dedup();
    }
}
