//! `sekisho.toml`: only what must be known before the store opens.
//!
//! Domains, users, policies and routes live in the store. Every problem of the file is reported at once,
//! each with its line and what to write instead; a reload with a bad file keeps the old settings.

mod file;
mod problem;
mod read;
mod sections;
mod values;

use std::path::Path;

pub use problem::{ConfigErrors, Problem, ProblemKind};
pub use sections::{
    Acme, Antivirus, CertificateFiles, Clamd, ClamdAddress, Config, Delivery, Dns, DnsSource,
    Limits, Listener, Listeners, Log, LogFormat, Retention, Service, Tls, TlsSource, WhenAway,
};
pub use values::Network;

/// The annotated example that `sekisho init` starts from; a test reads it back.
pub const SAMPLE: &str = include_str!("sample.toml");

impl Config {
    /// Reads and checks the file at `path`; relative paths inside it are taken from its folder.
    ///
    /// # Errors
    /// Everything that is wrong with the file, at once.
    pub fn load(path: &Path) -> Result<Self, ConfigErrors> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigErrors::unreadable(path, &error))?;
        Self::parse(&text, path)
    }

    /// Checks the text of a configuration whose file name is `path`.
    ///
    /// # Errors
    /// Everything that is wrong with the text, at once.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigErrors> {
        let problems = read::Problems::new(text);
        let folder = path.parent().unwrap_or(Path::new("."));
        let config = file::read(text, folder, &problems);
        match (config, problems.into_sorted()) {
            (Some(config), problems) if problems.is_empty() => Ok(config),
            (_, problems) => Err(ConfigErrors {
                file: path.to_path_buf(),
                problems,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
