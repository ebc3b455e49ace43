//! Files with more than one reading: one program opens them as this, another one as that.

use super::{Class, FileType, magic, named};

/// Readers of PDF take a header within the first kilobyte (Adobe's note 13 on ISO 32000-1 §7.5.2).
const PDF_HEADER_BYTES: usize = 1_024;

/// Bytes after a picture's end that are looked at.
const TAIL_BYTES: usize = 4_096;

/// The other reading, if there is one that matters.
pub(crate) fn second_reading(bytes: &[u8], first: FileType) -> Option<FileType> {
    let name = match first.class() {
        _ if is_pdf_later(bytes, first) => Some("pdf"),
        Class::Image => in_picture(bytes, first.name()),
        Class::Document if first.name() == "pdf" => around_pdf(bytes),
        _ => None,
    };
    name.map(named)
}

/// A PDF header behind another beginning. Blanks, a mark of Unicode or a line of a printer's language
/// are no other beginning.
fn is_pdf_later(bytes: &[u8], first: FileType) -> bool {
    let head = bytes
        .get(..bytes.len().min(PDF_HEADER_BYTES))
        .unwrap_or_default();
    let Some(at) = memchr::memmem::find(head, b"%PDF-1.") else {
        return false;
    };
    let document = bytes.get(at..).unwrap_or_default();
    let is_document = memchr::memmem::find(document, b" obj").is_some()
        && memchr::memmem::find(document, b"endobj").is_some();
    at > 0
        && is_document
        && !matches!(
            first.name(),
            "pdf" | "data" | "txt" | "eml" | "mbox" | "zip" | "tar"
        )
}

/// Scripts and files in and behind a picture.
fn in_picture(bytes: &[u8], name: &str) -> Option<&'static str> {
    // `GIF89a/*` has a width of 10,799; the comment ends in the script.
    if name == "gif" && matches!(bytes.get(6..8), Some(b"/*" | b"=1" | b"='" | b"=\"")) {
        return Some("js");
    }
    if name == "bmp" && bytes.get(2..4) == Some(b"/*") {
        return Some("js");
    }
    let end = match name {
        "png" => memchr::memmem::find(bytes, b"IEND\xAE\x42\x60\x82").map(|at| at + 8),
        "jpeg" => memchr::memmem::rfind(bytes, b"\xFF\xD9").map(|at| at + 2),
        "gif" => gif_end(bytes),
        _ => None,
    }?;
    let tail = bytes.get(end..)?;
    let tail = tail.get(..tail.len().min(TAIL_BYTES))?;
    behind(tail)
}

/// Blocks of a GIF up to its trailer (GIF89a §12 to §27).
fn gif_end(bytes: &[u8]) -> Option<usize> {
    let packed = *bytes.get(10)?;
    let table = |packed: u8| {
        if packed & 0x80 != 0 {
            3 << ((packed & 7) + 1)
        } else {
            0
        }
    };
    let mut at = 13 + table(packed);
    loop {
        match *bytes.get(at)? {
            0x3B => return Some(at + 1),
            0x21 => at += 2,
            0x2C => at += 11 + table(*bytes.get(at + 9)?),
            _ => return None,
        }
        // Data in blocks with their length, ended by one of none.
        loop {
            let length = usize::from(*bytes.get(at)?);
            at += 1 + length;
            if length == 0 {
                break;
            }
        }
    }
}

/// What begins right behind an end, zips apart, which are looked for from theirs.
fn behind(tail: &[u8]) -> Option<&'static str> {
    let tail = tail.trim_ascii_start();
    if let Some(
        found @ ("exe" | "elf" | "pdf" | "rar" | "7z" | "zip" | "cab" | "ole" | "rtf" | "lnk"),
    ) = magic::by_magic(tail)
    {
        return Some(found);
    }
    let lower = tail.to_ascii_lowercase();
    let has = |mark: &[u8]| memchr::memmem::find(&lower, mark).is_some();
    if has(b"<script") || has(b"<html") || has(b"<body") || has(b"<svg") {
        Some("html")
    } else if has(b"<?php") || has(b"<%@") {
        Some("script")
    } else {
        None
    }
}

/// A page before the first object, or a file behind the last end.
fn around_pdf(bytes: &[u8]) -> Option<&'static str> {
    let first = memchr::memmem::find(bytes, b" obj").unwrap_or(bytes.len());
    let head = bytes
        .get(..first.min(PDF_HEADER_BYTES * 4))?
        .to_ascii_lowercase();
    if [b"<html".as_slice(), b"<script", b"<body", b"<hta:"]
        .iter()
        .any(|mark| memchr::memmem::find(&head, mark).is_some())
    {
        return Some("html");
    }
    let end = memchr::memmem::rfind(bytes, b"%%EOF")? + 5;
    behind(bytes.get(end..)?)
}

#[cfg(test)]
mod tests {
    use super::super::{identify, named};
    use super::second_reading;

    fn second(bytes: &[u8]) -> Option<&'static str> {
        second_reading(bytes, identify(bytes, None)).map(|kind| kind.name())
    }

    #[test]
    fn other_readings() {
        assert_eq!(second(b"GIF89a/*\0\0\0\0*/=1;alert(1)"), Some("js"));
        assert_eq!(
            second(b"GIF89a\x01\0\x01\0\0\0\0;<script>alert(1)</script>"),
            Some("html")
        );
        assert_eq!(second(b"GIF89a\x01\0\x01\0\0\0\0;"), None);
        assert_eq!(
            second(b"<html><!--\n%PDF-1.4\n1 0 obj<<>>endobj -->"),
            Some("pdf")
        );
        assert_eq!(
            second(b"%PDF-1.4\n%<html><script>\n1 0 obj<<>>endobj\n%%EOF"),
            Some("html")
        );
        assert_eq!(second(b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"), None);
        assert_eq!(second_reading(b"", named("empty")), None);
    }
}
