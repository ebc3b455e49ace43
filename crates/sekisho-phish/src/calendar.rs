//! Invitations: what they link to, and how they press.

use crate::links::html;
use crate::links::{Link, text};

/// The lines of an iCalendar text, folded ones joined (RFC 5545 §3.1).
pub(crate) fn unfolded(ics: &str) -> String {
    ics.replace("\r\n ", "")
        .replace("\r\n\t", "")
        .replace("\n ", "")
        .replace("\n\t", "")
}

/// Links of an invitation: addresses in its texts, and those of a description in HTML.
pub(crate) fn links(ics: &str, place: &str) -> Vec<Link> {
    let mut found = Vec::new();
    for line in unfolded(ics).lines() {
        let Some((property, value)) = line.split_once(':') else {
            continue;
        };
        let name = property
            .split(';')
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let value = unescaped(value);
        match name.as_str() {
            "X-ALT-DESC" => found.append(&mut html::read(&value, place).links),
            "DESCRIPTION" | "LOCATION" | "SUMMARY" | "COMMENT" | "CONTACT" | "URL" | "ATTACH" => {
                text::links(&value, place, &mut found);
            }
            _ => {}
        }
    }
    found
}

/// RFC 5545 §3.3.11.
fn unescaped(value: &str) -> String {
    value
        .replace("\\n", "\n")
        .replace("\\N", "\n")
        .replace("\\,", ",")
        .replace("\\;", ";")
        .replace("\\\\", "\\")
}

#[cfg(test)]
mod tests {
    use super::links;

    #[test]
    fn links_of_an_invitation() {
        let ics = "BEGIN:VCALENDAR\r\nDESCRIPTION:参加は https://a.exam\r\n ple/x?u=1\\,2 から\r\n\
                   X-ALT-DESC;FMTTYPE=text/html:<a href=\"https://b.example/\">https://c.example</a>\r\nURL:https://d.example\r\n";
        let found: Vec<_> = links(ics, "part 2")
            .into_iter()
            .map(|link| link.href)
            .collect();
        assert_eq!(
            found,
            [
                "https://a.example/x?u=1,2",
                "https://b.example/",
                "https://d.example"
            ]
        );
    }
}
