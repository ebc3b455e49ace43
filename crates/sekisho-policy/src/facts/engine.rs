use serde::{Deserialize, Serialize};

/// The answer of an antivirus engine to one content of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EngineAnswer {
    /// Its name: `clamd`.
    pub engine: String,
    /// What it said.
    pub said: EngineSaid,
    /// The name of the signature that fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// What it was shown: `mail`, or a part as the `where` of a finding.
    #[serde(rename = "where")]
    pub place: String,
}

/// What an engine says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineSaid {
    /// It did not answer. Never counts as clean.
    #[default]
    Away,
    /// Nothing found.
    Clean,
    /// Malware.
    Malware,
    /// It could not look through it: too large, locked.
    Unread,
}

impl EngineSaid {
    /// As in stored facts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::Clean => "clean",
            Self::Malware => "malware",
            Self::Unread => "unread",
        }
    }
}
