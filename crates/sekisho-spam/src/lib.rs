//! How much a mail looks like spam, and why.
