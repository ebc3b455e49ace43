//! Reading: bytes to the tree. `walk` makes the main reading, `other` the others.

pub(crate) mod block;
mod entity;
pub(crate) mod other;
pub(crate) mod walk;
