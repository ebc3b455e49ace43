//! Kinds of text, which have no magic number: by what they begin with, then by their name.

use std::borrow::Cow;

use crate::limits::SNIFF_BYTES;

pub(super) fn kind(bytes: &[u8], extension: &str) -> &'static str {
    let head = bytes.get(..SNIFF_BYTES).unwrap_or(bytes);
    if !looks_like_text(head) {
        return match extension {
            "com" => "com",
            // Compiled scripts have marks of their own for each version.
            "scpt" | "pyc" | "pyo" => "script",
            _ => "data",
        };
    }
    let text = readable(head);
    let start = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    by_start(start, extension)
        .or_else(|| by_extension(extension))
        .unwrap_or("txt")
}

/// The head in a form in which ASCII marks can be looked for: UTF-16 narrowed, other bytes as they
/// are.
fn readable(head: &[u8]) -> Cow<'_, str> {
    if head.is_ascii() && memchr::memchr(0, head).is_none() {
        return Cow::Borrowed(str::from_utf8(head).unwrap_or_default());
    }
    let narrow: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    let body = narrow
        .strip_prefix(b"\xFF\xFE")
        .or_else(|| narrow.strip_prefix(b"\xFE\xFF"))
        .unwrap_or(&narrow);
    Cow::Owned(String::from_utf8_lossy(body).into_owned())
}

/// Text has no control characters but blanks, escapes and line ends. UTF-16 has many NULs, all at
/// places of one parity.
fn looks_like_text(head: &[u8]) -> bool {
    let control = |byte: &u8| matches!(byte, 0..=8 | 0x0E..=0x1A | 0x1C..=0x1F);
    // Counted in blocks that a byte can count, many at a time.
    let blocks = head.chunks(usize::from(u8::MAX));
    let in_block = |block: &[u8]| block.iter().map(|byte| u8::from(control(byte))).sum::<u8>();
    let controls: usize = blocks.map(|block| usize::from(in_block(block))).sum();
    let nuls = memchr::memchr_iter(0, head).count();
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return true;
    }
    let even = || head.iter().step_by(2).filter(|byte| **byte == 0).count();
    let utf16 = nuls * 4 > head.len() && [0, nuls].contains(&even());
    utf16 || controls * 50 <= head.len()
}

fn by_start(start: &str, extension: &str) -> Option<&'static str> {
    let begins = |mark: &str| begins_with(start, mark);
    let lower = || start.to_ascii_lowercase();
    if let Some(rest) = start.strip_prefix("#!") {
        let line = rest.lines().next().unwrap_or_default();
        return Some(if line.contains("sh") { "sh" } else { "script" });
    }
    if begins("[internetshortcut]") {
        return Some("url");
    }
    // SYLK: the first record names the program that wrote it.
    if begins("id;p")
        && ["\nc;", "\ne", "\np;"]
            .iter()
            .any(|record| lower().contains(record))
    {
        return Some("slk");
    }
    // Scripts in Microsoft's encoding.
    if begins("#@~^") {
        return Some(if extension == "jse" { "js" } else { "vbs" });
    }
    if begins("[desktop entry]")
        || (begins("[shell]") && lower().contains("iconfile"))
        || begins("[.shellclassinfo]")
    {
        return Some("shortcut");
    }
    if begins("web\r\n1\r\n") || begins("web\n1\n") {
        return Some("iqy");
    }
    if begins("windows registry editor") || begins("regedit4") {
        return Some("reg");
    }
    if begins("begin:vcalendar") {
        return Some("ics");
    }
    if begins("begin:vcard") {
        return Some("vcf");
    }
    if begins("-----begin pgp") {
        return Some("pgp");
    }
    if is_markup(start) {
        return Some(markup(&start.to_ascii_lowercase(), extension));
    }
    if start.starts_with("From ") && start.to_ascii_lowercase().contains("\nfrom:") {
        return Some("mbox");
    }
    let mail = is_mail(start);
    match extension {
        "emlx" if start.starts_with(|c: char| c.is_ascii_digit()) => Some("emlx"),
        "eml" | "mht" | "mhtml" if mail > 0 => Some("eml"),
        _ if mail > 1 => Some("eml"),
        _ => None,
    }
}

