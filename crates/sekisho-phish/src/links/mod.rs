//! Links of a mail: where they stand, what they show, where they go.

pub(crate) mod html;
pub(crate) mod judge;
pub(crate) mod services;
pub(crate) mod target;
pub(crate) mod text;

use crate::impersonation::name::is_unseen;

/// Where a link comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// `<a href>`
    Anchor,
    /// `<area href>`
    Area,
    /// Where a form sends what is typed.
    Form,
    /// A page that goes on by itself.
    Refresh,
    /// An address in a text.
    Text,
    /// A QR code.
    Code,
}

/// A link as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) href: String,
    /// What the reader sees.
    pub(crate) text: String,
    pub(crate) has_image: bool,
    pub(crate) kind: Kind,
    pub(crate) place: String,
}

impl Link {
    pub(crate) fn new(href: String, text: String, kind: Kind, place: &str) -> Self {
        Self {
            href,
            text,
            has_image: false,
            kind,
            place: place.to_owned(),
        }
    }
}

/// Characters that nobody sees between two letters or digits: they cut a word for filters only.
/// Joiners of scripts that need them (U+200C, U+200D) count only between Latin letters.
pub(crate) fn unseen_in_words(text: &str) -> usize {
    let mut before = ' ';
    let mut unseen = 0;
    let mut count = 0;
    for c in text.chars() {
        if is_unseen(c) {
            unseen += usize::from(!matches!(c, '\u{AD}' | '\u{FE00}'..='\u{FE0F}'));
            continue;
        }
        if unseen > 0 && before.is_ascii_alphanumeric() && c.is_ascii_alphanumeric() {
            count += 1;
        }
        before = c;
        unseen = 0;
    }
    count
}
