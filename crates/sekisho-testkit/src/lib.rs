//! For tests only: where the corpora are and how their manifests are read, and how a test says
//! that it was skipped.

mod corpus;
mod skipped;

pub use corpus::{corpus, corpus_root, manifest};
pub use skipped::skipped;