/// Whether a text begins with a mark, in letters of either case.
fn begins_with(text: &str, mark: &str) -> bool {
    let start = text.as_bytes().get(..mark.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(mark.as_bytes()))
}

fn is_markup(start: &str) -> bool {
    let marks = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<script",
        "<table",
        "<meta",
        "<title",
        "<div",
        "<p>",
        "<a ",
        "<?xml",
        "<svg",
        "<hta:",
        "<package",
        "<job",
        "<!--",
        "<form",
        "<font",
        "<center",
        "<style",
        "<iframe",
    ];
    start.starts_with('<') && marks.iter().any(|mark| begins_with(start, mark))
}

fn markup(lower: &str, extension: &str) -> &'static str {
    if lower.contains("<hta:application") || extension == "hta" {
        "hta"
    } else if let Some(starts) = starting_xml(lower) {
        starts
    } else if matches!(extension, "wsf" | "wsc" | "sct") {
        "wsf"
    } else if lower.starts_with("<svg")
        || (lower.starts_with("<?xml") && lower.contains("<svg") && !lower.contains("<html"))
        || without_prolog(lower).starts_with("<svg")
    {
        "svg"
    } else if lower.contains("<html") || !lower.starts_with("<?xml") {
        "html"
    } else {
        "xml"
    }
}

/// Forms in XML that Windows or Java act on, by their first element.
fn starting_xml(lower: &str) -> Option<&'static str> {
    const FORMS: &[(&str, &str)] = &[
        ("<jnlp", "jnlp"),
        ("<mmc_consolefile", "msc"),
        ("<pcsettings", "shortcut"),
        ("<librarydescription", "shortcut"),
        ("<persistedquery", "shortcut"),
        ("<searchconnectordescription", "shortcut"),
        ("<asmv1:assembly", "shortcut"),
        ("<appinstaller", "shortcut"),
        ("<scriptlet", "wsf"),
        ("<component", "wsf"),
        ("<package>", "wsf"),
        ("<job", "wsf"),
    ];
    let body = without_prolog(lower);
    FORMS
        .iter()
        .find(|(mark, _)| body.starts_with(mark))
        .map(|(_, kind)| *kind)
}

/// The text behind declarations and comments.
fn without_prolog(text: &str) -> &str {
    let mut rest = text.trim_start();
    for _ in 0..20 {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") || rest.starts_with("<!") => ">",
            _ => break,
        };
        let Some(at) = rest.find(end) else {
            break;
        };
        rest = rest.get(at + end.len()..).unwrap_or_default().trim_start();
    }
    rest
}

/// How many of the usual fields the first lines have.
fn is_mail(start: &str) -> usize {
    const FIELDS: &[&str] = &[
        "from",
        "to",
        "subject",
        "date",
        "received",
        "return-path",
        "message-id",
        "mime-version",
        "content-type",
        "delivered-to",
        "x-mailer",
        "cc",
        "reply-to",
    ];
    let mut found = 0;
    for line in start.lines().take(60) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            break;
        };
        let field = name.trim_end().to_ascii_lowercase();
        if field.is_empty() || field.contains(' ') {
            break;
        }
        found += usize::from(FIELDS.contains(&field.as_str()));
    }
    found
}

/// Text that a system runs because of its name, and kinds of text that only the name tells apart.
fn by_extension(extension: &str) -> Option<&'static str> {
    let expected = super::expected_of_extension(extension)?;
    let textual = matches!(
        expected.name(),
        "csv"
            | "json"
            | "xml"
            | "css"
            | "bat"
            | "vbs"
            | "js"
            | "wsf"
            | "hta"
            | "ps1"
            | "sh"
            | "script"
            | "jnlp"
            | "msc"
            | "shortcut"
            | "slk"
            | "reg"
            | "inf"
            | "iqy"
            | "url"
            | "html"
            | "com"
    );
    textual.then_some(expected.name())
}
