//! Names that are made to look like another one.

/// Extensions that people open without a thought; a dangerous one after them is a trick.
const HARMLESS: &[&str] = &[
    "pdf", "doc", "docx", "docm", "xls", "xlsx", "xlsm", "ppt", "pptx", "txt", "csv", "jpg",
    "jpeg", "png", "gif", "bmp", "tif", "tiff", "zip", "lzh", "7z", "rar", "html", "htm", "rtf",
    "odt", "ods", "mp3", "mp4", "wav", "avi", "mov", "eml", "msg", "ics", "jtd", "xdw", "dwg",
    "log", "xml", "json",
];

/// Device names of Windows, which open no file (docs: Naming Files, Paths, and Namespaces).
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// Blanks in a row that push the real extension out of sight.
const BLANKS_SUSPICIOUS: usize = 8;

/// Names longer than this run out of every window.
const CHARS_SUSPICIOUS: usize = 150;

/// Letters of other scripts that look like one of ours, as far as extensions are made of them
/// (Unicode TR 39).
const LOOK_ALIKES: &[(char, char)] = &[
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('х', 'x'),
    ('у', 'y'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ѕ', 's'),
    ('һ', 'h'),
    ('ԁ', 'd'),
    ('ԝ', 'w'),
    ('ь', 'b'),
    ('к', 'k'),
    ('м', 'm'),
    ('т', 't'),
    ('в', 'b'),
    ('А', 'a'),
    ('В', 'b'),
    ('Е', 'e'),
    ('К', 'k'),
    ('М', 'm'),
    ('О', 'o'),
    ('Р', 'p'),
    ('С', 'c'),
    ('Т', 't'),
    ('Х', 'x'),
    ('α', 'a'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('ν', 'v'),
    ('χ', 'x'),
    ('ϳ', 'j'),
    ('ѵ', 'v'),
    ('ı', 'i'),
    ('ɑ', 'a'),
    ('ɡ', 'g'),
    ('ⅼ', 'l'),
    ('ⅽ', 'c'),
    ('ⅾ', 'd'),
    ('ⅿ', 'm'),
    ('ⅹ', 'x'),
    ('ℓ', 'l'),
    ('ℎ', 'h'),
    ('ſ', 's'),
    // Dots.
    ('。', '.'),
    ('․', '.'),
    ('｡', '.'),
    ('۔', '.'),
    ('܁', '.'),
    ('܂', '.'),
    ('꘎', '.'),
    ('‥', '.'),
    ('…', '.'),
    ('﹒', '.'),
];

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
    let seen = seen.trim_end_matches(|c: char| c == '.' || is_blank(c));
    match seen.rsplit_once('.') {
        Some((_, extension)) if extension.len() <= 20 => extension.trim().to_owned(),
        _ => String::new(),
    }
}

/// Whether the name hides what it is.
pub(crate) fn is_suspicious(name: &str, is_dangerous: impl Fn(&str) -> bool) -> bool {
    // No system writes these by accident.
    if name.chars().any(|c| is_turning(c) || c == '\0')
        || leads_away(name)
        || is_device(name)
        || has_class(name)
    {
        return true;
    }
    let dangerous = is_dangerous(&extension(name));
    let behind_colon = name
        .rsplit_once(':')
        .is_some_and(|(_, stream)| is_dangerous(&extension(stream)));
    let trimmed = name.trim_end_matches(|c: char| c == '.' || is_blank(c));
    let is_padded = longest_blank(name) >= BLANKS_SUSPICIOUS;
    let is_cut = trimmed.len() != name.len();
    let is_disguised = name
        .chars()
        .any(|c| narrow(c) != c && is_in_extension(name, c));
    let is_long = name.chars().count() > CHARS_SUSPICIOUS;
    behind_colon
        || (dangerous
            && (is_padded
                || is_cut
                || is_disguised
                || is_long
                || name.chars().any(is_unseen)
                || is_double(name)
                || name.contains(':')))
}

/// `見積書.pdf.exe`, `見積書.pdf .exe`, `見積書.pdf..exe`
fn is_double(name: &str) -> bool {
    let plain: String = name.chars().map(narrow).collect();
    let mut extensions = plain
        .rsplit('.')
        .map(|part| part.trim().to_lowercase())
        .filter(|part| !part.is_empty())
        .skip(1);
    let before = extensions.next().unwrap_or_default();
    let is_last_word = HARMLESS.iter().any(|known| {
        before
            .strip_suffix(known)
            .is_some_and(|stem| stem.ends_with(['_', '-', ' ', '\u{3000}']))
    });
    extensions.next().is_some() && HARMLESS.contains(&before.as_str()) || is_last_word
}

/// A path in a name: out of the folder that it is to be saved in (CWE-22).
fn leads_away(name: &str) -> bool {
    let plain = name
        .to_ascii_lowercase()
        .replace("%2e", ".")
        .replace("%2f", "/")
        .replace("%5c", "\\")
        .replace('\\', "/");
    let is_drive =
        plain.get(1..3) == Some(":/") && plain.starts_with(|c: char| c.is_ascii_alphabetic());
    plain.starts_with('/')
        || plain.starts_with("~/")
        || is_drive
        || plain
            .split('/')
            .rev()
            .skip(1)
            .any(|part| part.trim() == "..")
}

fn is_device(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file
        .split(['.', ':'])
        .next()
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    let port = stem
        .strip_prefix("com")
        .or_else(|| stem.strip_prefix("lpt"));
    let is_port = port.is_some_and(|number| {
        let mut characters = number.chars();
        characters
            .next()
            .is_some_and(|c| matches!(c, '0'..='9' | '¹' | '²' | '³'))
            && characters.next().is_none()
    });
    DEVICES.contains(&stem.as_str()) || is_port
}

/// `x.{20D04FE0-3AEA-1069-A2D8-08002B30309D}`: the shell opens what the class says.
fn has_class(name: &str) -> bool {
    name.rsplit_once(".{").is_some_and(|(_, class)| {
        let class = class.trim_end().trim_end_matches('}');
        class.len() == 36
            && class
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    })
}

fn longest_blank(name: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in name.chars() {
        // A wide blank takes the place of two.
        let width = match c {
            '\u{3000}' => 2,
            c if is_blank(c) => 1,
            _ => 0,
        };
        run = if width == 0 { 0 } else { run + width };
        longest = longest.max(run);
    }
    longest
}

/// Whether a character stands behind what looks like the last dot, or is that dot.
fn is_in_extension(name: &str, c: char) -> bool {
    let plain: Vec<(usize, char)> = name.char_indices().collect();
    let dot = plain.iter().rposition(|(_, c)| narrow(*c) == '.');
    dot.and_then(|dot| plain.get(dot..))
        .is_some_and(|tail| tail.iter().any(|(_, other)| *other == c))
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{2800}' | '\u{3164}' | '\u{115F}' | '\u{1160}' | '\u{FFA0}'
        )
}

/// Marks that turn the direction of writing, so that `xcod.scr` reads as `rcs.docx` (CVE-2021-42574
/// uses the same trick in source code).
fn is_turning(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_unseen(c: char) -> bool {
    is_turning(c)
        || c.is_control()
        || matches!(c, '\u{AD}' | '\u{034F}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2065}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}')
}

fn narrow(c: char) -> char {
    match c {
        ' '..='~' => c,
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => LOOK_ALIKES
            .iter()
            .find(|(other, _)| *other == c)
            .map_or(c, |(_, ours)| *ours),
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
            "見積書.pdf..exe",
            "見積書_pdf.exe",
            "i.ехе",
            "j．exe",
            "k。scr",
            "x\0.txt",
            "C:\\a.txt",
            "%2e%2e%2fa.txt",
            "a/../../b.txt",
            "LPT¹.txt",
            "書類.{20D04FE0-3AEA-1069-A2D8-08002B30309D}",
            "report.txt:evil.js",
            "請求書\u{3000}\u{3000}\u{3000}\u{3000}.exe",
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
