//! One form for every way of writing: width, case, kana form, blanks between letters, and the words
//! that Japanese writes in kanji or kana as it likes (下さい, ください).

use unicode_normalization::UnicodeNormalization;

/// A text folded and cut into sentences.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    /// The sentences that say what the mail is for, each ended by a line end.
    pub(crate) text: String,
    /// Those of notes, side blocks and signatures: they stand in good and bad mail alike.
    notes: String,
    in_note: bool,
    in_block: bool,
}

impl Folded {
    /// All that was added, what the mail is for first.
    pub(crate) fn sentences(&self) -> impl Iterator<Item = &str> {
        self.text.lines().chain(self.notes.lines())
    }

    /// What the mail is for; a mail of next to nothing else is read whole.
    pub(crate) fn said(&self, with_notes: bool) -> impl Iterator<Item = &str> {
        let notes = if with_notes || self.text.len() < SAID_BYTES_MIN {
            self.notes.as_str()
        } else {
            ""
        };
        self.text.lines().chain(notes.lines())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.text.len() + self.notes.len()
    }

    pub(crate) fn contains(&self, c: char) -> bool {
        self.text.contains(c) || self.notes.contains(c)
    }

    /// Adds a text: its quoted lines are left out, its wrapped lines are joined.
    pub(crate) fn push(&mut self, text: &str) {
        let is_first = self.text.is_empty();
        (self.in_note, self.in_block) = (false, false);
        for line in text.lines() {
            let line = line.trim();
            if line.starts_with('>') {
                continue;
            }
            if !is_first {
                self.place(line);
            }
            self.push_line(line);
        }
        self.end_sentence();
    }

    /// Whether the line belongs to what the mail is for.
    fn place(&mut self, line: &str) {
        if is_ruled(line) {
            self.end_sentence();
            self.in_block = !self.in_block;
            self.in_note = false;
        } else if line.is_empty() {
            self.end_sentence();
            self.in_note = false;
        } else if begins_note(line) {
            self.end_sentence();
            self.in_note = true;
        }
    }

    fn out(&mut self) -> &mut String {
        if self.in_note || self.in_block {
            &mut self.notes
        } else {
            &mut self.text
        }
    }

    fn push_line(&mut self, line: &str) {
        if line.is_empty() {
            return self.end_sentence();
        }
        let out = self.out();
        let began = out.len();
        let columns = fold_into(line, out);
        if out.len() == began {
            return;
        }
        // A line that is not full ends what it says; a full one was wrapped by a mail program.
        if columns < WRAPPED_COLUMNS_MIN {
            self.end_sentence();
        } else if out.ends_with(|c: char| c.is_ascii()) {
            out.push(' ');
        }
    }

    fn end_sentence(&mut self) {
        let out = self.out();
        let kept = out.trim_end_matches(' ').len();
        out.truncate(kept);
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    }
}

/// Bytes of subject and text below which notes are read as text.
const SAID_BYTES_MIN: usize = 100;

/// A line drawn across parts a signature or a block from the text.
fn is_ruled(line: &str) -> bool {
    let Some(first) = line.chars().next() else {
        return false;
    };
    let is_rule = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
    line == "--" || is_rule(first) && line.chars().take_while(|c| *c == first).count() >= 8
}

/// How notes at the foot and side blocks of Japanese mail begin.
fn begins_note(line: &str) -> bool {
    line.starts_with(['※', '【', '■', '□', '◆', '◇', '●'])
        || [
            "このメールは",
            "本メールは",
            "This is an automatic",
            "Q. ",
            "A. ",
        ]
        .iter()
        .any(|begin| line.starts_with(begin))
}

/// Mail programs wrap at 60 to 78 columns, some at 50.
const WRAPPED_COLUMNS_MIN: usize = 50;

/// Kanji and kana writings of one word: what follows the first letter decides.
const WRITINGS: &[(&str, &str)] = &[
    ("下さ", "くださ"),
    ("致し", "いたし"),
    ("致す", "いたす"),
    ("頂", "いただ"),
    ("戴", "いただ"),
    ("御", "ご"),
    ("宜し", "よろし"),
    ("有難う", "ありがとう"),
    ("有り難う", "ありがとう"),
    ("出来", "でき"),
    ("是非", "ぜひ"),
    ("手続き", "手続"),
    ("お客さま", "お客様"),
    ("皆さま", "皆様"),
    ("サーバー", "サーバ"),
    ("フォルダー", "フォルダ"),
    ("問合せ", "問い合わせ"),
    ("問合わせ", "問い合わせ"),
    ("申込", "申し込"),
    ("打合せ", "打ち合わせ"),
    ("打合わせ", "打ち合わせ"),
    ("引換", "引き換"),
    ("払戻", "払い戻"),
    ("差押", "差し押さ"),
    ("貰", "もら"),
    ("直ぐ", "すぐ"),
    ("今直ぐ", "今すぐ"),
];

