//! A closed little world of invented records, for the demo and tests.

use std::path::Path;

use sekisho_auth::{Answers, Query, Reply};

use super::{DnsError, Pending, Resolver};

/// Answers from a JSON file in the form of INTERFACES.md; names that are not in it do not exist.
pub struct FixtureZone {
    answers: Answers,
}

impl FixtureZone {
    /// Reads the file.
    ///
    /// # Errors
    /// It is missing, or not a zone.
    pub fn load(path: &Path) -> Result<Self, DnsError> {
        let wrong = |why: String| DnsError::Zone {
            path: path.to_path_buf(),
            why,
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let zone = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let answers = Answers::from_zone_json(&zone).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { answers })
    }

    /// From answers that are there already.
    #[must_use]
    pub fn new(answers: Answers) -> Self {
        Self { answers }
    }
}

impl Resolver for FixtureZone {
    fn lookup<'a>(&'a self, query: &'a Query) -> Pending<'a> {
        let reply = self
            .answers
            .reply(query)
            .cloned()
            .unwrap_or(Reply::NoSuchName);
        Box::pin(std::future::ready(reply))
    }
}
