//! The command line as a person or a script uses it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a command said.
#[derive(Debug, Clone)]
pub struct Said {
    /// Exit code.
    pub code: i32,
    /// Data.
    pub out: String,
    /// Words.
    pub err: String,
}

impl Said {
    /// The data as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same, when it went well.
    ///
    /// # Panics
    /// When the exit code is not 0.
    pub fn well(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

/// Runs `program --config CONFIG ARGUMENTS…` with a locale and something to read.
///
/// # Panics
/// When the program cannot be started.
pub fn run(program: &str, config: &Path, locale: &str, input: &str, arguments: &[&str]) -> Said {
    let mut child = Command::new(program)
        .arg("--config")
        .arg(config)
        .args(arguments)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", locale)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    // A command that reads nothing may have closed its end.
    let _ = child
        .stdin
        .take()
        .expect("stdin is piped")
        .write_all(input.as_bytes());
    let output = child.wait_with_output().expect("it can be waited for");
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("answers are UTF-8"),
        err: String::from_utf8(output.stderr).expect("words are UTF-8"),
    }
}
