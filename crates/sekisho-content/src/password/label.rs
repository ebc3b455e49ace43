//! Words that announce a password.

use super::line::Line;

/// In folded form, longer ones before their beginnings.
const LABELS: &[&str] = &[
    "パスワード",
    "パスワ-ド",
    "ﾊﾟｽﾜｰﾄﾞ",
    "パスフレーズ",
    "パスコード",
    "暗証番号",
    "合言葉",
    "合い言葉",
    "復号キー",
    "復号鍵",
    "解凍キー",
    "解除キー",
    "開封キー",
    "暗号キー",
    "解凍コード",
    "解除コード",
    "開封コード",
    "解凍パス",
    "展開パス",
    "開封パス",
    "復号パス",
    "閲覧パス",
    "解除パス",
    "解除用の文字列",
    "解除用文字列",
    "解凍用文字列",
    "解凍用の文字列",
    "解凍ワード",
    "passphrase",
    "pass phrase",
    "passcode",
    "pass code",
    "password",
    "pass word",
    "passwd",
    "unlock code",
    "unlock key",
    "decryption key",
    "decryption code",
];

/// Short ones that are parts of other words: only with a border on both sides.
const SHORT: &[&str] = &["pass", "pwd", "pw", "key", "キー", "鍵", "パス", "暗号"];

/// Pieces of which a text with a label, or with a word for opening, has one.
const STEMS: &[&str] = &[
    "パス",
    "ﾊﾟｽ",
    "暗証",
    "合言",
    "合い言",
    "復号",
    "解凍",
    "解除",
    "展開",
    "開封",
    "閲覧",
    "開",
    "鍵",
    "キー",
    "暗号",
    "ass",
    "ASS",
    "PW",
    "pw",
    "Pw",
    "Ｐ",
    "ｐ",
    "nlock",
    "NLOCK",
    "ecrypt",
    "open",
    "nzip",
    "extract",
    "key",
    "Key",
    "KEY",
];

/// Whether it is worth looking closer: most mails speak of no password.
pub(super) fn may_be_in(text: &str) -> bool {
    let has = |stem: &&str| memchr::memmem::find(text.as_bytes(), stem.as_bytes()).is_some();
    STEMS.iter().any(has)
}

/// Characters that labels begin with, folded.
fn begins_one(c: char) -> bool {
    matches!(c, 'p' | 'u' | 'd' | 'k') || !c.is_ascii() && "パﾊ暗合復解開展閲キ鍵".contains(c)
}

/// Where each label of a line ends.
pub(super) fn ends(line: &Line) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    while let Some(first) = line.folded.get(at) {
        if !begins_one(*first) {
            at += 1;
            continue;
        }
        let label = LABELS.iter().find(|label| {
            let end = at + label.chars().count();
            // 閲覧パス is the beginning of 閲覧パスワード, too.
            let goes_on = matches!(line.folded.get(end), Some('ワ' | 'フ' | 'コ' | 'ポ'));
            line.has_at(at, label) && !(label.ends_with("パス") && goes_on)
        });
        if let Some(label) = label {
            at += label.chars().count();
            ends.push(at);
            continue;
        }
        if let Some(short) = SHORT.iter().find(|label| stands_alone(line, at, label)) {
            at += short.chars().count();
            ends.push(at);
            continue;
        }
        at += 1;
    }
    ends
}

/// No letter of the same script touches it, and what follows can come before a value.
fn stands_alone(line: &Line, at: usize, label: &str) -> bool {
    if !line.has_at(at, label) {
        return false;
    }
    let end = at + label.chars().count();
    let before = at
        .checked_sub(1)
        .and_then(|at| line.folded.get(at))
        .copied();
    let after = line.folded.get(end).copied();
    if label.is_ascii() {
        let touches = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        return !touches(before) && !touches(after);
    }
    let is_kana = |c: char| matches!(c, 'ァ'..='ヶ' | 'ー');
    // キー is a key on a keyboard, too: only right before a mark.
    let marks = [':', '=', '>', '→', '⇒', ' ', '/', ']', '】', '」'];
    let opens = after.is_none_or(|c| marks.contains(&c));
    !before.is_some_and(is_kana) && opens
}
