//! Domains at which anybody gets a personal mailbox.

use std::collections::HashSet;
use std::sync::LazyLock;

use sekisho_address::Domain;

static DOMAINS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../data/free_mail.txt").lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

/// Whether a domain is that of a provider of personal mailboxes (free mail, mobile, access), or below
/// one.
pub fn is_free_mail(domain: &Domain) -> bool {
    let mut name = domain.as_str();
    loop {
        if DOMAINS.contains(name) {
            return true;
        }
        match name.split_once('.') {
            Some((_, above)) => name = above,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_known_with_what_is_below_them() {
        for (name, want) in [
            ("gmail.com", true),
            ("yahoo.co.jp", true),
            ("t.vodafone.ne.jp", true),
            ("docomo.ne.jp", true),
            ("notgmail.com", false),
            ("hanko.example.jp", false),
            ("ne.jp", false),
        ] {
            assert_eq!(is_free_mail(&Domain::parse(name).unwrap()), want, "{name}");
        }
        for name in &*DOMAINS {
            assert_eq!(Domain::parse(name).unwrap().as_str(), *name);
        }
    }
}
