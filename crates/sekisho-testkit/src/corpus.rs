//! The test corpora live outside the project: a fresh clone lacks them.

use std::path::{Path, PathBuf};

use crate::skipped;

/// The corpus directory: `SEKISHO_CORPUS`, else `../shared/corpus` beside the workspace.
/// `None` when it is not there; the caller then says `skipped` and returns.
pub fn corpus_root() -> Option<PathBuf> {
    let root = match std::env::var_os("SEKISHO_CORPUS") {
        Some(dir) => PathBuf::from(dir),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
    };
    root.is_dir().then_some(root)
}

/// One corpus by name (`mime`, `auth`, …), or `None` after telling that it is skipped.
pub fn corpus(name: &str) -> Option<PathBuf> {
    let found = corpus_root()
        .map(|root| root.join(name))
        .filter(|dir| dir.is_dir());
    if found.is_none() {
        skipped(&format!("no corpus `{name}`"));
    }
    found
}

/// The rows of `manifest.jsonl` (or another `.jsonl`) in `dir`.
///
/// # Panics
/// When the file is missing or a row is not JSON: a broken corpus must not pass for an empty one.
pub fn manifest(dir: &Path, file: &str) -> Vec<serde_json::Value> {
    let path = dir.join(file);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect();
    assert!(!rows.is_empty(), "{} has no rows", path.display());
    rows
}
