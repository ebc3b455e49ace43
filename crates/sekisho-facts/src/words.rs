//! Words and expressions of the rules, looked for in the texts of a mail.

use std::collections::BTreeSet;

use sekisho_mime::{Message, Part};
use sekisho_policy::{Vocabulary, WordField, WordsFound};

use crate::large::LargeText;
use crate::texts::PlacedText;

/// The parts whose text is that of the mail itself.
pub(crate) struct Bodies(BTreeSet<String>);

impl Bodies {
    pub(crate) fn of(message: &Message<'_>) -> Self {
        let is_body = |part: &Part<'_>| {
            let is_leaf = !part.is_multipart() && !part.is_message();
            let mut above = std::iter::successors(part.parent(), Part::parent);
            is_leaf && !part.is_attachment() && !above.any(|part| part.is_message())
        };
        let bodies = message.all_parts().filter(is_body);
        Self(bodies.map(|part| part.path()).collect())
    }

    /// What sort of text stands at a place; none for names and headers, which are looked at by themselves.
    fn field(&self, place: &str) -> Option<WordField> {
        let (path, rest) = split(place)?;
        if rest == "name" || rest.ends_with(", name") || rest.starts_with("header ") {
            return None;
        }
        Some(if self.0.contains(path) {
            WordField::Body
        } else {
            WordField::Attachment
        })
    }

    /// The texts that readers of the mail see.
    pub(crate) fn shown<'t>(
        &'t self,
        texts: &'t [PlacedText],
    ) -> impl Iterator<Item = &'t str> + Clone {
        let shown = texts.iter().filter(|text| {
            split(&text.place).is_some_and(|(path, rest)| rest.is_empty() && self.0.contains(path))
        });
        shown.map(|text| text.text.as_str())
    }
}

/// `part 1.2, hidden` to `1.2` and `hidden`.
fn split(place: &str) -> Option<(&str, &str)> {
    let part = place.strip_prefix("part ")?;
    Some(part.split_once(", ").unwrap_or((part, "")))
}

pub(crate) fn found(
    vocabulary: &Vocabulary,
    bodies: &Bodies,
    texts: &[PlacedText],
    large: &[LargeText<'_>],
) -> WordsFound {
    let mut search = vocabulary.search();
    if vocabulary.is_empty() {
        return search.finish();
    }
    for text in texts {
        if let Some(field) = bodies.field(&text.place) {
            search.text(field, &text.place, &text.text);
        }
    }
    for text in large {
        if let Some(field) = bodies.field(&text.place) {
            text.each_window(|window, _, _| search.text(field, &text.place, window));
        }
    }
    search.finish()
}
