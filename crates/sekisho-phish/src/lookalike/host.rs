//! A host name taken apart.

use std::borrow::Cow;

use idna::uts46::{AsciiDenyList, Hyphens, Uts46};

/// A host name: what is registered, under what, and what stands before it.
pub(crate) struct Host<'h> {
    /// A-labels, lower case, no final dot.
    pub(crate) ascii: &'h str,
    /// As people see it.
    pub(crate) unicode: Cow<'h, str>,
    /// Bytes of `unicode` before the registered label.
    registered_at: usize,
    /// Bytes of `unicode` before the public suffix.
    suffix_at: usize,
}

impl<'h> Host<'h> {
    /// `None` for a public suffix, or a name of one label.
    pub(crate) fn of(ascii: &'h str) -> Option<Self> {
        let unicode = if ascii.contains("xn--") {
            Uts46::new()
                .to_unicode(ascii.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow)
                .0
        } else {
            Cow::Borrowed(ascii)
        };
        let registrable = psl::domain_str(&unicode)?;
        let registered_at = unicode.len().checked_sub(registrable.len())?;
        let label = registrable.split('.').next()?;
        let suffix_at = registered_at + label.len() + 1;
        Some(Self {
            ascii,
            registered_at,
            suffix_at,
            unicode,
        })
    }

    /// The label that was registered.
    pub(crate) fn label(&self) -> &str {
        let end = self.suffix_at.saturating_sub(1);
        self.unicode
            .get(self.registered_at..end)
            .unwrap_or_default()
    }

    pub(crate) fn suffix(&self) -> &str {
        self.unicode.get(self.suffix_at..).unwrap_or_default()
    }

    /// The labels before the registered one.
    pub(crate) fn sub(&self) -> &str {
        let end = self.registered_at.saturating_sub(1);
        self.unicode.get(..end).unwrap_or_default()
    }

    /// The registered label with its suffix.
    pub(crate) fn registrable(&self) -> &str {
        self.unicode.get(self.registered_at..).unwrap_or_default()
    }
}

/// Country domains that are sold to everybody as if they were none, or were free for years.
const SOLD: &[&str] = &[
    "ac", "ag", "ai", "am", "cc", "cf", "cm", "cn", "co", "cx", "fm", "fo", "ga", "gg", "gq",
    "icu", "im", "io", "la", "ly", "me", "ml", "ms", "nu", "pw", "sc", "sh", "st", "su", "tk",
    "to", "tv", "vc", "vg", "vu", "ws",
];

/// Whether the suffix is one under which a company at home there would have its name: `de`, `co.uk`.
pub(crate) fn is_country(suffix: &str) -> bool {
    let top = suffix.rsplit('.').next().unwrap_or_default();
    let second = suffix.split('.').next().unwrap_or_default();
    let plain = suffix == top || matches!(second, "co" | "com" | "net" | "or" | "ne" | "org");
    top.len() == 2 && plain && !(suffix == top && SOLD.contains(&top))
}

/// Endings under which names are bought for a week.
const CHEAP: &[&str] = &[
    "top", "xyz", "shop", "cc", "cn", "icu", "vip", "club", "online", "site", "store", "link",
    "click", "tk", "ml", "ga", "cf", "gq", "pw", "cyou", "buzz", "sbs", "cfd", "bond", "jp.net",
    "monster", "lol", "fun", "space", "website", "cam", "rest", "quest", "autos", "hair", "skin",
    "beauty", "makeup", "homes", "ink", "wang", "su", "us.com", "uk.com",
];

pub(crate) fn is_cheap(suffix: &str) -> bool {
    CHEAP.contains(&suffix)
}

/// Endings that anybody takes.
pub(crate) fn is_open(suffix: &str) -> bool {
    is_cheap(suffix)
        || matches!(
            suffix,
            "com"
                | "net"
                | "org"
                | "info"
                | "biz"
                | "co"
                | "live"
                | "work"
                | "asia"
                | "mobi"
                | "support"
                | "help"
                | "world"
                | "today"
                | "life"
                | "email"
                | "ltd"
                | "ru"
                | "in"
                | "jp"
                | "co.jp"
                | "ne.jp"
        )
}

/// Endings under which every word of five letters is somebody's name.
pub(crate) fn is_crowded(suffix: &str) -> bool {
    matches!(suffix, "com" | "net" | "org")
}
