//! The words on the pages, in the reader's language.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use sekisho_words::{Language, say_in};

/// The language of a browser before its user is known: Japanese unless English is asked for first.
pub(crate) fn language_asked(headers: &HeaderMap) -> Language {
    let asked = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if asked.trim_start().to_ascii_lowercase().starts_with("en") {
        Language::En
    } else {
        Language::Ja
    }
}

/// A text without values.
pub(crate) fn word(language: Language, key: &str) -> String {
    say_in(language, key, &[])
}

/// Where something was found: places are written in one way for machines, people read them in their language.
pub(crate) fn place(language: Language, place: &str) -> String {
    let key = match place {
        "subject" => "web-place-subject",
        "envelope" => "web-place-envelope",
        "message" => "web-place-message",
        "From" => "web-place-from",
        place => {
            let Some(part) = place.strip_prefix("part ") else {
                return place.to_owned();
            };
            return say_in(language, "web-place-part", &[("part", part.into())]);
        }
    };
    word(language, key)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// A page that names a key without words would show the key to people.
    #[test]
    fn every_key_in_a_template_has_words() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut count = 0;
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            for key in text.split("(\"web-").skip(1) {
                let key = format!("web-{}", key.split('"').next().unwrap());
                assert!(sekisho_words::is_key(&key), "{}: {key}", path.display());
                count += 1;
            }
        }
        assert!(count > 30, "{count}");
    }
}
