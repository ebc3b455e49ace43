//! Message contents on disk.

pub(crate) mod spool;
