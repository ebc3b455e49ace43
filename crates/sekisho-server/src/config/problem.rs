//! What can be wrong with the file, and in which words a person reads it.

use std::fmt;
use std::path::{Path, PathBuf};

use sekisho_words::{Arg, Language, Words, say};

/// Everything that is wrong with one configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors {
    /// The file, as it was named.
    pub file: PathBuf,
    /// In the order of their lines.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1.
    pub line: usize,
    /// Dotted path, as `listeners.smtp.address`; empty for the file as a whole.
    pub key: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// The kinds of mistakes; the key of each names its words in `server.ftl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// The file could not be read at all.
    Unreadable(String),
    /// Not TOML.
    Syntax(String),
    /// The file has no `version = "1"`.
    Version,
    /// No such setting; the nearest one, if one is near.
    Unknown(Option<String>),
    /// A setting that has no default is not there.
    Missing(&'static str),
    /// A text where a number was wanted, or the like.
    Type {
        /// What stands there.
        found: &'static str,
        /// What should stand there, with an example.
        wanted: &'static str,
    },
    /// Not an address and port.
    Address(String),
    /// Not a network in CIDR form.
    Network(String),
    /// Not a host name with a dot in it.
    Hostname(String),
    /// Not one of the words that are known here.
    Choice {
        /// What stands there.
        value: String,
        /// The known words.
        choices: &'static str,
    },
    /// A number outside its bounds.
    Range {
        /// The smallest allowed.
        min: i64,
        /// The greatest allowed.
        max: i64,
    },
    /// Not a size such as `512 MB`.
    Size(String),
    /// A file that is named is not there or cannot be read.
    File {
        /// The file.
        path: String,
        /// What the operating system says.
        why: String,
    },
    /// Only one of the three sources of certificates can be used.
    TlsSources,
    /// A service that needs TLS is on, and no certificate is named.
    NoCertificate(&'static str),
    /// No service is on.
    NoListener,
    /// Two services on one address.
    AddressTwice(String),
    /// Metrics hold sender and recipient counts: not for everyone.
    MetricsPublic,
    /// Every client in the world would be trusted.
    TrustsAll,
}

impl ConfigErrors {
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        let kind = ProblemKind::Unreadable(error.to_string());
        Self {
            file: path.to_path_buf(),
            problems: vec![Problem {
                line: 0,
                key: String::new(),
                kind,
            }],
        }
    }

    /// All problems as lines: `file:line: key: what is wrong`, then what to write.
    #[must_use]
    pub fn report(&self, language: Language) -> String {
        let mut text = String::new();
        for problem in &self.problems {
            let (what, hint) = problem.words();
            text.push_str(&self.file.display().to_string());
            if problem.line > 0 {
                text.push_str(&format!(":{}", problem.line));
            }
            text.push_str(": ");
            if !problem.key.is_empty() {
                text.push_str(&format!("{}: ", problem.key));
            }
            text.push_str(&format!(
                "{}\n  {}\n",
                what.in_language(language),
                hint.in_language(language)
            ));
        }
        text
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.report(Language::En).trim_end())
    }
}

impl std::error::Error for ConfigErrors {}

impl Problem {
    /// What is wrong, and what to write.
    #[must_use]
    pub fn words(&self) -> (Words, Words) {
        let (name, args) = self.kind.key();
        let args: Vec<(&str, Arg<'_>)> = args
            .iter()
            .map(|(name, value)| (*name, Arg::from(value)))
            .collect();
        (say(name, &args), say(&format!("{name}-write"), &args))
    }
}

impl ProblemKind {
    /// The catalogue key and its arguments.
    fn key(&self) -> (&'static str, Vec<(&'static str, String)>) {
        match self {
            Self::Unreadable(why) => ("config-unreadable", vec![("why", why.clone())]),
            Self::Syntax(why) => ("config-syntax", vec![("why", why.clone())]),
            Self::Version => ("config-version", vec![]),
            Self::Unknown(None) => ("config-unknown", vec![]),
            Self::Unknown(Some(near)) => ("config-unknown-near", vec![("near", near.clone())]),
            Self::Missing(example) => ("config-missing", vec![("example", (*example).to_owned())]),
            Self::Type { found, wanted } => (
                "config-type",
                vec![
                    ("found", (*found).to_owned()),
                    ("wanted", (*wanted).to_owned()),
                ],
            ),
            Self::Address(value) => ("config-address", vec![("value", value.clone())]),
            Self::Network(value) => ("config-network", vec![("value", value.clone())]),
            Self::Hostname(value) => ("config-hostname", vec![("value", value.clone())]),
            Self::Choice { value, choices } => (
                "config-choice",
                vec![("value", value.clone()), ("choices", (*choices).to_owned())],
            ),
            Self::Range { min, max } => (
                "config-range",
                vec![("min", min.to_string()), ("max", max.to_string())],
            ),
            Self::Size(value) => ("config-size", vec![("value", value.clone())]),
            Self::File { path, why } => (
                "config-file",
                vec![("path", path.clone()), ("why", why.clone())],
            ),
            Self::TlsSources => ("config-tls-sources", vec![]),
            Self::NoCertificate(service) => (
                "config-no-certificate",
                vec![("service", (*service).to_owned())],
            ),
            Self::NoListener => ("config-no-listener", vec![]),
            Self::AddressTwice(value) => ("config-address-twice", vec![("value", value.clone())]),
            Self::MetricsPublic => ("config-metrics-public", vec![]),
            Self::TrustsAll => ("config-trusts-all", vec![]),
        }
    }
}
