//! The value behind a label: in the same line, in the next ones, or without a label at all.

use super::line::Line;
use super::{Candidate, plausible, weight};

/// Lines below a label that are looked at.
const BELOW_LINES: usize = 6;

/// What may stand between a label and its value.
const MARKS: &[char] = &[
    ':', '=', '>', '→', '⇒', '➡', '▶', '】', ']', ')', '」', '』', '■', '◆', '●', '*', '|', '/',
    '》', '〉', ' ', '\t', '-', '…', '・', '"', '\'', '`', '》', '▼', '↓', '□', '◇', '★', '☆', '~',
    '〜',
];

/// Marks that are followed by a value wherever they stand in the line.
const COLONS: &[char] = &[':', '=', '→', '⇒', '➡'];

/// Opening and closing.
const QUOTES: &[(char, char)] = &[
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('“', '”'),
    ('"', '"'),
    ('<', '>'),
    ('`', '`'),
    ('‘', '’'),
    ('[', ']'),
    ('《', '》'),
];

/// Words behind a label that say that the value stands below.
const BELOW: &[&str] = &[
    "以下",
    "下記",
    "次の",
    "こちら",
    "below",
    "follow",
    "別送",
    "↓",
    "お知らせ",
    "ご連絡",
    "お送り",
    "送付",
    "ご案内",
    "通知",
    "です",
];

/// Words that say that there is none to come.
const NOT_HERE: &[&str] = &[
    "別途",
    "別便",
    "後ほど",
    "後程",
    "追って",
    "いつも",
    "前回",
    "同じ",
    "電話",
    "再設定",
    "期限",
    "変更",
    "内線",
    "口頭",
    "について",
    "separately",
    "phone",
    "call",
    "reset",
    "expire",
    "忘れ",
    "不要",
    "ありません",
];

/// Adds what stands behind a label that ends at `end`.
pub(super) fn behind(line: &Line, end: usize, below: &[Line], found: &mut Vec<Candidate>) {
    let before = found.len();
    if line.contains(end, NOT_HERE) && !has_strong_value(line, end) {
        return;
    }
    let start = start_of_value(line, end);
    quoted(line, start, end, found);
    if found.len() == before {
        in_line(line, start, end, found);
    }
    if found.len() == before {
        in_lines_below(line, end, below, found);
    }
}

fn has_strong_value(line: &Line, end: usize) -> bool {
    let rest = line.folded.get(end..).unwrap_or_default();
    let first = rest.iter().find(|c| !c.is_whitespace());
    first.is_some_and(|c| COLONS.contains(c))
}

/// Behind a note in brackets, marks, and words such as は or `is`.
fn start_of_value(line: &Line, end: usize) -> usize {
    let mut at = end;
    loop {
        let before = at;
        at = behind_note(line, at);
        while line.folded.get(at).is_some_and(|c| MARKS.contains(c)) {
            // A dash that touches what follows is a part of it.
            let touches = line
                .folded
                .get(at + 1)
                .is_some_and(|c| c.is_ascii_alphanumeric());
            if line.folded.get(at) == Some(&'-') && touches && at > end {
                return at;
            }
            // A quotation mark opens a value where it has a partner.
            if closes(line, at).is_some() {
                return at;
            }
            at += 1;
        }
        for word in ["は、", "は", "is", "を", "には", "、"] {
            let next = at + word.chars().count();
            let touches = line
                .folded
                .get(next)
                .is_some_and(char::is_ascii_alphanumeric);
            if line.has_at(at, word) && !(word == "is" && touches) {
                at = next;
            }
        }
        if at == before {
            return at;
        }
    }
}

/// 「パスワード（半角）：…」
fn behind_note(line: &Line, at: usize) -> usize {
    if line.folded.get(at) != Some(&'(') {
        return at;
    }
    let rest = line.folded.get(at..).unwrap_or_default();
    match rest.iter().position(|c| *c == ')') {
        Some(length) => at + length + 1,
        None => at,
    }
}

/// Where the quotation that opens at `at` closes.
fn closes(line: &Line, at: usize) -> Option<usize> {
    let open = line.chars.get(at)?;
    let (_, close) = QUOTES.iter().find(|(mark, _)| mark == open)?;
    let rest = line.chars.get(at + 1..)?;
    let length = rest.iter().position(|c| c == close)?;
    (length > 0).then_some(at + 1 + length)
}

/// A quotation at the start of the value, or the first one in the sentence behind the label.
fn quoted(line: &Line, start: usize, end: usize, found: &mut Vec<Candidate>) {
    let places = std::iter::once(start).chain(end..line.chars.len());
    for at in places {
        // A mark right behind the label closes what was opened before it.
        let Some(close) = closes(line, at) else {
            continue;
        };
        let value = line.text(at + 1, close);
        if plausible::is_quoted(&value) {
            add(
                found,
                &value,
                if at == start {
                    weight::QUOTED
                } else {
                    weight::IN_SENTENCE
                },
            );
            let trimmed = value.trim_matches(['\'', '"', ' ', '\u{3000}']);
            if trimmed != value && !trimmed.is_empty() {
                add(found, trimmed, weight::QUOTED - weight::VARIANT);
            }
            return;
        }
    }
}

