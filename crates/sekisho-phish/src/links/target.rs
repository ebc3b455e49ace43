//! Where a link really goes, as a browser reads it (WHATWG URL).

use url::{Host, Url};

use crate::impersonation::name::is_unseen;
use crate::limits::LINK_BYTES_MAX;

/// What a link does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Target {
    /// Opens a place in the web.
    Web(Box<Web>),
    /// Nothing that could harm: mail, telephone, a place in the mail itself.
    Harmless,
    /// Runs or opens something on the reader's machine, and which scheme does.
    Local(String),
    /// No browser takes it; what stands where the host would be.
    Invalid(String),
}

/// A place in the web.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Web {
    pub(crate) url: Url,
    /// A-labels, lower case, no final dot; an IPv6 address without brackets.
    pub(crate) host: String,
    pub(crate) is_ip: bool,
    /// A network that nobody reaches from outside.
    pub(crate) is_private: bool,
    /// How the host was written.
    pub(crate) written: Written,
}

/// Ways of writing a host that hide it from readers and filters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// Percent signs, full-width letters, ideographic dots or unseen characters in the host.
    pub(crate) escaped: bool,
    /// An IP address in decimal, octal or hexadecimal.
    pub(crate) odd_ip: bool,
    /// Tabs or line ends inside scheme or host.
    pub(crate) broken: bool,
    /// Backslashes, or too few slashes.
    pub(crate) slashes: bool,
    /// A dot behind the last label, and a path behind that.
    pub(crate) final_dot: bool,
}

/// Schemes that stay in the mail or hand over to mail and telephone.
const HARMLESS: &[&str] = &[
    "mailto", "tel", "sms", "smsto", "callto", "cid", "mid", "about", "webcal", "geo", "news",
    "nntp", "xmpp", "sip", "sips", "facetime", "maps", "market", "line", "skype", "notes",
    "outlook", "onenote",
];

/// Schemes that run scripts, open files, or start programs with arguments.
const LOCAL: &[&str] = &[
    "javascript",
    "vbscript",
    "livescript",
    "file",
    "search-ms",
    "search",
    "shell",
    "jar",
    "view-source",
    "blob",
    "filesystem",
    "res",
    "mhtml",
    "mk",
    "hcp",
    "intent",
    "smb",
    "ldap",
    "wtai",
    "chrome",
    "its",
    "ms-its",
    "local",
    "script",
    "mocha",
    "ps",
    "powershell",
    "calculator",
];

impl Target {
    /// Reads an href. `base` is that of the document, where it names one.
    pub(crate) fn of(href: &str, base: Option<&Url>) -> Self {
        let href = truncated(href);
        let trimmed = href.trim_matches(|c: char| c <= ' ');
        // A path of a file server: Windows opens it, and gives the reader's password away.
        if trimmed.starts_with("\\\\") {
            return Self::Local("unc".to_owned());
        }
        let kept: String = trimmed
            .chars()
            .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
            .collect();
        let broken = kept.len() < trimmed.len() && breaks_host(trimmed);
        let Some(scheme) = scheme(&kept) else {
            return Self::relative(&kept, base, broken);
        };
        match scheme.as_str() {
            "http" | "https" | "ftp" => Self::web(&kept, broken),
            "data" => data(&kept),
            "javascript" if is_idle_script(&kept) => Self::Harmless,
            // A file of the writer's own machine, left in a newsletter.
            "file" if !has_file_host(&kept) => Self::Harmless,
            scheme if LOCAL.contains(&scheme) || scheme.starts_with("ms-") => {
                Self::Local(scheme.to_owned())
            }
            scheme if HARMLESS.contains(&scheme) => Self::Harmless,
            _ => Self::Harmless,
        }
    }

    fn relative(text: &str, base: Option<&Url>, broken: bool) -> Self {
        let slashes: String = text.chars().take(2).collect();
        if matches!(slashes.as_str(), "//" | "/\\" | "\\/") {
            return Self::web(&format!("https:{text}"), broken);
        }
        match base.and_then(|base| base.join(text).ok()) {
            Some(url) if !text.is_empty() && !text.starts_with('#') => {
                Self::web(url.as_str(), broken)
            }
            _ => Self::Harmless,
        }
    }

