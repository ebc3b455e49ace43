//! Mail bytes to a tree and back: headers, parts, charsets, names, and every reading of them.
