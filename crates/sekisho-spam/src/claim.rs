//! Whom a mail claims to be from, and whether its From domain fits.
//!
//! A firm's name in the display name, in 【】 or in the greeting, read as Latin letters, stands in the
//! domain of its own mail nine times in ten; in a fraud's far more seldom. Names in kanji cannot be
//! read without a dictionary, and say nothing here.

use crate::sight::Sight;

/// What the comparison gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// No name that could be read.
    Unknown,
    /// The domain has the name.
    Fits,
    /// It has none of the names.
    Misfits,
}

/// Words in katakana that are no firm's name.
const COMMON: &[&str] = &[
    "アカウント",
    "アプリ",
    "アンケート",
    "イベント",
    "インターネット",
    "インフォメーション",
    "ウェブ",
    "エラー",
    "オフィス",
    "オンライン",
    "カスタマー",
    "カード",
    "キャンペーン",
    "クーポン",
    "クラス",
    "クラウド",
    "グループ",
    "クレジット",
    "コンサート",
    "サイト",
    "サポート",
    "サーバ",
    "サービス",
    "システム",
    "ショップ",
    "スタッフ",
    "スケジュール",
    "ストア",
    "セキュリティ",
    "セミナー",
    "センター",
    "セール",
    "チケット",
    "チーム",
    "テスト",
    "データ",
    "デザイン",
    "ドメイン",
    "ニュース",
    "ネット",
    "パスワード",
    "パート",
    "ファイル",
    "プレゼント",
    "プロジェクト",
    "ポイント",
    "ポータル",
    "マガジン",
    "マネージャー",
    "メッセージ",
    "メルマガ",
    "メンテナンス",
    "メンバー",
    "メール",
    "モバイル",
    "ライブ",
    "リリース",
    "レポート",
    "ログイン",
    "ワクチン",
    "ビジネス",
];

/// What follows the sender's own name in a greeting.
const AFTER_NAME: &[&str] = &[
    "より",
    "です",
    "でござ",
    "をご利用",
    "をご愛顧",
    "会員",
    "お客様",
    "カスタマー",
    "サポート",
    "カード",
    "銀行",
    "証券",
    "生命",
    "損保",
    "急便",
    "運輸",
    "電力",
    "ガス",
    "モバイル",
    "コイン",
    "事務局",
];

/// Compares the names a mail gives itself with its From domain.
pub(crate) fn claim(sight: &Sight<'_>) -> Claim {
    let (display, address) = sight.from.rsplit_once('<').unwrap_or(("", &sight.from));
    let Some((_, domain)) = address.rsplit_once('@') else {
        return Claim::Unknown;
    };
    let domain: String = domain.chars().filter(char::is_ascii_alphanumeric).collect();
    let domain = one_spelling(&domain.to_ascii_lowercase());
    let mut shown = String::new();
    crate::fold::fold_into(display, &mut shown);
    let bracketed = sight.folded.sentences().next().and_then(|subject| {
        let (_, rest) = subject.split_once('【')?;
        rest.split_once('】').map(|(name, _)| name)
    });
    let mut claim = Claim::Unknown;
    let greetings = sight.folded.sentences().skip(1).take(GREETING_SENTENCES);
    let names = [shown.as_str(), bracketed.unwrap_or_default()];
    let named = names.into_iter().filter_map(|text| name_in(text, false));
    for name in named.chain(greetings.filter_map(|text| name_in(text, true))) {
        if reads_as(name, &domain) {
            return Claim::Fits;
        }
        claim = Claim::Misfits;
    }
    claim
}

/// Sentences in which a sender says who it is.
const GREETING_SENTENCES: usize = 4;

/// The first name in katakana; in running text only before what follows a name.
fn name_in(text: &str, needs_after: bool) -> Option<&str> {
    let mut rest = text;
    while let Some(start) = rest.find(is_katakana) {
        let from = rest.get(start..)?;
        let end = from.find(|c| !is_katakana(c)).unwrap_or(from.len());
        let (name, after) = (from.get(..end)?, from.get(end..)?);
        let is_name = name.chars().count() >= 3 && !COMMON.iter().any(|word| name.contains(word));
        if is_name && (!needs_after || AFTER_NAME.iter().any(|word| after.starts_with(word))) {
            return Some(name);
        }
        rest = after;
    }
    None
}

fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ' | 'ー')
}

/// Whether the name, up to its last vowel, stands in the domain: マモリス in `mamoris`.
fn reads_as(name: &str, domain: &str) -> bool {
    let read = one_spelling(&romaji(name));
    let stem = read.trim_end_matches(['a', 'i', 'u', 'e', 'o']);
    let stem = if stem.len() >= 4 { stem } else { &read };
    // 3 letters stand in too many domains by chance.
    stem.len() >= 4 && domain.contains(stem)
}

/// Spellings of one sound (`si`, `shi`; `ō`, `ou`, `o`) made one.
fn one_spelling(latin: &str) -> String {
    let mut text = latin.to_owned();
    for (written, meant) in [
        ("shi", "si"),
        ("chi", "ti"),
        ("tsu", "tu"),
        ("ji", "zi"),
        ("fu", "hu"),
        ("sh", "sy"),
        ("ch", "ty"),
        ("j", "zy"),
        ("l", "r"),
        ("v", "b"),
        ("ou", "o"),
        ("oo", "o"),
        ("uu", "u"),
        ("mb", "nb"),
        ("mp", "np"),
    ] {
        text = text.replace(written, meant);
    }
    text
}

const ROWS: &[(&str, &str)] = &[
    ("アイウエオ", ""),
    ("カキクケコ", "k"),
    ("サシスセソ", "s"),
    ("タチツテト", "t"),
    ("ナニヌネノ", "n"),
    ("ハヒフヘホ", "h"),
    ("マミムメモ", "m"),
    ("ラリルレロ", "r"),
    ("ガギグゲゴ", "g"),
    ("ザジズゼゾ", "z"),
    ("ダヂヅデド", "d"),
    ("バビブベボ", "b"),
    ("パピプペポ", "p"),
];

fn romaji(name: &str) -> String {
    let mut out = String::new();
    let mut doubles = false;
    for c in name.chars() {
        let (consonant, vowel) = match c {
            'ッ' => {
                doubles = true;
                continue;
            }
            'ン' => ("n", ""),
            'ヤ' => ("y", "a"),
            'ユ' => ("y", "u"),
            'ヨ' => ("y", "o"),
            'ワ' => ("w", "a"),
            'ヲ' => ("", "o"),
            'ヴ' => ("b", "u"),
            'ャ' | 'ュ' | 'ョ' => {
                out.pop();
                (
                    "y",
                    match c {
                        'ャ' => "a",
                        'ュ' => "u",
                        _ => "o",
                    },
                )
            }
            'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' => {
                out.pop();
                (
                    "",
                    match c {
                        'ァ' => "a",
                        'ィ' => "i",
                        'ゥ' => "u",
                        'ェ' => "e",
                        _ => "o",
                    },
                )
            }
            _ => in_row(c),
        };
        if doubles {
            out.push_str(consonant);
            doubles = false;
        }
        out.push_str(consonant);
        out.push_str(vowel);
    }
    out
}

fn in_row(c: char) -> (&'static str, &'static str) {
    const VOWELS: [&str; 5] = ["a", "i", "u", "e", "o"];
    for (row, consonant) in ROWS {
        if let Some(vowel) = row
            .chars()
            .position(|kana| kana == c)
            .and_then(|at| VOWELS.get(at))
        {
            return (consonant, vowel);
        }
    }
    ("", "")
}

#[cfg(test)]
mod tests {
    use super::one_spelling;
    use super::reads_as;

    #[test]
    fn names_are_found_in_domains() {
        for (name, domain, fits) in [
            ("カモメ", "kamomecoinexample", true),
            ("マモリス", "mamorisexample", true),
            ("リンドウ", "rindoexchangeexample", true),
            ("フジシタ", "fujishitaexample", true),
            ("チドリノ", "chidorinoshinkinexample", true),
            ("カモメ", "kumobakoexample", false),
        ] {
            assert_eq!(
                reads_as(name, &one_spelling(domain)),
                fits,
                "{name} {domain}"
            );
        }
    }
}