fn in_line(line: &Line, start: usize, end: usize, found: &mut Vec<Candidate>) {
    // `Password for data.zip: …`, 「復号キーをご連絡します：…」
    let colon = colon_behind(line, start.max(end));
    for (from, weight) in [(Some(start), weight::DIRECT), (colon, weight::DIRECT)] {
        let Some(from) = from else {
            continue;
        };
        let before = found.len();
        token_at(line, from, weight, found);
        if found.len() == before {
            word_at(line, from, weight, found);
        }
        if found.len() > before {
            return;
        }
    }
    // 「パスワードは御社名ではなく Tokyo@2838 です」
    let is_value = |token: &str| plausible::is_token(token) && plausible::looks_made(token);
    let tokens = tokens(line, start).filter(|(_, token)| is_value(token));
    let in_brackets = |at: &usize| {
        let before = line.folded.get(..*at).unwrap_or_default();
        let open = before.iter().filter(|c| **c == '(').count();
        open > before.iter().filter(|c| **c == ')').count()
    };
    let last = tokens.filter(|(at, _)| !in_brackets(at)).last();
    if let Some((_, token)) = last {
        add_token(found, &token, weight::IN_SENTENCE);
    }
}

/// Where a value starts behind a mark later in the line; a sentence in between ends the search.
fn colon_behind(line: &Line, from: usize) -> Option<usize> {
    let rest = line.folded.get(from..)?;
    let at = rest.iter().position(|c| COLONS.contains(c))?;
    let between = rest.get(..at)?;
    if between.contains(&'。') {
        return None;
    }
    let start = from + at + 1;
    let blanks = line.folded.get(start..)?;
    let blanks = blanks
        .iter()
        .take_while(|c| c.is_whitespace() || **c == '>')
        .count();
    Some(start + blanks)
}

/// A run of plain characters that starts right here.
fn token_at(line: &Line, from: usize, weight: u32, found: &mut Vec<Candidate>) {
    let Some((at, token)) = tokens(line, from).next().filter(|(at, _)| *at == from) else {
        return;
    };
    let end = at + token.chars().count();
    let after = line.folded.get(end).copied();
    // 「全角ＡＢＣ」 goes on in Japanese; 「Tokyoです」 ends here.
    if !plausible::is_token(&token) || sentence_in_english(line, from) {
        return;
    }
    add_token(found, &token, weight);
    // `*bold*`: the star in front was taken for a mark.
    let opening = from.checked_sub(1).and_then(|at| line.chars.get(at));
    if let Some(mark) = opening.filter(|c| matches!(c, '*' | '|' | '/' | '-' | '~' | '\'' | '"')) {
        add(found, &format!("{mark}{token}"), weight - weight::VARIANT);
    }
    let rest = line.text(from, line.chars.len());
    let rest = rest.trim();
    // A password with a blank in it.
    if after == Some(' ') && rest.is_ascii() && rest.len() <= 32 {
        add(found, rest, weight - weight::VARIANT);
    }
}

/// Four words and more from here on that are words of English.
fn sentence_in_english(line: &Line, from: usize) -> bool {
    let rest = line.text(from, line.chars.len()).to_ascii_lowercase();
    let words = rest.split_whitespace();
    let plain = words.filter(|word| word.chars().all(|c| c.is_ascii_alphabetic() || c == ','));
    plain.count() >= 3
}

/// A value with Japanese in it, up to です or the end of the line.
fn word_at(line: &Line, from: usize, weight: u32, found: &mut Vec<Candidate>) {
    const ENDS: &[&str] = &[
        "です",
        "となります",
        "になります",
        "でございます",
        "であります",
        "で開",
        "で解",
        "。",
        "、です",
        " ",
    ];
    let end = (from..line.folded.len())
        .find(|at| ENDS.iter().any(|end| line.has_at(*at, end)))
        .unwrap_or(line.folded.len());
    let value = line.text(from, end);
    let value = value.trim();
    if !value.is_ascii() && plausible::is_word(value) {
        add(found, value, weight);
    }
}

fn in_lines_below(line: &Line, end: usize, below: &[Line], found: &mut Vec<Candidate>) {
    let rest = line.folded.get(end..).unwrap_or_default();
    let is_open = !rest.iter().any(|c| c.is_alphanumeric()) || rest.last() == Some(&'は');
    let points = is_open || line.contains(end, BELOW);
    let lines = below
        .iter()
        .filter(|line| !line.is_blank() && !line.is_rule());
    for line in lines.take(BELOW_LINES) {
        let start = line.chars.iter().take_while(|c| c.is_whitespace()).count();
        let has_arrow = line
            .folded
            .get(start)
            .is_some_and(|c| matches!(c, '→' | '⇒' | '>' | '➡'));
        if !points && !has_arrow {
            return;
        }
        let text = line.text(start, line.chars.len());
        let text = text.trim_end();
        let value = text.trim_start_matches(['→', '⇒', '>', '➡', '・', ' ', '\u{3000}', '▶']);
        if stands_alone(value, is_open) {
            quoted_or_bare(value, found);
            return;
        }
        // One line of a sentence may come between: 「コピーしてお使いください。」
        if !text.ends_with(['。', '.', '、']) {
            return;
        }
    }
}

