//! Zone files for tests and trials: the JSON forms of INTERFACES.md.

use super::Answers;

/// Why a zone file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// The file is not a JSON object of names.
    #[error("a zone file is a JSON object: {{\"name\": records, …}}")]
    NotAnObject,
    /// An entry has an unknown form.
    #[error("zone entry `{name}`: {what}")]
    BadEntry {
        /// The name whose entry is wrong.
        name: String,
        /// What is wrong with it, and what to write.
        what: String,
    },
}

impl Answers {
    /// Reads a zone: `{"name": [{"TXT": "…"}, {"A": "…"}, {"MX": [10, "host"]}, "TIMEOUT"]}` or the
    /// flat form `{"name": "txt" | ["txt", …]}`. The world is closed: other names do not exist.
    ///
    /// # Errors
    /// [`ZoneError`] names the first entry that cannot be read.
    pub fn from_zone_json(zone: &serde_json::Value) -> Result<Self, ZoneError> {
        let _ = zone;
        todo!()
    }
}
