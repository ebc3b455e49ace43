//! ar, in which Debian packages lie, too.

use super::listing::Listing;
use crate::limits::MEMBERS_MAX;

const HEADER: usize = 60;

pub(crate) fn list(bytes: &[u8]) -> Listing<'_> {
    let mut listing = Listing::default();
    let mut long_names: &[u8] = b"";
    let mut rest = bytes.get(8..).unwrap_or_default();
    while !rest.is_empty() && listing.files.len() <= MEMBERS_MAX {
        let Some((header, body)) = rest.split_at_checked(HEADER) else {
            listing.is_broken = true;
            return listing;
        };
        let field = header.get(48..58).unwrap_or_default();
        let size = std::str::from_utf8(field).ok();
        let size = size.and_then(|text| text.trim().parse::<usize>().ok());
        let content = size.and_then(|size| body.get(..size));
        let (Some(content), true) = (content, header.ends_with(b"`\n")) else {
            listing.is_broken = true;
            return listing;
        };
        let name = header.get(..16).unwrap_or_default().trim_ascii_end();
        match name {
            b"/" | b"/SYM64/" | b"__.SYMDEF" => {}
            b"//" => long_names = content,
            _ => {
                let (name, content) = named(name, content, long_names);
                listing.add(name, content);
            }
        }
        let padded = content.len() + content.len() % 2;
        rest = body.get(padded..).unwrap_or_default();
    }
    listing
}

/// Long names: GNU has them in a table (`/12`), BSD in front of the content (`#1/20`).
fn named<'a>(name: &'a [u8], content: &'a [u8], table: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse::<usize>().ok();
    if let Some(length) = name.strip_prefix(b"#1/").and_then(number) {
        let (long, content) = content.split_at_checked(length).unwrap_or((name, content));
        let end = memchr::memchr(0, long).unwrap_or(long.len());
        return (long.get(..end).unwrap_or(long), content);
    }
    if let Some(at) = name.strip_prefix(b"/").and_then(number) {
        let long = table.get(at..).unwrap_or_default();
        let end = memchr::memchr(b'\n', long).unwrap_or(long.len());
        let long = long.get(..end).unwrap_or(long);
        return (long.strip_suffix(b"/").unwrap_or(long), content);
    }
    (name.strip_suffix(b"/").unwrap_or(name), content)
}
