//! Names that are made to look like another one.

/// Extensions that people open without a thought; a dangerous one after them is a trick.
const HARMLESS: &[&str] = &[
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "csv", "jpg", "jpeg", "png", "gif",
    "zip", "html", "htm", "rtf", "odt", "ods", "mp3", "mp4", "eml", "msg",
];

/// Device names of Windows, which open no file (docs: Naming Files, Paths, and Namespaces).
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

/// Blanks in a row that push the real extension out of sight.
const BLANKS_SUSPICIOUS: usize = 8;

/// The extension in lower case and plain letters, as a system would act on it.
pub(crate) fn extension(name: &str) -> String {
    let seen: String = name
        .chars()
        .filter(|c| !is_unseen(*c))
        .map(narrow)
        .collect::<String>()
        .to_lowercase();
    // Windows cuts blanks and dots at the end, and what follows a colon is a stream's name.
    let seen = seen.split(':').next().unwrap_or_default();
    let seen = seen.trim_end_matches([' ', '.', '\u{3000}']);
    match seen.rsplit_once('.') {
        Some((_, extension)) if extension.len() <= 12 => extension.trim().to_owned(),
        _ => String::new(),
    }
}

/// Whether the name hides what it is.
pub(crate) fn is_suspicious(name: &str, is_dangerous: impl Fn(&str) -> bool) -> bool {
    let dangerous = is_dangerous(&extension(name));
    let turned = name.chars().any(is_turning);
    let unseen = name.chars().any(is_unseen);
    let path = name.starts_with(['/', '\\'])
        || name.contains("../")
        || name.contains("..\\")
        || name.get(1..3).is_some_and(|drive| drive == ":\\");
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let device = DEVICES.contains(&stem.trim())
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    let padded = name.contains(&" ".repeat(BLANKS_SUSPICIOUS))
        || name.contains(&"\u{3000}".repeat(BLANKS_SUSPICIOUS / 2));
    let trimmed = name.trim_end_matches([' ', '.', '\u{3000}']);
    let cut = trimmed.len() != name.len() && dangerous;
    let long = name.chars().count() > 150 && dangerous;
    let wide = dangerous && name.chars().any(|c| narrow(c) != c);
    turned
        || path
        || device
        || cut
        || long
        || wide
        || (unseen && dangerous)
        || (padded && dangerous)
        || (dangerous && (is_double(name) || name.contains(':')))
}

/// `見積書.pdf.exe`
fn is_double(name: &str) -> bool {
    let mut extensions = name.rsplit('.').skip(1);
    let before = extensions.next().unwrap_or_default().trim().to_lowercase();
    extensions.next().is_some() && HARMLESS.contains(&before.as_str())
}

/// Marks that turn the direction of writing, so that `xcod.scr` reads as `rcs.docx` (CVE-2021-42574
/// uses the same trick in source code).
fn is_turning(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_unseen(c: char) -> bool {
    is_turning(c)
        || c.is_control()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2065}' | '\u{FEFF}')
}

fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '。' | '․' => '.',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{extension, is_suspicious};

    #[test]
    fn extensions_as_a_system_reads_them() {
        assert_eq!(extension("b.exe "), "exe");
        assert_eq!(extension("c.e\u{200b}xe"), "exe");
        assert_eq!(extension("d.ＥＸＥ"), "exe");
        assert_eq!(extension("k.js:stream"), "js");
        assert_eq!(extension("README"), "");
    }

    #[test]
    fn names_that_hide_something() {
        let dangerous = |extension: &str| ["exe", "scr", "js", "sh", "dll"].contains(&extension);
        for name in [
            "見積書\u{202e}xcod.scr",
            "b.exe ",
            "c.e\u{200b}xe",
            "d.ＥＸＥ",
            "con.txt",
            "..\\..\\windows\\x.dll",
            "/abs/path.sh",
            "g.zip.exe",
            "h.PDF.Exe",
            "k.js:stream",
            "請求書.pdf                    .exe",
        ] {
            assert!(is_suspicious(name, dangerous), "{name}");
        }
        for name in [
            "見積書.pdf",
            "a.tar.gz",
            "議事録 2026.11.24.docx",
            "setup.exe",
            "file",
        ] {
            assert!(!is_suspicious(name, dangerous), "{name}");
        }
    }
}