    fn web(text: &str, broken: bool) -> Self {
        let authority = Authority::of(text);
        let Ok(url) = Url::parse(text) else {
            return Self::Invalid(authority.text.to_owned());
        };
        let (host, is_ip, is_private) = match url.host() {
            Some(Host::Domain(domain)) => (domain.trim_end_matches('.').to_owned(), false, false),
            Some(Host::Ipv4(ip)) => {
                let private = ip.is_private() || ip.is_loopback() || ip.is_link_local();
                (ip.to_string(), true, private)
            }
            Some(Host::Ipv6(ip)) => {
                let private = ip.is_loopback() || (ip.segments()[0] & 0xfe00) == 0xfc00;
                (ip.to_string(), true, private)
            }
            None => return Self::Invalid(authority.text.to_owned()),
        };
        let written = Written {
            broken,
            ..authority.written(&url, &host, is_ip)
        };
        Self::Web(Box::new(Web {
            url,
            host,
            is_ip,
            is_private,
            written,
        }))
    }
}

/// What stands between scheme and path, as it is written.
struct Authority<'t> {
    text: &'t str,
    slashes: &'t str,
    has_path: bool,
}

impl<'t> Authority<'t> {
    fn of(text: &'t str) -> Self {
        let rest = text.split_once(':').map_or(text, |(_, rest)| rest);
        let start = rest.find(|c| c != '/' && c != '\\').unwrap_or(rest.len());
        let (slashes, rest) = rest.split_at(start);
        let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
        Self {
            text: rest.get(..end).unwrap_or_default(),
            slashes,
            has_path: end < rest.len(),
        }
    }

    fn written(&self, url: &Url, host: &str, is_ip: bool) -> Written {
        let written = self.text.rsplit('@').next().unwrap_or_default();
        let name = match written.starts_with('[') {
            true => written.trim_matches(|c| c == '[' || c == ']'),
            false => written.split(':').next().unwrap_or_default(),
        };
        let bare = name.trim_end_matches('.');
        let escaped = bare.contains('%')
            || bare
                .chars()
                .any(|c| is_unseen(c) || matches!(c, '。' | '．' | '｡') || is_mapped(c));
        let odd_ip = is_ip && matches!(url.host(), Some(Host::Ipv4(_))) && bare != host && !escaped;
        Written {
            escaped,
            odd_ip,
            broken: false,
            slashes: self.slashes != "//" && !self.slashes.starts_with("///"),
            final_dot: name.ends_with('.') && self.has_path && !is_ip,
        }
    }
}

/// Signs that the browser turns into letters: full-width, circled, mathematical.
fn is_mapped(c: char) -> bool {
    matches!(c, '\u{FF01}'..='\u{FF5E}' | '\u{2460}'..='\u{24FF}' | '\u{1D400}'..='\u{1D7FF}' | '\u{2100}'..='\u{214F}' | '\u{1F100}'..='\u{1F1FF}')
}