/// Folds one line, and says how many columns it had.
pub(crate) fn fold_into(line: &str, out: &mut String) -> usize {
    let mut columns = 0;
    let mut rest = line;
    loop {
        let run = words_of_ascii(rest);
        if !run.is_empty() {
            let began = out.len();
            out.push_str(run);
            out.get_mut(began..)
                .unwrap_or_default()
                .make_ascii_lowercase();
            columns += run.len();
            rest = rest.get(run.len()..).unwrap_or_default();
        }
        let Some(c) = rest.chars().next() else {
            return columns;
        };
        let tail = rest.get(c.len_utf8()..).unwrap_or_default();
        columns += if c.is_ascii() { 1 } else { 2 };
        if c.is_ascii() {
            push_ascii(c, out);
        } else if let Some((written, plain)) = writing(rest) {
            out.push_str(plain);
            rest = rest.get(written.len()..).unwrap_or_default();
            continue;
        } else if is_plain(c) {
            drop_inner_blank(out);
            out.push(c);
            if c == '。' {
                out.push('\n');
            }
        } else {
            push_folded(c, tail, out);
            if takes_mark(tail) && is_half_kana(c) {
                rest = tail.get(3..).unwrap_or_default();
                continue;
            }
        }
        rest = tail;
    }
}

/// What of ASCII stays but for its case, up to the next character that needs a look of its own.
fn words_of_ascii(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_graphic = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_graphic);
    let stays = |at: usize| match bytes.get(at) {
        // A mark that ends a sentence; of blanks the first one behind a word.
        Some(b'!' | b'?') | None => false,
        Some(b' ') => at.checked_sub(1).is_some_and(is_graphic),
        Some(byte) => byte.is_ascii_graphic(),
    };
    let mut end = 0;
    while stays(end) {
        end += 1;
    }
    text.get(..end).unwrap_or_default()
}

fn push_ascii(c: char, out: &mut String) {
    match c {
        ' ' | '\t' if out.ends_with([' ', '\n']) || out.is_empty() => {}
        ' ' | '\t' => out.push(' '),
        '!' | '?' => {
            out.push(c);
            out.push('\n');
        }
        c if c.is_ascii_control() => {}
        c => out.push(c.to_ascii_lowercase()),
    }
}

/// Blanks between Japanese letters part no words; filters are to be misled by them.
fn drop_inner_blank(out: &mut String) {
    if out.ends_with(' ') {
        let before = out.trim_end_matches(' ').chars().next_back();
        if before.is_some_and(is_plain) {
            out.truncate(out.trim_end_matches(' ').len());
        }
    }
}

/// Kana and kanji that are their own folded form.
pub(crate) fn is_plain(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FE}' | '\u{4E00}'..='\u{9FFF}' | '々' | '、' | '。')
}

fn is_half_kana(c: char) -> bool {
    matches!(c, '\u{FF66}'..='\u{FF9D}')
}

fn takes_mark(tail: &str) -> bool {
    tail.starts_with(['\u{FF9E}', '\u{FF9F}'])
}

fn push_folded(c: char, tail: &str, out: &mut String) {
    match c {
        // Seen by no reader: soft hyphen, zero width, direction marks, tags.
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{E0000}'..='\u{E007F}' => {}
        '\u{FF01}'..='\u{FF5E}' => {
            let ascii = u32::from(c).saturating_sub(0xFEE0);
            push_ascii(char::from_u32(ascii).unwrap_or(c), out);
        }
        '\u{3000}' | '\u{A0}' => push_ascii(' ', out),
        c if is_half_kana(c) => {
            let marked = takes_mark(tail).then(|| tail.chars().next()).flatten();
            drop_inner_blank(out);
            out.extend([Some(c), marked].into_iter().flatten().nfkc());
        }
        c => out.extend(std::iter::once(c).nfkc().flat_map(char::to_lowercase)),
    }
}

fn writing(rest: &str) -> Option<(&'static str, &'static str)> {
    // Few letters begin one of them; the list is not gone through for the others.
    if !rest.starts_with([
        '下', '致', '頂', '戴', '御', '宜', '有', '出', '是', '手', 'お', '皆', 'サ', 'フ', '問',
        '申', '打', '引', '払', '差', '貰', '直', '今',
    ]) {
        return None;
    }
    WRITINGS
        .iter()
        .find(|(written, _)| rest.starts_with(written))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::Folded;

    fn folded(text: &str) -> String {
        let mut folded = Folded::default();
        folded.push(text);
        folded.text
    }

    #[test]
    fn every_writing_is_one() {
        assert_eq!(
            folded("ﾃﾞｰﾀを ＣＬＩＣＫ　して下さい"),
            "データを click してください\n"
        );
        assert_eq!(folded("口 座 番 号"), "口座番号\n");
        assert_eq!(folded("Pass\u{200B}word"), "password\n");
        assert_eq!(folded("御確認頂きたい"), "ご確認いただきたい\n");
    }

    #[test]
    fn sentences_end_where_they_end() {
        assert_eq!(folded("はい。いいえ!だめ"), "はい。\nいいえ!\nだめ\n");
        assert_eq!(folded("短い行\n次の行\n> 引用"), "短い行\n次の行\n");
        let wrapped =
            "カードの一部のご利用を制限しておりますので確認のためにカード番\n号を入力してください";
        assert_eq!(folded(wrapped).lines().count(), 1);
        assert!(folded(wrapped).contains("カード番号"));
    }
}
