//! Mail that waits, and the decisions on it: held for a person, delayed for a time, quarantined under
//! suspicion.

mod delay;
mod hold;
mod quarantine;

pub use hold::{Decided, Decision, Reasons};
