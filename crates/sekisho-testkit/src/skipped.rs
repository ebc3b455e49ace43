//! A test that lacks its corpus or its peer says so and is counted as skipped, not as passed.

use std::io::Write;

/// Tells that the calling test cannot run here. `scripts/test` counts the lines of the file
/// that `SEKISHO_SKIPPED` names, one a test.
pub fn skipped(why: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    eprintln!("skipped: {test}: {why}");
    let Some(path) = std::env::var_os("SEKISHO_SKIPPED") else {
        return;
    };
    let line = format!("{test}: {why}\n");
    let written = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .and_then(|mut file| file.write_all(line.as_bytes()));
    if let Err(error) = written {
        panic!("{}: {error}", path.display());
    }
}

/// Whether a program is on the machine; when it is not, the calling test is told as skipped.
pub fn installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain([std::path::PathBuf::from("/usr/sbin")])
        .any(|dir| dir.join(program).is_file());
    if !found {
        skipped(&format!("`{program}` is not installed"));
    }
    found
}
