//! Keyword sets: the built-in markings and the administrator's phrases.

use std::ops::Range;

use crate::limits::{KEYWORD_BYTES_MAX, KEYWORDS_MAX};

/// Why a keyword list was not taken. It is the turn of whoever wrote the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeywordError {
    /// More phrases than [`KEYWORDS_MAX`].
    #[error("more than {KEYWORDS_MAX} phrases in the keyword list: split the list")]
    TooMany,
    /// A phrase longer than [`KEYWORD_BYTES_MAX`].
    #[error(
        "phrase {number} of the keyword list is longer than {KEYWORD_BYTES_MAX} bytes: shorten it"
    )]
    TooLong {
        /// Which one, counted from 1.
        number: usize,
    },
    /// The automaton would not fit in memory.
    #[error("the keyword list as a whole is too large: shorten it")]
    TooLarge,
}

/// A phrase with what may not stand beside it.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    /// As it stands in its list.
    pub(crate) value: String,
    /// Characters that make another word of it when they stand right before or after.
    not_after: &'static str,
    not_before: &'static str,
    /// Latin letters on both sides make another word of it (`confidentiality`).
    whole_word: bool,
    /// A single sign whose normal form is an ordinary character (㊙ is 秘 after NFKC): only the
    /// sign itself counts.
    sign: Option<char>,
}

impl Phrase {
    /// A phrase of the administrator: a plain substring.
    pub(crate) fn listed(phrase: &str, number: usize) -> Result<Self, KeywordError> {
        if phrase.len() > KEYWORD_BYTES_MAX {
            return Err(KeywordError::TooLong { number });
        }
        Ok(Self {
            value: phrase.to_owned(),
            not_after: "",
            not_before: "",
            whole_word: false,
            sign: sign(phrase),
        })
    }

    fn marking(value: &str, not_after: &'static str, not_before: &'static str) -> Self {
        Self {
            value: value.to_owned(),
            not_after,
            not_before,
            whole_word: true,
            sign: sign(value),
        }
    }

    /// Whether the place found reads as this phrase.
    pub(crate) fn reads(&self, text: &str, range: &Range<usize>) -> bool {
        let (Some(before), Some(inside), Some(after)) = (
            text.get(..range.start),
            text.get(range.clone()),
            text.get(range.end..),
        ) else {
            return false;
        };
        let before = before.chars().next_back();
        let after = after.chars().next();
        let first = inside.chars().next();
        let last = inside.chars().next_back();
        let beside = |c: Option<char>, set: &str| c.is_some_and(|c| set.contains(c));
        if beside(before, self.not_after) || beside(after, self.not_before) {
            return false;
        }
        if self.sign.is_some_and(|sign| !inside.contains(sign)) {
            return false;
        }
        // 1-2-3 is not found in 1-2-34: a number cut short is another number.
        if joined(before, first, is_digit) || joined(last, after, is_digit) {
            return false;
        }
        // M&A is not found in "program & analysis": joined over a blank, cut out of words.
        let word_only = self.whole_word || inside.contains([' ', '\n', '\u{3000}', '\u{A0}']);
        !(word_only && (joined(before, first, is_latin) || joined(last, after, is_latin)))
    }
}

fn joined(left: Option<char>, right: Option<char>, class: fn(char) -> bool) -> bool {
    left.is_some_and(class) && right.is_some_and(class)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || ('Ａ'..='Ｚ').contains(&c) || ('ａ'..='ｚ').contains(&c)
}

fn sign(phrase: &str) -> Option<char> {
    let mut chars = phrase.chars();
    let only = chars.next().filter(|_| chars.next().is_none())?;
    // CIRCLED IDEOGRAPH …: ㊙, ㊗, ㊞ and their kin.
    ('㊀'..='㊰').contains(&only).then_some(only)
}

/// The markings that Japanese offices put on what must stay inside. `not_after` and `not_before`
/// come from words that hold a marking by accident (終極秘密結社, 会社外秘書室, 秘密保持契約).
pub(crate) fn markings() -> Vec<Phrase> {
    let phrase = Phrase::marking;
    vec![
        phrase("極秘", "終至積究北南", ""),
        phrase("厳秘", "", ""),
        phrase("社外秘", "", "書訣術"),
        phrase("部外秘", "", "書訣術"),
        phrase("関係者外秘", "", "書"),
        phrase("課外秘", "", "書"),
        phrase("取扱注意", "", ""),
        phrase("取り扱い注意", "", ""),
        phrase("取扱い注意", "", ""),
        phrase("マル秘", "", ""),
        phrase("丸秘", "", ""),
        phrase("㊙", "", ""),
        phrase("機密", "非", "性"),
        phrase("秘密", "", "保結基裏鍵の"),
        phrase("親展", "", "開示望"),
        phrase("持出禁止", "", ""),
        phrase("持ち出し禁止", "", ""),
        phrase("複製禁止", "", ""),
        phrase("転載禁止", "", ""),
        phrase("関係者限り", "", ""),
        phrase("社内限り", "", ""),
        phrase("CONFIDENTIAL", "", ""),
        phrase("Strictly Confidential", "", ""),
        phrase("Internal Use Only", "", ""),
        phrase("Company Confidential", "", ""),
        phrase("Top Secret", "", ""),
        phrase("Proprietary and Confidential", "", ""),
        phrase("Not for Distribution", "", ""),
        phrase("Do Not Distribute", "", ""),
    ]
}
