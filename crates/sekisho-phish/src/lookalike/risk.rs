//! Words that make a name sound official.

use std::collections::HashSet;
use std::sync::LazyLock;

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../data/risk-words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect()
});

/// Also with digits behind it: `login2`.
pub(crate) fn is_risk_word(word: &str) -> bool {
    let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
    WORDS.contains(if bare.is_empty() { word } else { bare }) || bare.is_empty() && !word.is_empty()
}

/// Words that nobody but the owner of a name would put beside it.
const GRAVE: &[&str] = &[
    "www",
    "secure",
    "login",
    "signin",
    "logon",
    "account",
    "accounts",
    "verify",
    "verification",
    "security",
    "support",
    "update",
    "auth",
    "confirm",
    "recover",
    "unlock",
    "billing",
    "password",
];

pub(crate) fn is_grave_word(word: &str) -> bool {
    GRAVE.contains(&word)
}

/// Names that machines of every firm have, and parts of endings.
const PLUMBING: &[&str] = &[
    "www", "ww", "www2", "w3", "mail", "mailer", "email", "webmail", "web", "m", "mobile", "app",
    "apps", "news", "info", "net", "com", "co", "ne", "or", "org", "jp", "us", "uk", "cn", "go",
    "global", "intl", "asia", "japan", "win", "pc", "sp", "top", "online", "live", "club", "shop",
    "store", "cloud", "support", "help", "link", "team", "tech", "tax", "zone", "cards", "center",
    "care", "direct", "express", "services", "report", "review", "sale", "tech", "bank",
];

pub(crate) fn is_plumbing(word: &str) -> bool {
    PLUMBING.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit())
}
