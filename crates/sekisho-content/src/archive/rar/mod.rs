//! RAR: names, sizes and locks of all members in both generations of the format.

mod five;
mod four;

use super::listing::Listing;

/// The mark of each, and where it starts: a program may stand before the archive.
pub(crate) fn list(bytes: &[u8]) -> Listing<'_> {
    const MARK: &[u8] = b"Rar!\x1A\x07";
    let Some(at) = memchr::memmem::find(bytes, MARK) else {
        return Listing::broken();
    };
    let rest = bytes.get(at + MARK.len()..).unwrap_or_default();
    match rest {
        [0, rest @ ..] => four::list(rest),
        [1, 0, rest @ ..] => five::list(rest),
        _ => Listing::broken(),
    }
}
