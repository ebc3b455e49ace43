//! The message catalogue: everything a person reads, in Japanese and English.
