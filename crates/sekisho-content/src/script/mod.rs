//! Scripts of web pages and of Windows: what their strings hide, and whether they build files.
//!
//! Nothing is run. Strings that are joined by `+` are joined, and the encodings that scripts use to
//! hide a page or a file in a string are undone.

mod literal;

pub(crate) use literal::literals;

use crate::kind::identify;

/// What a script does.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// Builds a file and saves it (HTML smuggling, MITRE ATT&CK T1027.006), writes a page that it has
    /// decoded, runs text, or reaches for the shell.
    pub(crate) is_active: bool,
    /// Sends the reader to another page.
    pub(crate) redirects: bool,
    /// Pages in its strings.
    pub(crate) pages: Vec<String>,
    /// Files in its strings.
    pub(crate) files: Vec<Vec<u8>>,
}

/// What makes a file out of text.
const BUILDERS: &[&str] = &[
    "Blob(",
    "new File(",
    "Uint8Array",
    "atob(",
    "msSaveOrOpenBlob",
    "msSaveBlob",
    "Uint16Array",
    "FileReader",
];

/// What saves it.
const SAVERS: &[&str] = &[
    "createObjectURL",
    ".download",
    "msSaveOrOpenBlob",
    "msSaveBlob",
    "saveAs(",
    "'download'",
    "\"download\"",
    "showSaveFilePicker",
    "data:application/",
];

/// What shows or runs text.
const WRITERS: &[&str] = &[
    "document.write",
    "document['write']",
    "document[\"write\"]",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "srcdoc",
    "eval(",
    "Function(",
    "setTimeout(",
    "execScript",
    "createContextualFragment",
];

/// Running what was decoded a moment before.
const RUNNERS: &[&str] = &[
    "eval(atob",
    "eval(unescape",
    "eval(decodeURI",
    "eval(String.fromCharCode",
    "eval(function(p,a,c,k,e",
    "Function(atob",
    "write(unescape",
    "write(atob",
    "write(decodeURI",
    "write(String.fromCharCode",
    "write(window.atob",
    "eval(window.atob",
];

/// Doors to the system that old browsers and HTA have.
const SYSTEM: &[&str] = &[
    "ActiveXObject",
    "WScript.",
    "Wscript.Shell",
    "GetObject(",
    "CreateObject(",
    "ms-msdt:",
    "search-ms:",
    "ms-appinstaller:",
];

pub(crate) fn script(text: &str) -> Script {
    let has = |marks: &[&str]| {
        marks
            .iter()
            .any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
    };
    let mut out = Script {
        is_active: has(RUNNERS) || has(SYSTEM) || (has(BUILDERS) && has(SAVERS)),
        redirects: redirects(text),
        ..Script::default()
    };
    let decoded = literals(text);
    for text in decoded.texts {
        if text.contains('<') && text.contains('>') {
            out.is_active |= has(WRITERS);
            out.pages.push(text);
        }
    }
    for bytes in decoded.bytes {
        let kind = identify(&bytes, None);
        if !matches!(kind.name(), "data" | "txt" | "empty") {
            // A picture in a script is a picture.
            out.is_active |= !matches!(
                kind.class(),
                crate::kind::Class::Image | crate::kind::Class::Media
            ) && has(SAVERS);
            out.files.push(bytes);
        }
    }
    let to_data = [
        "location=\"data:",
        "location='data:",
        "location.href=\"data:",
        "location.href='data:",
        "location.replace(\"data:",
        "location.replace('data:",
    ];
    let dense: String = text
        .chars()
        .take(100_000)
        .filter(|c| !c.is_whitespace())
        .collect();
    out.is_active |= to_data.iter().any(|mark| dense.contains(mark));
    out
}

fn redirects(text: &str) -> bool {
    [
        "location.href",
        "location.replace(",
        "location.assign(",
        "window.location",
        "document.location",
        "top.location",
    ]
    .iter()
    .any(|mark| {
        memchr::memmem::find_iter(text.as_bytes(), mark.as_bytes()).any(|at| {
            let after = text
                .get(at + mark.len()..)
                .unwrap_or_default()
                .trim_start_matches([' ', '\t']);
            mark.ends_with('(') || (after.starts_with('=') && !after.starts_with("=="))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::script;

    #[test]
    fn what_is_active() {
        for text in [
            "var b=atob('UEsFBg==');a.href=URL.createObjectURL(new Blob([b]));a.download='x.zip'",
            "document.write(unescape('%3Cform%20action%3Dx%3E%3Cinput%20type%3Dpassword%3E'))",
            "eval(atob('YWxlcnQoMSk='))",
            "var p='%3Ch1%3E' + '%3Cscript%3Ealert%3C/script%3E'; document.write(unescape(p))",
            "window.location = \"data:text/html;base64,PGI+\"",
            "new ActiveXObject('WScript.Shell').Run('calc')",
        ] {
            assert!(script(text).is_active, "{text}");
        }
        for text in [
            "document.getElementById('a').innerHTML = 'b';",
            "var x = decodeURIComponent(location.search); if (a < b) { c(); }",
            "window.dataLayer = window.dataLayer || []; function gtag(){dataLayer.push(arguments);}",
        ] {
            assert!(!script(text).is_active, "{text}");
        }
    }

    #[test]
    fn pages_in_strings() {
        let page = script("document.write(String.fromCharCode(60,98,62,104,105,60,47,98,62))");
        assert_eq!(page.pages, ["<b>hi</b>"]);
    }
}
