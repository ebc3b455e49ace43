//! A brand in the display name, and another's domain behind it.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::name::{plain, stands_at};
use crate::knowledge::Knowledge;
use crate::links::services::is_free_mail;
use crate::lookalike::Owner;
use crate::lookalike::brands::{BRANDS, display};
use crate::mail::{Mail, Proof};
use crate::sign::{NOTABLE, Signs, WEAK};

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = BRANDS.words.iter().map(|word| word.text.as_str());
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
        .ok()
});

/// The brand that a plain text names.
fn named(plain: &str) -> Option<u32> {
    if let Some(brand) = BRANDS.whole.get(plain) {
        return Some(*brand);
    }
    let finder = FINDER.as_ref()?;
    finder
        .find_iter(plain)
        .find(|found| stands_at(plain, found.start(), found.end()))
        .and_then(|found| BRANDS.words.get(found.pattern().as_usize()))
        .map(|word| word.brand)
}

pub(super) fn look(
    name: &str,
    host: &str,
    mail: &Mail<'_>,
    knowledge: &Knowledge,
    signs: &mut Signs,
) {
    let plain = plain(name);
    let Some(brand) = named(&plain) else {
        return;
    };
    // A partner, or another firm of the list, may well speak of a brand.
    if host.is_empty()
        || knowledge
            .owner(host)
            .is_some_and(|owner| owner == Owner::Brand(brand) || !is_free_mail(host))
    {
        return;
    }
    let weight = if mail.proof == Proof::Proved && !is_free_mail(host) {
        WEAK
    } else {
        NOTABLE
    };
    let value = format!("{name} <{host}>");
    let args = [("name", display(brand).into())];
    signs.add_with("phish.brand_name", weight, &value, "header From", &args);
}
