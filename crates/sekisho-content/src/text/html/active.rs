//! Elements that do something or ask for something.

use crate::markup::Tag;

/// A field for a password, also one that is dressed as another field.
pub(super) fn asks_for_password(tag: &Tag<'_>) -> bool {
    if !tag.name.eq_ignore_ascii_case("input") {
        return false;
    }
    let attribute = |name: &str| tag.attribute(name).unwrap_or_default().to_lowercase();
    let kind = attribute("type");
    if kind == "password" || attribute("style").contains("text-security") {
        return true;
    }
    let is_text = matches!(kind.as_str(), "" | "text" | "email" | "tel");
    let words = ["password", "passwd", "パスワード", "暗証番号"];
    let is_named = |text: String| words.iter().any(|word| text.contains(word));
    is_text
        && (is_named(attribute("name"))
            || is_named(attribute("placeholder"))
            || is_named(attribute("autocomplete")))
}

/// `<meta http-equiv="refresh" content="0; url=…">`
pub(super) fn refreshes(tag: &Tag<'_>) -> bool {
    tag.name.eq_ignore_ascii_case("meta")
        && tag
            .attribute("http-equiv")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("refresh"))
        && tag
            .attribute("content")
            .is_some_and(|value| value.to_ascii_lowercase().contains("url"))
}

/// Links that start a program of the system, files offered for saving out of the page itself, and
/// pages in pages that are written in the address.
pub(super) fn starts_something(tag: &Tag<'_>) -> bool {
    let name = tag.name.to_ascii_lowercase();
    let target = ["href", "src", "data", "action", "formaction", "xlink:href"]
        .iter()
        .find_map(|attribute| tag.attribute(attribute))
        .unwrap_or_default();
    let lower: String = target
        .trim_start()
        .chars()
        .take(64)
        .collect::<String>()
        .to_ascii_lowercase();
    let is_data = lower.starts_with("data:");
    let starts = crate::office::is_starting(&lower)
        && !lower.starts_with("javascript:")
        && !lower.starts_with("search:");
    let saves = name == "a"
        && is_data
        && tag
            .attributes()
            .any(|(name, _)| name.eq_ignore_ascii_case("download"));
    let shows = matches!(
        name.as_str(),
        "iframe" | "object" | "embed" | "frame" | "script" | "meta"
    ) && is_data
        && !lower.starts_with("data:image/")
        && !lower.starts_with("data:,");
    starts || saves || shows || (name == "meta" && refreshes(tag) && target_of_refresh(tag))
}

fn target_of_refresh(tag: &Tag<'_>) -> bool {
    let content = tag
        .attribute("content")
        .unwrap_or_default()
        .to_ascii_lowercase();
    ["data:", "javascript:", "file:", "ms-"]
        .iter()
        .any(|scheme| content.contains(scheme))
}

/// The script in an attribute: of an event, or behind `javascript:`.
pub(super) fn script_of<'a>(name: &str, value: &'a str) -> Option<&'a str> {
    let is_event = name.len() > 4
        && name.starts_with("on")
        && name.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_event {
        return Some(value);
    }
    let trimmed = value.trim_start();
    trimmed
        .get(..11)
        .filter(|scheme| scheme.eq_ignore_ascii_case("javascript:"))
        .and_then(|_| trimmed.get(11..))
        .filter(|script| {
            !matches!(
                script.trim().trim_end_matches(';'),
                "" | "void(0)" | "void 0"
            )
        })
}
