//! Every bound of this crate, with its reason.

/// A part that gets a text is decoded; above this it is left as it is and the text goes beside it. No
/// person writes so much, and 50 MB must not be held twice.
pub const TEXT_BYTES_MAX: usize = 8 << 20;

/// Bodies of an alternative that get the text: readers know two or three.
pub const BODIES_MAX: usize = 16;

/// No line may be longer (RFC 5322 §2.1.1).
pub const LINE_BYTES_MAX: usize = 998;
