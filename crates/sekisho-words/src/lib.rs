//! The message catalogue: everything a person reads, in Japanese and English.
//!
//! Texts live in Fluent files, one an area, the same keys and arguments in both languages (a test
//! holds that). A text has up to three parts: what happened, where, what to do.
//!
//! It never decides what is said, and it never fails: an unknown key is shown as itself, so that a
//! missing text cannot stop a mail. No text carries bidi isolation marks: they would end up in
//! SMTP replies and logs.
//!
//! ```
//! use sekisho_words::{Language, say};
//!
//! let words = say("address-brackets", &[]);
//! assert!(words.in_language(Language::Ja).contains("山括弧"));
//! let three = say("words-and-more", &[("count", 3.into())]);
//! assert_eq!(three.en, "and 3 more");
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod areas;
mod catalogue;
mod words;

pub use areas::AREAS;
pub use catalogue::{is_key, keys};
pub use words::{Arg, Language, Words};

/// The text of `key` in both languages, with its arguments filled in.
///
/// A missing argument shows as `{$name}`; an unknown key as itself.
pub fn say(key: &str, args: &[(&str, Arg<'_>)]) -> Words {
    Words {
        ja: say_in(Language::Ja, key, args),
        en: say_in(Language::En, key, args),
    }
}

/// The text of `key` in one language. Where nobody reads the other one, half the work.
pub fn say_in(language: Language, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    catalogue::format(language, key, args)
}
