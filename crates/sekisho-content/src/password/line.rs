//! A line with what is no password blanked out, beside its folded form for finding words in it.

/// Characters as written, and the same ones folded: half-width, lower case. Both have the same
/// length, so that a place in one is a place in the other.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) chars: Vec<char>,
    pub(super) folded: Vec<char>,
}

impl Line {
    pub(super) fn of(text: &str) -> Self {
        let mut chars: Vec<char> = text.chars().filter(|c| !is_unseen(*c)).collect();
        blank_addresses(&mut chars);
        let folded = chars.iter().map(|c| fold(*c)).collect();
        Self { chars, folded }
    }

    /// Whether the folded line has this word at `at`.
    pub(super) fn has_at(&self, at: usize, word: &str) -> bool {
        let rest = self.folded.get(at..).unwrap_or_default();
        let mut length = 0;
        word.chars().all(|c| {
            length += 1;
            rest.get(length - 1) == Some(&c)
        })
    }

    pub(super) fn contains(&self, from: usize, words: &[&str]) -> bool {
        (from..self.folded.len()).any(|at| words.iter().any(|word| self.has_at(at, word)))
    }

    pub(super) fn text(&self, from: usize, to: usize) -> String {
        self.chars
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .collect()
    }

    pub(super) fn is_blank(&self) -> bool {
        self.chars.iter().all(|c| c.is_whitespace())
    }

    /// A rule of dashes, stars, squares between parts of a text.
    pub(super) fn is_rule(&self) -> bool {
        let marks = self.chars.iter().filter(|c| !c.is_whitespace());
        let mut marks = marks.copied();
        let Some(first) = marks.next() else {
            return false;
        };
        let mut count = 1;
        let is_same = marks.all(|c| {
            count += 1;
            c == first
        });
        is_same && count >= 3 && !first.is_alphanumeric()
    }
}

fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}'
    )
}

/// Full-width forms as half-width ones; other characters as they are.
pub(super) fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{A0}' => ' ',
        _ => c,
    }
}

fn fold(c: char) -> char {
    narrow(c).to_ascii_lowercase()
}

/// Links and mail addresses hold words that look like passwords and are none.
fn blank_addresses(chars: &mut [char]) {
    let text: String = chars.iter().collect();
    let mut at = 0;
    for word in text.split_inclusive(|c: char| c.is_whitespace() || !c.is_ascii()) {
        let length = word.chars().count();
        let bare = word.trim_matches(|c: char| c.is_whitespace() || "<>()[]\"',;".contains(c));
        if is_link(bare) || is_address(bare) {
            for c in chars.iter_mut().skip(at).take(length) {
                if c.is_ascii() {
                    *c = ' ';
                }
            }
        }
        at += length;
    }
}

fn is_link(word: &str) -> bool {
    word.contains("://") || word.starts_with("www.") || word.starts_with("mailto:")
}

/// `name@host.tld`, also behind a label that touches it.
fn is_address(word: &str) -> bool {
    let Some((local, domain)) = word.rsplit_once('@') else {
        return false;
    };
    let Some((host, tld)) = domain.trim_end_matches('.').rsplit_once('.') else {
        return false;
    };
    let is_name = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
    };
    !local.is_empty()
        && is_name(host)
        && tld.len() >= 2
        && tld.chars().all(|c| c.is_ascii_alphabetic())
}
