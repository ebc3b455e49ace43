//! tar: old, ustar, and the long names, sparse files and attributes of GNU and pax (POSIX.1-2001).

use crate::limits::MEMBERS_MAX;

const BLOCK: usize = 512;

/// A file in a tar: its name and its bytes, without the holes of a sparse file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TarFile<'a> {
    pub(crate) name: Vec<u8>,
    pub(crate) bytes: &'a [u8],
}

/// What a tar holds.
#[derive(Debug, Default)]
pub(crate) struct Tar<'a> {
    pub(crate) files: Vec<TarFile<'a>>,
    /// Names of symbolic links.
    pub(crate) links: Vec<Vec<u8>>,
    pub(crate) is_whole: bool,
}

/// What a pax header says of the file behind it.
#[derive(Default)]
struct Pax {
    path: Option<Vec<u8>>,
    size: Option<usize>,
}

/// Whether the first block is the header of a tar of any kind: its sum of bytes is right.
pub(crate) fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(..BLOCK).is_some_and(|header| {
        header.first().is_some_and(|byte| *byte != 0) && has_right_sum(header)
    })
}

/// The files in their order.
pub(crate) fn untar(bytes: &[u8]) -> Tar<'_> {
    let mut tar = Tar::default();
    let mut long_name: Option<Vec<u8>> = None;
    let mut pax = Pax::default();
    let mut rest = bytes;
    while let Some(header) = rest.get(..BLOCK) {
        if header.iter().all(|byte| *byte == 0) {
            tar.is_whole = true;
            return tar;
        }
        let stated = number(header.get(124..136).unwrap_or_default());
        let size = pax.size.take().or(stated);
        let Some(size) = size.filter(|_| has_right_sum(header)) else {
            return tar;
        };
        let mut body = rest.get(BLOCK..).unwrap_or_default();
        let kind = header.get(156).copied().unwrap_or(0);
        if kind == b'S' {
            body = behind_sparse(header, body);
        }
        // Links state the size of what they point to, and have no bytes.
        let size = if matches!(kind, b'1'..=b'6') { 0 } else { size };
        let content = body.get(..size);
        match kind {
            b'L' => long_name = content.map(|content| until_nul(content).to_vec()),
            b'x' | b'g' => pax = read_pax(content.unwrap_or(body), kind == b'g', pax),
            b'K' => {}
            _ => {
                let path = pax.path.take();
                let name = long_name.take().or(path).unwrap_or_else(|| name(header));
                tar.take(kind, name, content.unwrap_or(body));
            }
        }
        if content.is_none() || tar.files.len() > MEMBERS_MAX {
            return tar;
        }
        let padded = size.div_ceil(BLOCK).saturating_mul(BLOCK);
        rest = body.get(padded..).unwrap_or_default();
    }
    tar.is_whole = rest.is_empty();
    tar
}

impl<'a> Tar<'a> {
    fn take(&mut self, kind: u8, name: Vec<u8>, bytes: &'a [u8]) {
        match kind {
            b'2' => self.links.push(name),
            // Devices, directories, volume labels.
            b'1' | b'3'..=b'6' | b'D' | b'V' | b'N' => {}
            _ if bytes.is_empty() && name.ends_with(b"/") => {}
            // All other kinds are to be taken as files (POSIX.1-2001, pax, "typeflag").
            _ => self.files.push(TarFile { name, bytes }),
        }
    }
}

/// Old GNU sparse files have blocks of more holes between header and bytes.
fn behind_sparse<'a>(header: &[u8], body: &'a [u8]) -> &'a [u8] {
    let mut rest = body;
    let mut is_extended = header.get(482).is_some_and(|byte| *byte != 0);
    while is_extended {
        let Some(block) = rest.get(..BLOCK) else {
            break;
        };
        is_extended = block.get(504).is_some_and(|byte| *byte != 0);
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
    rest
}

/// Octal digits, or GNU's base 256 with the highest bit set.
fn number(field: &[u8]) -> Option<usize> {
    if field.first().is_some_and(|byte| byte & 0x80 != 0) {
        return field.iter().skip(1).try_fold(0usize, |number, byte| {
            number.checked_mul(256)?.checked_add(usize::from(*byte))
        });
    }
    let text = std::str::from_utf8(until_nul(field)).ok()?.trim();
    if text.is_empty() {
        return Some(0);
    }
    usize::from_str_radix(text, 8).ok()
}

/// The sum of all bytes with the field of the sum as blanks; some old writers added signed ones.
fn has_right_sum(header: &[u8]) -> bool {
    let Some(stated) = number(header.get(148..156).unwrap_or_default()) else {
        return false;
    };
    let byte = |at: usize, byte: u8| if (148..156).contains(&at) { b' ' } else { byte };
    let places = || header.iter().enumerate();
    let sum: usize = places().map(|(at, b)| usize::from(byte(at, *b))).sum();
    let signed: i64 = places().map(|(at, b)| i64::from(byte(at, *b) as i8)).sum();
    stated == sum || i64::try_from(stated) == Ok(signed)
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

/// Records of `27 path=…\n`.
fn read_pax(content: &[u8], is_global: bool, before: Pax) -> Pax {
    let mut pax = if is_global { before } else { Pax::default() };
    let mut rest = content;
    while let Some(blank) = memchr::memchr(b' ', rest) {
        let digits = rest
            .get(..blank)
            .and_then(|text| std::str::from_utf8(text).ok());
        let Some(length) = digits.and_then(|digits| digits.trim().parse::<usize>().ok()) else {
            break;
        };
        let Some(record) = rest.get(blank + 1..length) else {
            break;
        };
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        let equals = memchr::memchr(b'=', record).unwrap_or(record.len());
        let (key, value) = record.split_at(equals);
        let value = value.get(1..).unwrap_or_default();
        match key {
            b"path" if pax.path.is_none() => pax.path = Some(value.to_vec()),
            // The name of a sparse file; `path` is then an invented one.
            b"GNU.sparse.name" => pax.path = Some(value.to_vec()),
            b"size" => {
                pax.size = std::str::from_utf8(value)
                    .ok()
                    .and_then(|text| text.parse().ok())
            }
            _ => {}
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    pax
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or_default()
}