fn quoted_or_bare(value: &str, found: &mut Vec<Candidate>) {
    let inner = QUOTES.iter().find_map(|(open, close)| {
        let inner = value.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inner.is_empty()).then_some(inner)
    });
    if let Some(inner) = inner {
        add(found, inner, weight::BELOW);
    }
    add_token(found, value, weight::BELOW - u32::from(inner.is_some()));
}

/// Whether a line is a value and nothing else.
fn stands_alone(value: &str, takes_words: bool) -> bool {
    let is_plain = value.chars().all(|c| c.is_ascii_graphic());
    if is_plain {
        return plausible::is_token(value) || (value.len() >= 4 && !value.contains("--"));
    }
    let blanks = value.chars().filter(|c| c.is_whitespace()).count();
    if value.is_ascii() {
        // `a b c`: words of English make a sentence.
        return blanks <= 2
            && value.len() <= 20
            && value.split(' ').all(plausible::is_token)
            && plausible::looks_made(&value.replace(' ', ""));
    }
    takes_words && blanks == 0 && plausible::is_word(value)
}

/// 「先ほどのZIPですがXXXで開きます」, `use XXX to open`.
pub(super) fn that_opens(line: &Line, found: &mut Vec<Candidate>) {
    const OPENS: &[&str] = &[
        "で開",
        "で解凍",
        "で展開",
        "で解除",
        "で復号",
        "で閲覧",
        "をご入力",
        "を入力",
        "にて開",
        "にて解凍",
    ];
    for (at, token) in tokens(line, 0) {
        let end = at + token.chars().count();
        let blanks = line.folded.get(end..).unwrap_or_default();
        let blanks = blanks.iter().take_while(|c| c.is_whitespace()).count();
        let opens = OPENS.iter().any(|word| line.has_at(end + blanks, word));
        let before = line.text(0, at).to_ascii_lowercase();
        let after = line.text(end, line.chars.len()).to_ascii_lowercase();
        let asked =
            before.ends_with("use ") || before.ends_with("enter ") || before.ends_with("with ");
        let purpose = [
            " to open",
            " to unlock",
            " to decrypt",
            " to unzip",
            " to extract",
        ];
        let english = asked && purpose.iter().any(|word| after.starts_with(word));
        let is_version = plausible::ends_in_program(&line.text(0, at));
        if (opens || english)
            && !is_version
            && plausible::is_token(&token)
            && plausible::looks_made(&token)
        {
            add_token(found, &token, weight::OPENS);
        }
    }
}

/// A mail that speaks of a password and has one token in a line of its own.
pub(super) fn alone(lines: &[Line], found: &mut Vec<Candidate>) {
    let values = lines
        .iter()
        .filter(|line| !line.is_rule())
        .filter_map(|line| {
            let text = line.text(0, line.chars.len());
            let text = text.trim().to_owned();
            let is_plain = text.chars().all(|c| c.is_ascii_graphic());
            let is_value = is_plain && plausible::is_token(&text) && plausible::looks_made(&text);
            is_value.then_some(text)
        });
    let values: Vec<String> = values.take(3).collect();
    if let [value] = values.as_slice() {
        add_token(found, value, weight::ALONE);
    }
}

/// Runs of plain characters, half or full width, from a place on.
fn tokens(line: &Line, from: usize) -> impl Iterator<Item = (usize, String)> + '_ {
    let is_plain =
        |c: &char| c.is_ascii_graphic() || matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '０'..='９');
    let mut at = from;
    std::iter::from_fn(move || {
        let rest = line.chars.get(at..)?;
        let start = at + rest.iter().position(is_plain)?;
        let run = line.chars.get(start..)?;
        let length = run.iter().take_while(|c| is_plain(c)).count();
        at = start + length;
        Some((start, line.text(start, at)))
    })
}

/// A token, without what ends a sentence; and as it stands.
fn add_token(found: &mut Vec<Candidate>, token: &str, weight: u32) {
    let bare = token.trim_end_matches(['.', ',', ';', '*']);
    if bare != token && !bare.is_empty() {
        add(found, bare, weight);
        add(found, token, weight - weight::VARIANT / 2);
    } else {
        add(found, token, weight);
    }
}

fn add(found: &mut Vec<Candidate>, password: &str, weight: u32) {
    found.push(Candidate {
        password: password.to_owned(),
        weight,
    });
}
