//! What can be a password, and what a sentence says instead of one.

/// Words of sentences that put a person's knowledge, another way or another day in the place of the
/// password.
const TELLS_NOTHING: &[&str] = &[
    "別途",
    "別便",
    "別送",
    "別メール",
    "別のメール",
    "後ほど",
    "後程",
    "追って",
    "いつも",
    "前回",
    "同じ",
    "同様",
    "共通",
    "通り",
    "とおり",
    "本日",
    "今日",
    "明日",
    "日付",
    "番号",
    "電話",
    "内線",
    "お伝え",
    "ご連絡",
    "連絡",
    "送付",
    "送り",
    "お知らせ",
    "案内",
    "通知",
    "変更",
    "再設定",
    "設定",
    "期限",
    "有効",
    "無効",
    "必要",
    "不要",
    "ありません",
    "なし",
    "以下",
    "下記",
    "上記",
    "次の",
    "こちら",
    "記載",
    "参照",
    "担当",
    "まで",
    "について",
    "もの",
    "方法",
    "入力",
    "ください",
    "下さい",
    "お願い",
    "会社名",
    "社名",
    "御社",
    "貴社",
    "弊社",
    "当社",
    "名前",
    "氏名",
    "誕生日",
    "桁",
    "頭文字",
    "イニシャル",
    "ローマ字",
    "付与",
    "保護",
    "忘れ",
    "管理",
    "厳重",
    "共有",
    "ます",
    "ません",
    "した",
    "ため",
    "場合",
    "メール",
    "ファイル",
    "添付",
    "半角",
    "全角",
    "英数",
    "大文字",
    "小文字",
    "解凍",
    "展開",
    "用い",
    "使用",
    "利用",
    "お客様",
    "ご存",
    "既に",
    "先日",
];

/// Those of them that not even quotation marks make a password of.
const NOT_IN_QUOTES: &[&str] = &[
    "別途",
    "別便",
    "別送",
    "後ほど",
    "いつも",
    "前回",
    "同じ",
    "本日",
    "日付",
    "番号",
    "電話",
    "連絡",
    "お知らせ",
    "通知",
    "について",
    "ファイル",
    "添付",
    "のお",
    "のご",
];

/// The same in English.
const TELLS_NOTHING_EN: &[&str] = &[
    "the",
    "is",
    "was",
    "will",
    "be",
    "sent",
    "separately",
    "separate",
    "email",
    "mail",
    "follow",
    "follows",
    "following",
    "below",
    "above",
    "same",
    "usual",
    "phone",
    "call",
    "please",
    "contact",
    "reset",
    "change",
    "changed",
    "expire",
    "expires",
    "expired",
    "protected",
    "required",
    "for",
    "to",
    "in",
    "and",
    "or",
    "as",
    "last",
    "by",
    "your",
    "our",
    "my",
    "this",
    "that",
    "attached",
    "attachment",
    "file",
    "zip",
    "pdf",
    "excel",
    "word",
    "not",
    "none",
    "here",
    "next",
    "another",
    "message",
    "today",
    "today's",
    "date",
    "digits",
    "number",
    "with",
    "of",
    "it",
    "on",
    "from",
    "id",
    "has",
    "have",
    "been",
    "can",
    "you",
    "policy",
    "manager",
    "are",
    "an",
    "a",
    "i",
    "we",
    "use",
    "used",
    "policies",
    "notice",
    "notification",
    "information",
    "info",
];

/// Programs and formats that are named where files are opened.
const PROGRAMS: &[&str] = &[
    "7-zip",
    "7zip",
    "zip",
    "lhaplus",
    "winrar",
    "winzip",
    "explzh",
    "excel",
    "word",
    "powerpoint",
    "acrobat",
    "adobe",
    "reader",
    "windows",
    "mac",
    "macos",
    "pdf",
    "rar",
    "lzh",
    "office",
    "outlook",
    "chrome",
    "edge",
    "aes-256",
    "aes256",
];

/// Ends of names of files.
const EXTENSIONS: &[&str] = &[
    ".zip", ".7z", ".rar", ".lzh", ".pdf", ".xlsx", ".xls", ".docx", ".doc", ".pptx", ".ppt",
    ".csv", ".txt", ".exe", ".tar", ".gz", ".jpg", ".png", ".zipx",
];

/// Characters of a password in Japanese: a word, not a sentence.
const JAPANESE_CHARS_MAX: usize = 16;

/// Whether a run of plain characters may be a password.
pub(super) fn is_token(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    let bare = lower.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    let has_content = token.chars().any(|c| c.is_alphanumeric());
    let is_file = EXTENSIONS.iter().any(|end| bare.ends_with(end));
    has_content
        && !is_file
        && !PROGRAMS.contains(&bare)
        && !TELLS_NOTHING_EN.contains(&bare)
        && token.chars().count() >= 2
}

/// Whether a text ends in the name of a program, so that a number behind it is a version.
pub(super) fn ends_in_program(text: &str) -> bool {
    let lower = text.trim_end().to_ascii_lowercase();
    PROGRAMS.iter().any(|program| lower.ends_with(program))
}

/// Whether a value with Japanese in it is a word and not what a sentence says.
pub(super) fn is_word(value: &str) -> bool {
    let is_sentence = value.contains(['。', '、', '，', '？', '?', '!', '！']);
    let length = value.chars().count();
    (2..=JAPANESE_CHARS_MAX).contains(&length)
        && !is_sentence
        && !TELLS_NOTHING.iter().any(|word| value.contains(word))
        && !value.ends_with(['は', 'を', 'が', 'に', 'へ', 'の', 'と', 'も'])
        && value.chars().any(char::is_alphanumeric)
}

/// Whether what is in quotation marks may be a password: there a dash is one, too.
pub(super) fn is_quoted(value: &str) -> bool {
    let length = value.chars().count();
    let tells_nothing = |word: &&str| value.contains(*word);
    (1..=64).contains(&length)
        && !value.trim().is_empty()
        && !value.contains(['。', '、'])
        && (value.is_ascii() || !NOT_IN_QUOTES.iter().any(tells_nothing))
        && !EXTENSIONS
            .iter()
            .any(|end| value.to_ascii_lowercase().ends_with(end))
}

/// Whether a token looks made: a digit or a mark beside letters, or four digits and more.
pub(super) fn looks_made(token: &str) -> bool {
    let token = token.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    let digits = token.chars().filter(char::is_ascii_digit).count();
    let letters = token.chars().filter(char::is_ascii_alphabetic).count();
    let marks = token.chars().filter(char::is_ascii_punctuation).count();
    let has_cases = token.chars().any(|c| c.is_ascii_uppercase())
        && token.chars().skip(1).any(|c| c.is_ascii_uppercase())
        && token.chars().any(|c| c.is_ascii_lowercase());
    let length = token.chars().count();
    length >= 4 && ((letters > 0 && digits + marks > 0) || has_cases || digits == length)
}
