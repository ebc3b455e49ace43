//! tar: ustar and the long names of GNU and pax (POSIX.1-2001).

use crate::limits::MEMBERS_MAX;

const BLOCK: usize = 512;

/// A file in a tar: its name and its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TarFile<'a> {
    pub(crate) name: Vec<u8>,
    pub(crate) bytes: &'a [u8],
}

/// The files, and whether the archive is whole.
pub(crate) fn untar(bytes: &[u8]) -> (Vec<TarFile<'_>>, bool) {
    let mut files = Vec::new();
    let mut long_name: Option<Vec<u8>> = None;
    let mut rest = bytes;
    while let Some(header) = rest.get(..BLOCK) {
        if header.iter().all(|byte| *byte == 0) {
            return (files, true);
        }
        let Some(size) = octal(header.get(124..136).unwrap_or_default()) else {
            return (files, false);
        };
        let body = rest.get(BLOCK..).unwrap_or_default();
        let Some(content) = body.get(..size) else {
            return (files, false);
        };
        match header.get(156) {
            Some(b'L') => long_name = Some(until_nul(content).to_vec()),
            Some(b'x') => long_name = pax_path(content),
            Some(b'0' | 0 | b'7') => files.push(TarFile {
                name: long_name.take().unwrap_or_else(|| name(header)),
                bytes: content,
            }),
            _ => long_name = None,
        }
        if files.len() > MEMBERS_MAX {
            return (files, false);
        }
        let padded = size.div_ceil(BLOCK).saturating_mul(BLOCK);
        rest = body.get(padded..).unwrap_or_default();
    }
    (files, rest.is_empty())
}

fn octal(field: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(until_nul(field)).ok()?.trim();
    usize::from_str_radix(text, 8).ok()
}

fn name(header: &[u8]) -> Vec<u8> {
    let name = until_nul(header.get(..100).unwrap_or_default());
    let prefix = until_nul(header.get(345..500).unwrap_or_default());
    let ustar = header.get(257..263) == Some(b"ustar\0");
    if prefix.is_empty() || !ustar {
        return name.to_vec();
    }
    [prefix, b"/", name].concat()
}

/// `27 path=…\n`
fn pax_path(content: &[u8]) -> Option<Vec<u8>> {
    content.split(|byte| *byte == b'\n').find_map(|line| {
        let at = memchr::memmem::find(line, b" path=")?;
        line.get(at + 6..).map(<[u8]>::to_vec)
    })
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or_default()
}
