//! Addresses of the web in plain text, and in what a link shows.

use super::{Kind, Link};
use crate::impersonation::name::is_unseen;
use crate::limits::LINKS_MAX;

/// Adds every `http://…` and `https://…` of the text.
pub(crate) fn links(text: &str, place: &str, out: &mut Vec<Link>) {
    let bytes = text.as_bytes();
    for at in memchr::memmem::find_iter(bytes, b"://") {
        if out.len() >= LINKS_MAX {
            return;
        }
        let Some(start) = scheme_start(text, at) else {
            continue;
        };
        let href = address(text.get(start..).unwrap_or_default());
        if href.len() > at - start + 3 {
            out.push(Link::new(href.to_owned(), String::new(), Kind::Text, place));
        }
    }
}

/// Where `http` or `https` before the colon begins.
fn scheme_start(text: &str, colon: usize) -> Option<usize> {
    ["https", "http"].into_iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        let found = text.get(start..colon)?;
        found.eq_ignore_ascii_case(scheme).then_some(start)
    })
}

/// The address that the text begins with: to the first blank, bracket, quote or wide mark, without
/// the sentence's own marks at its end.
fn address(text: &str) -> &str {
    let end = text
        .find(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '<' | '>'
                        | '"'
                        | '\u{3000}'
                        | '「'
                        | '」'
                        | '『'
                        | '』'
                        | '（'
                        | '）'
                        | '、'
                        | '”'
                        | '】'
                        | '【'
                )
        })
        .unwrap_or(text.len());
    text.get(..end)
        .unwrap_or_default()
        .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '*', '。'])
}

/// The host that a link shows to its reader: a web address somewhere in the text, or a text that is
/// nothing but a host name, with or without a path.
pub(crate) fn shown_host(text: &str) -> Option<String> {
    if !text.contains('.') && !text.contains("://") {
        return None;
    }
    let text: String = text.chars().filter(|c| !is_unseen(*c)).collect();
    if let Some(at) = text.find("://") {
        let start = scheme_start(&text, at)?;
        return host_of(address(text.get(start..)?));
    }
    let bare = text.trim().trim_matches(|c: char| {
        c.is_whitespace() || "<>()[]「」『』（）【】\"'“”‘’→▶►»>：:…".contains(c)
    });
    let has_blank = bare.contains(char::is_whitespace);
    if has_blank || bare.contains('@') || bare.len() > 253 {
        return None;
    }
    let name = bare.split(['/', '?', '#', ':']).next()?;
    let is_name = name.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || byte >= 0x80
    });
    // A file name is none: `.zip` and `.mov` are endings of domains, too.
    let suffix = psl::suffix(name.as_bytes()).filter(|suffix| suffix.is_known())?;
    let is_file = name == bare
        && matches!(
            suffix.as_bytes(),
            b"zip" | b"mov" | b"md" | b"py" | b"sh" | b"rs" | b"pl" | b"ps"
        );
    let is_long = name.len() > suffix.as_bytes().len() + 1;
    if !is_name || is_file || !is_long {
        return None;
    }
    host_of(&format!("https://{name}/"))
}

fn host_of(address: &str) -> Option<String> {
    match url::Url::parse(address).ok()?.host()? {
        url::Host::Domain(domain) => Some(domain.trim_end_matches('.').to_owned()),
        url::Host::Ipv4(ip) => Some(ip.to_string()),
        url::Host::Ipv6(ip) => Some(ip.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_text() {
        let mut found = Vec::new();
        links(
            "詳細は https://a.example/x をご覧ください。（http://b.example/y）HTTP://C.EXAMPLE/z. ftp://no 「https://d.example」",
            "part 1",
            &mut found,
        );
        let hrefs: Vec<_> = found.iter().map(|link| link.href.as_str()).collect();
        assert_eq!(
            hrefs,
            [
                "https://a.example/x",
                "http://b.example/y",
                "HTTP://C.EXAMPLE/z",
                "https://d.example"
            ]
        );
    }

    #[test]
    fn what_a_link_shows() {
        for (text, host) in [
            ("https://bank.co.jp/login", Some("bank.co.jp")),
            ("bank.co.jp", Some("bank.co.jp")),
            (" <www.bank.co.jp/login> ", Some("www.bank.co.jp")),
            ("詳細はこちら https://bank.co.jp/ まで", Some("bank.co.jp")),
            ("こちら", None),
            ("News.com: Top stories", None),
            ("report.zip", None),
            ("info@bank.co.jp", None),
            ("v1.2.3", None),
            ("bank.\u{200b}co.jp", Some("bank.co.jp")),
        ] {
            assert_eq!(shown_host(text).as_deref(), host, "{text}");
        }
    }
}
