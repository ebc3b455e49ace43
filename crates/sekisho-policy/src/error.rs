use std::fmt;

use sekisho_words::Words;

/// Everything that is wrong with a policy's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.lines())]
pub struct PolicyError {
    /// At least one, by line.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// `rule my-number: when.all.finding`; empty where the text is not TOML.
    pub place: String,
    /// What is wrong, and what to write.
    pub words: Words,
}

impl PolicyError {
    fn lines(&self) -> String {
        self.problems
            .iter()
            .map(Problem::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.place.is_empty() { "" } else { ": " };
        write!(f, "{}: {}{colon}{}", self.line, self.place, self.words.en)
    }
}
