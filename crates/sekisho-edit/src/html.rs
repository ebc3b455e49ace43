//! Where a text goes in HTML, and what it looks like there.

use sekisho_policy::BannerPlace;

/// A text as HTML: a block of its own, with the lines that it has.
pub(crate) fn of_text(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(escaped).collect();
    format!(
        "<div style=\"border:1px solid #999;padding:6px;margin:6px 0\">{}</div>",
        lines.join("<br>\r\n")
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Where in the text: behind `<body …>` or before `</body>`; without them behind what stands before a body,
/// or before `</html>`, else at the very start or end.
pub(crate) fn place(html: &str, place: BannerPlace) -> usize {
    let lower = html.to_ascii_lowercase();
    match place {
        BannerPlace::Top => ["<body", "</head", "<html", "<!doctype"]
            .into_iter()
            .find_map(|tag| behind(&lower, tag))
            .unwrap_or(0),
        BannerPlace::Bottom => ["</body", "</html"]
            .into_iter()
            .filter_map(|tag| lower.rfind(tag))
            .next()
            .unwrap_or(html.len()),
    }
}

/// The end of the first tag of that name. A `>` inside a quoted attribute ends none.
fn behind(lower: &str, tag: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = lower.get(from..)?.find(tag) {
        let start = from + found;
        let after = start + tag.len();
        let rest = lower.get(after..)?;
        let is_tag = rest
            .chars()
            .next()
            .is_some_and(|c| c == '>' || c == '/' || c.is_ascii_whitespace());
        if is_tag {
            let mut quote = None;
            for (at, c) in rest.char_indices() {
                match (quote, c) {
                    (None, '>') => return Some(after + at + 1),
                    (None, '"' | '\'') => quote = Some(c),
                    (Some(open), c) if open == c => quote = None,
                    _ => {}
                }
            }
            return None;
        }
        from = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_html() {
        let html = "<html><head><title>t</title></head><BODY class=\"a>b\">text</body></html>";
        let top = place(html, BannerPlace::Top);
        assert!(html[top..].starts_with("text"), "{}", &html[top..]);
        let bottom = place(html, BannerPlace::Bottom);
        assert!(html[bottom..].starts_with("</body>"));
        assert_eq!(place("<p>x</p>", BannerPlace::Top), 0);
        assert_eq!(place("<p>x</p>", BannerPlace::Bottom), 8);
        assert_eq!(
            of_text("a<b\nc"),
            "<div style=\"border:1px solid #999;padding:6px;margin:6px 0\">a&lt;b<br>\r\nc</div>"
        );
    }
}
