//! HTML mail without what runs or tracks: known elements and attributes are kept, all else goes.

use crate::markup::{Tag, Token, Tokens, decode};
use crate::opened::Place;
use crate::text::html_pieces;

/// Elements kept. Others go, and their text stays.
const KEPT: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements that go with all that is in them.
const DROPPED: &[&str] = &[
    "script", "style", "template", "noscript", "object", "applet", "svg", "math", "iframe",
    "frame", "frameset", "select", "textarea", "xmp", "noembed", "noframes",
];

/// Attributes kept on any element.
const ATTRIBUTES: &[&str] = &[
    "abbr",
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "class",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "href",
    "lang",
    "nowrap",
    "rowspan",
    "size",
    "span",
    "src",
    "start",
    "style",
    "summary",
    "title",
    "type",
    "valign",
    "width",
];

/// The page with known elements only: no scripts, forms, frames, objects, styles of a sheet; links of the
/// web and mail, pictures of the mail itself and, when `remote_pictures`, of the web.
pub fn clean_html(html: &str, remote_pictures: bool) -> String {
    let mut out = String::with_capacity(html.len());
    let mut tokens = Tokens::of(html);
    let mut dropping: Option<(String, usize)> = None;
    while let Some(token) = tokens.next() {
        match token {
            Token::Open(tag) => {
                let name = tag.name.to_ascii_lowercase();
                if matches!(name.as_str(), "script" | "style" | "textarea" | "xmp")
                    && !tag.is_closed
                {
                    tokens.raw_until(&name);
                    continue;
                }
                match &mut dropping {
                    Some((open, depth)) if *open == name && !tag.is_closed => *depth += 1,
                    Some(_) => {}
                    None if DROPPED.contains(&name.as_str()) => {
                        dropping = (!tag.is_closed).then_some((name, 1));
                    }
                    None if KEPT.contains(&name.as_str()) => {
                        open(&name, &tag, remote_pictures, &mut out)
                    }
                    None => {}
                }
            }
            Token::Close(name) => {
                let name = name.to_ascii_lowercase();
                match &mut dropping {
                    Some((open, depth)) if *open == name => {
                        *depth -= 1;
                        if *depth == 0 {
                            dropping = None;
                        }
                    }
                    None if KEPT.contains(&name.as_str()) => {
                        out.push_str("</");
                        out.push_str(&name);
                        out.push('>');
                    }
                    _ => {}
                }
            }
            Token::Text(text) | Token::Verbatim(text) if dropping.is_none() => {
                push_text(&decode(text), &mut out)
            }
            _ => {}
        }
    }
    out
}

fn open(name: &str, tag: &Tag<'_>, remote_pictures: bool, out: &mut String) {
    out.push('<');
    out.push_str(name);
    for (attribute, value) in tag.attributes() {
        let attribute = attribute.to_ascii_lowercase();
        let value = decode(value);
        if !ATTRIBUTES.contains(&attribute.as_str())
            || !is_harmless(name, &attribute, &value, remote_pictures)
        {
            continue;
        }
        out.push(' ');
        out.push_str(&attribute);
        out.push_str("=\"");
        push_text(&value, out);
        out.push('"');
    }
    // What a link opens learns nothing of where it stood.
    if name == "a" {
        out.push_str(" rel=\"noopener noreferrer\"");
    }
    out.push('>');
}

fn is_harmless(element: &str, attribute: &str, value: &str, remote_pictures: bool) -> bool {
    // Browsers pass over blanks and control characters in a scheme.
    let dense: String = value
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    let lower = dense.to_ascii_lowercase();
    let begins = |schemes: &[&str]| schemes.iter().any(|scheme| lower.starts_with(scheme));
    match attribute {
        "href" => element == "a" && begins(&["http://", "https://", "mailto:", "tel:", "#"]),
        "src" => {
            let own = begins(&[
                "cid:",
                "data:image/png",
                "data:image/jpeg",
                "data:image/gif",
                "data:image/webp",
            ]);
            element == "img" && (own || (remote_pictures && begins(&["http://", "https://"])))
        }
        "style" => ![
            "url(",
            "expression",
            "position:",
            "behavior",
            "-moz-binding",
            "\\",
            "@import",
            "/*",
        ]
        .iter()
        .any(|mark| lower.contains(mark)),
        _ => true,
    }
}

fn push_text(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0' => {}
            c => out.push(c),
        }
    }
}

/// What a reader sees of the page, as plain text.
pub fn html_to_text(html: &str) -> String {
    let pieces = html_pieces(html);
    let shown: Vec<&str> = pieces
        .iter()
        .filter(|piece| piece.place == Place::Text)
        .map(|piece| piece.text.trim())
        .collect();
    shown.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::{clean_html, html_to_text};

    #[test]
    fn what_stays_and_what_goes() {
        let html = "<p onclick=\"x()\" style=\"color:red\">極<b>秘</b><script>alert(1)</script><svg><a href=x>y</a></svg></p>\
            <a href=\"java\nscript:alert(1)\">a</a><a href=\"https://a.example/?a=1&amp;b=2\">b</a><img src=\"http://t.example/p.gif\"><img src=\"cid:1\">\
            <form action=\"http://x\"><input type=password>送る</form><iframe src=x>y</iframe>&lt;script&gt;";
        assert_eq!(
            clean_html(html, false),
            "<p style=\"color:red\">極<b>秘</b></p><a rel=\"noopener noreferrer\">a</a>\
             <a href=\"https://a.example/?a=1&amp;b=2\" rel=\"noopener noreferrer\">b</a><img><img src=\"cid:1\">送る&lt;script&gt;"
        );
        assert!(clean_html(html, true).contains("t.example"));
        assert_eq!(
            clean_html("<style>x</style><p style='background:u\\72l(x)'>a", false),
            "<p>a"
        );
    }

    #[test]
    fn text_of_a_page() {
        assert_eq!(
            html_to_text("<style>x</style><p>極<b>秘</b></p><p>資料</p><script>x</script>"),
            "極秘\n資料"
        );
    }
}
