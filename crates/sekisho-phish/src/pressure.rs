//! Words that leave no time to think.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Asks for action on an account, soon. One is ordinary business; two in one text are noted.
const WORDS: &[&str] = &[
    "至急",
    "緊急",
    "本日中",
    "24時間以内",
    "48時間以内",
    "期限が切れ",
    "有効期限が",
    "アカウントが停止",
    "アカウントを停止",
    "利用停止",
    "利用を制限",
    "ご利用を制限",
    "ロックされ",
    "凍結",
    "不正アクセス",
    "不正ログイン",
    "不正利用",
    "第三者による",
    "本人確認",
    "ご本人様確認",
    "情報を更新",
    "支払い情報",
    "お支払い方法に問題",
    "再度ログイン",
    "パスワードの有効期限",
    "メールボックスの容量",
    "未払い",
    "滞納",
    "差し押さえ",
    "差押",
    "法的措置",
    "内密に",
    "口外し",
    "振込先が変更",
    "振込先の変更",
    "urgent",
    "immediately",
    "within 24 hours",
    "within 48 hours",
    "account has been suspended",
    "account will be suspended",
    "account has been limited",
    "account will be closed",
    "verify your account",
    "verify your identity",
    "confirm your identity",
    "unusual activity",
    "unusual sign-in",
    "suspicious activity",
    "password expires",
    "password will expire",
    "password has expired",
    "update your payment",
    "payment was declined",
    "mailbox is full",
    "quota exceeded",
    "final notice",
    "legal action",
    "keep this confidential",
];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        // Some hundred kilobytes once, for a third of the time on each mail.
        .kind(Some(AhoCorasickKind::DFA))
        .build(WORDS)
        .ok()
});

/// The first of at least two different such words.
pub(crate) fn found(texts: &[&str]) -> Option<&'static str> {
    let finder = FINDER.as_ref()?;
    let mut first = None;
    for found in texts.iter().flat_map(|text| finder.find_iter(*text)) {
        let pattern = found.pattern().as_usize();
        match first {
            None => first = Some(pattern),
            Some(known) if known != pattern => return WORDS.get(known).copied(),
            Some(_) => {}
        }
    }
    None
}
