//! Rules for both directions: facts in, one verdict out, and why in words.
