//! Values, words and sizes as people say them.

use sekisho_words::{Arg, Language, is_key, say_in};

use crate::text::Word;

/// Values that a clause names before it says how many more there are.
const VALUES_SHOWN_MAX: usize = 5;

pub(super) fn every(language: Language, texts: Vec<String>) -> String {
    texts.join(if language == Language::Ja {
        "、かつ"
    } else {
        " and "
    })
}

pub(super) fn either(language: Language, texts: Vec<String>) -> String {
    texts.join(if language == Language::Ja {
        "、または"
    } else {
        " or "
    })
}

/// Names of all who are meant.
pub(super) fn together(language: Language, names: Vec<String>) -> String {
    names.join(if language == Language::Ja {
        "と"
    } else {
        " and "
    })
}

/// `a か b ほか 3 件`
pub(super) fn values<T: ToString>(language: Language, list: &[T]) -> String {
    let shown: Vec<String> = list
        .iter()
        .take(VALUES_SHOWN_MAX)
        .map(T::to_string)
        .collect();
    let mut text = shown.join(if language == Language::Ja {
        " か "
    } else {
        " or "
    });
    if list.len() > VALUES_SHOWN_MAX {
        let more = list.len() - VALUES_SHOWN_MAX;
        text.push(' ');
        let args = [("count", more.into())];
        text.push_str(&say_in(language, "words-and-more", &args));
    }
    text
}

/// A word of the text form in the reader's language: `policy-word-AREA-WORD`; without such a key as it
/// is.
pub(super) fn word(language: Language, area: &str, word: &str) -> String {
    let key = format!("policy-word-{area}-{}", word.replace('_', "-"));
    if is_key(&key) {
        say_in(language, &key, &[])
    } else {
        word.to_owned()
    }
}

pub(super) fn word_list<W: Word>(language: Language, area: &str, list: &[W]) -> String {
    let list: Vec<String> = list
        .iter()
        .map(|value| word(language, area, value.word()))
        .collect();
    values(language, &list)
}

/// `10 MB`
pub(super) fn octets(octets: u64) -> String {
    let scaled = |unit: u64| {
        let tenths = octets.saturating_mul(10) / unit;
        match tenths % 10 {
            0 => format!("{}", tenths / 10),
            rest => format!("{}.{rest}", tenths / 10),
        }
    };
    match octets {
        0..1_000 => format!("{octets} B"),
        1_000..1_000_000 => format!("{} KB", scaled(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", scaled(1_000_000)),
        _ => format!("{} GB", scaled(1_000_000_000)),
    }
}

/// The clauses of one predicate, joined by "and". Each field that asks something gives one.
pub(super) struct Clauses {
    pub(super) language: Language,
    pub(super) texts: Vec<String>,
}

impl Clauses {
    pub(super) fn new(language: Language) -> Self {
        Self {
            language,
            texts: Vec::new(),
        }
    }

    pub(super) fn say(mut self, wanted: bool, key: &str, args: &[(&str, Arg<'_>)]) -> Self {
        if wanted {
            self.texts.push(say_in(self.language, key, args));
        }
        self
    }

    pub(super) fn add(mut self, text: Option<String>) -> Self {
        self.texts.extend(text);
        self
    }

    pub(super) fn list<T: ToString>(self, key: &str, list: &[T]) -> Self {
        let values = values(self.language, list);
        self.say(!list.is_empty(), key, &[("values", values.into())])
    }

    pub(super) fn words<W: Word>(self, key: &str, area: &str, list: &[W]) -> Self {
        let values = word_list(self.language, area, list);
        self.say(!list.is_empty(), key, &[("values", values.into())])
    }

    pub(super) fn yes_no(self, value: Option<bool>, yes: &str, no: &str) -> Self {
        match value {
            Some(value) => self.say(true, if value { yes } else { no }, &[]),
            None => self,
        }
    }

    pub(super) fn number(self, key: &str, number: impl Into<u64>) -> Self {
        let number = number.into();
        self.say(number > 0, key, &[("count", number.into())])
    }

    pub(super) fn size(self, key: &str, size: u64) -> Self {
        self.say(size > 0, key, &[("size", octets(size).into())])
    }

    /// The same with another head where there is something to say of it.
    pub(super) fn behind_one_of(self, alone: &str, such: &str) -> String {
        let key = if self.texts.is_empty() { alone } else { such };
        let head = say_in(self.language, key, &[]);
        self.behind(head)
    }

    /// What these clauses are about, and they behind it in brackets.
    pub(super) fn behind(self, head: String) -> String {
        match (self.texts.as_slice(), self.language) {
            ([], _) => head,
            (texts, Language::Ja) => format!("{head}（{}）", texts.join("、")),
            (texts, Language::En) => format!("{head} ({})", texts.join("; ")),
        }
    }

    pub(super) fn end(self, empty: &str) -> String {
        match self.texts.as_slice() {
            [] => say_in(self.language, empty, &[]),
            _ => every(self.language, self.texts),
        }
    }
}