fn truncated(text: &str) -> &str {
    let mut end = text.len().min(LINK_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// The scheme in lower case, if the text begins with one.
fn scheme(text: &str) -> Option<String> {
    let (scheme, _) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.len() <= 32
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

/// Whether a tab or line end stands before the path: a long address is broken by its writer's
/// program in the path.
fn breaks_host(text: &str) -> bool {
    let mut slashes = 0;
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' => return true,
            '/' | '\\' => {
                slashes += 1;
                if slashes > 2 {
                    return false;
                }
            }
            '?' | '#' => return false,
            _ => {}
        }
    }
    false
}

/// Pictures and sounds are shown; everything else is a document of the attacker's (RFC 2397).
fn data(text: &str) -> Target {
    let kind = text.get(5..).unwrap_or_default().to_ascii_lowercase();
    let shown = ["image/", "audio/", "video/", "font/"];
    let is_shown = shown.iter().any(|shown| kind.starts_with(shown)) && !kind.contains("svg");
    if is_shown || kind.is_empty() {
        Target::Harmless
    } else {
        Target::Local("data".to_owned())
    }
}

/// `javascript:void(0)`, `javascript:;`, `javascript:window.print()`: idioms of web pages.
fn is_idle_script(text: &str) -> bool {
    let script: String = text
        .get("javascript:".len()..)
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    let script = script.trim_end_matches(';');
    const IDLE: &[&str] = &[
        "",
        "void(0)",
        "void0",
        "void('')",
        "void(null)",
        "//",
        "false",
        "returnfalse",
        "print()",
        "window.print()",
        "close()",
        "window.close()",
        "self.close()",
        "history.back()",
        "history.go(-1)",
    ];
    IDLE.contains(&script)
        || ["window.open(", "openwin(", "popup(", "launch("]
            .iter()
            .any(|idle| script.starts_with(idle))
}

/// `file://server/…` and `file:////server/…`, but neither `file:///C:/…` nor `file:///Users/…`.
fn has_file_host(text: &str) -> bool {
    let path = text.get("file:".len()..).unwrap_or_default();
    let path = path.replace('\\', "/");
    let slashes = path.len() - path.trim_start_matches('/').len();
    let rest = path.trim_start_matches('/');
    let first = rest.split('/').next().unwrap_or_default();
    let is_drive = first.len() == 2 && first.ends_with([':', '|']);
    let is_here = first.is_empty() || first.eq_ignore_ascii_case("localhost");
    !is_drive && !is_here && (slashes == 2 || slashes >= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(href: &str) -> String {
        match Target::of(href, None) {
            Target::Web(web) => web.host,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn where_a_browser_goes() {
        for (href, wanted) in [
            ("https://bank.example@evil.example/x", "evil.example"),
            ("https://evil.example\\@bank.example/", "evil.example"),
            ("https:\\\\evil.example\\a", "evil.example"),
            ("hTTpS:evil.example/", "evil.example"),
            ("https:/evil.example/", "evil.example"),
            ("//evil.example/x", "evil.example"),
            ("\\/evil.example/x", "evil.example"),
            (" \t\nht\ntps://ev\til.example/", "evil.example"),
            ("http://3221225984/", "192.0.2.0"),
            ("http://0xC0000200/", "192.0.2.0"),
            ("http://0300.0.02.00/", "192.0.2.0"),
            ("http://[2001:db8::1]/", "2001:db8::1"),
            ("https://evil。example/", "evil.example"),
            ("https://ｅｖｉｌ.example/", "evil.example"),
            ("https://e%76il.example/", "evil.example"),
            ("https://EVIL.example./", "evil.example"),
        ] {
            assert_eq!(host(href), wanted, "{href:?}");
        }
    }

    #[test]
    fn what_is_no_place() {
        for href in [
            "#top",
            "mailto:a@b.example",
            "tel:+8190",
            "cid:x@y",
            "javascript:void(0);",
            "",
            "data:image/png;base64,x",
            "file:///C|/logo.gif",
            "page.html",
        ] {
            assert_eq!(Target::of(href, None), Target::Harmless, "{href}");
        }
        for (href, scheme) in [
            ("JaVaScRiPt:alert(1)", "javascript"),
            ("java\tscript:alert(2)", "javascript"),
            ("vbscript:MsgBox(1)", "vbscript"),
            ("data:text/html;base64,PGI+", "data"),
            ("file://evil.example/share/a.lnk", "file"),
            ("\\\\evil.example\\share", "unc"),
            ("ms-word:ofe|u|https://evil.example/a.docm", "ms-word"),
            ("search-ms:query=a", "search-ms"),
        ] {
            assert_eq!(
                Target::of(href, None),
                Target::Local(scheme.to_owned()),
                "{href}"
            );
        }
        assert!(matches!(
            Target::of("https://bank.example%40evil.example/", None),
            Target::Invalid(_)
        ));
    }

    #[test]
    fn how_it_is_written() {
        let written = |href: &str| match Target::of(href, None) {
            Target::Web(web) => web.written,
            other => panic!("{other:?}"),
        };
        assert_eq!(written("https://www.example.com/a?b=c"), Written::default());
        assert_eq!(written("https://日本語.example/"), Written::default());
        assert!(written("https://ｅvil.example/").escaped);
        assert!(written("http://0xC0000200/").odd_ip);
        assert!(!written("http://192.0.2.1/").odd_ip);
        assert!(written("https://a.example./x").final_dot);
        assert!(written("https:\\\\a.example").slashes && written("https:a.example").slashes);
        assert!(
            written("https://a\n.example/").broken && !written("https://a.example/x\n/y").broken
        );
    }
}
