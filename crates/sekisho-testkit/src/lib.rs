//! For tests only: where the corpora are, and how their manifests are read.

mod corpus;

pub use corpus::{corpus, corpus_root, manifest};
