//! Who opens files. By itself this crate does it where it stands; the server has it done in a caged process.

use std::fmt::Debug;

use sekisho_content::{File, Opened, Place, Reason, State, Verdict, open_with};
use serde::{Deserialize, Serialize};

/// Opens files.
pub trait Opener: Debug + Send + Sync {
    /// Opens one, trying these passwords on what is locked. Never fails: what could not be opened is
    /// [`OpenedFile::lost`].
    fn open(&self, file: &File<'_>, passwords: &[String]) -> OpenedFile;
}

/// Opens files where it is called.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

impl Opener for InProcess {
    fn open(&self, file: &File<'_>, passwords: &[String]) -> OpenedFile {
        open_with(file, passwords).into()
    }
}

/// What was found in a file, in a form that can come from another process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenedFile {
    /// The type by content, as a short name.
    pub kind: String,
    /// As in [`Opened`].
    pub verdicts: Vec<Verdict>,
    /// As in [`Opened`].
    pub encrypted: bool,
    /// As in [`Opened`].
    pub password: Option<String>,
    /// As in [`Opened`].
    pub state: State,
    /// Why nobody could look into it, though it may be sound: `worker_died`, `timed_out`.
    pub lost: Option<String>,
    /// Texts with their places.
    pub pieces: Vec<(Place, String)>,
    /// The files in it.
    pub members: Vec<InnerFile>,
}

/// A file inside a file; as in [`sekisho_content::Member`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InnerFile {
    /// The likeliest reading of its name.
    pub name: String,
    /// Every reading of its name.
    pub names: Vec<String>,
    /// The media type that it declares.
    pub declared: Option<String>,
    /// Unpacked bytes.
    pub size: u64,
    /// What it holds.
    pub opened: OpenedFile,
}

impl OpenedFile {
    /// A file that nobody has looked into, and why. Uninspectable, never clean.
    pub fn lost(kind: &str, why: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            verdicts: vec![Verdict::Unopened],
            encrypted: false,
            password: None,
            state: State::Uninspectable(Reason::LimitReached),
            lost: Some(why.to_owned()),
            pieces: Vec::new(),
            members: Vec::new(),
        }
    }
}

impl From<Opened> for OpenedFile {
    fn from(opened: Opened) -> Self {
        let inner = |member: sekisho_content::Member| InnerFile {
            name: member.name,
            names: member.names,
            declared: member.declared,
            size: member.size,
            opened: member.opened.into(),
        };
        Self {
            kind: opened.file_type.name().to_owned(),
            verdicts: opened.verdicts,
            encrypted: opened.encrypted,
            password: opened.password,
            state: opened.state,
            lost: None,
            pieces: opened
                .pieces
                .into_iter()
                .map(|piece| (piece.place, piece.text))
                .collect(),
            members: opened.members.into_iter().map(inner).collect(),
        }
    }
}
