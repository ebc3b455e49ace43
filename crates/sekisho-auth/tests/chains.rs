//! ARC chains that we seal ourselves.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(dead_code, reason = "each test file uses a part of the shared module")]

mod support;

use sekisho_auth::arc;
use serde_json::json;
use support::*;

fn sealed(raw: &str, chain: sekisho_auth::ArcResult, domain: &str) -> String {
    let seal = arc::Seal {
        domain,
        selector: "s1",
        results: "mx.list.example;\r\n\tspf=pass smtp.mailfrom=hanko.example.jp",
        chain,
        headers: &[],
        now: now(),
    };
    arc::seal(raw.as_bytes(), &*ED, &seal)
        .unwrap()
        .map_or_else(|| raw.to_owned(), |sets| format!("{sets}{raw}"))
}

#[test]
fn chains_grow_and_break() {
    let zone = json!({
        "s1._domainkey.one.example": ED.dns_txt(),
        "s1._domainkey.two.example": ED.dns_txt(),
    });
    let one = sealed(MAIL, facts(MAIL.as_bytes(), &zone).arc, "one.example");
    let found = facts(one.as_bytes(), &zone);
    assert_eq!((found.arc.as_str(), found.arc_reason), ("pass", None));
    let listed = one.replace("Honbun", "[list] Honbun");
    let broken = facts(listed.as_bytes(), &zone);
    assert_eq!(
        broken.arc_reason.as_deref(),
        Some("ARC set 1: the body has been changed")
    );

    let two = sealed(&one, found.arc, "two.example");
    let found = facts(two.as_bytes(), &zone);
    assert_eq!(found.arc.as_str(), "pass", "{:?}", found.arc_reason);
    assert_eq!(found.arc_sealers, ["one.example", "two.example"]);
    assert_eq!(
        found.arc_results.as_deref(),
        Some("mx.list.example; spf=pass smtp.mailfrom=hanko.example.jp")
    );

    // A failure is sealed once, and then the chain is closed.
    let failed = sealed(&listed, broken.arc, "two.example");
    let found = facts(failed.as_bytes(), &zone);
    assert_eq!(
        found.arc_reason.as_deref(),
        Some("ARC set 2 says that the chain failed")
    );
    assert_eq!(sealed(&failed, found.arc, "two.example"), failed);
}

#[test]
fn a_chain_of_fifty_is_full() {
    let zone = json!({ "s1._domainkey.one.example": ED.dns_txt() });
    let mut raw = MAIL.to_owned();
    for _ in 0..50 {
        raw = sealed(&raw, sekisho_auth::ArcResult::Pass, "one.example");
    }
    let found = facts(raw.as_bytes(), &zone);
    assert_eq!(found.arc.as_str(), "pass", "{:?}", found.arc_reason);
    assert_eq!(found.arc_sealers.len(), 50);
    assert_eq!(sealed(&raw, found.arc, "one.example"), raw);
}
