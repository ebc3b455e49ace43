//! Which elements break lines, and which show nothing.

use crate::markup::Tag;

pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "legend"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "pre"
            | "section"
            | "select"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
            | "text"
    )
}

pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements that show nothing where they stand: readings of ruby stand above the line.
pub(super) fn is_never_shown(name: &str) -> bool {
    matches!(
        name,
        "rt" | "rp" | "rtc" | "noscript" | "template" | "noframes" | "noembed" | "datalist"
    )
}

pub(super) fn is_hidden(tag: &Tag<'_>) -> bool {
    if tag
        .attributes()
        .any(|(name, _)| name.eq_ignore_ascii_case("hidden"))
    {
        return true;
    }
    let style: String = tag
        .attribute("style")
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    style.contains("display:none")
        || style.contains("visibility:hidden")
        || style.contains("mso-hide:all")
        || style.contains("opacity:0;")
        || style.ends_with("opacity:0")
        || has_no_size(&style)
}

/// `font-size:0`, `0px`, `0.0em`.
fn has_no_size(style: &str) -> bool {
    style.split("font-size:").skip(1).any(|value| {
        let number: String = value
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        !number.is_empty() && number.chars().all(|c| matches!(c, '0' | '.'))
    })
}
