//! What holds for any mail.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(dead_code, reason = "each test file uses a part of the shared module")]

mod support;

use proptest::prelude::*;
use sekisho_auth::{Answers, DkimResult, Given, Request, authenticate, sign};
use serde_json::json;
use support::*;

/// Which bytes of [`MAIL`] relaxed canonicalisation does not see.
fn is_seen(raw: &str, at: usize, new: u8) -> bool {
    let was = raw.as_bytes()[at];
    let in_name = |at: usize| {
        let line = raw[..at].rfind('\n').map_or(0, |end| end + 1);
        !raw[line..at].contains(':') && !raw.as_bytes()[line].is_ascii_whitespace()
    };
    let both = [was, new];
    let blank = both.iter().any(u8::is_ascii_whitespace);
    !(blank || (in_name(at) && was.eq_ignore_ascii_case(&new)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_mail_signed_verifies(
        subject in "[ -~]{0,80}",
        fold in proptest::bool::ANY,
        body in "(([ -~]|\t){0,40}(\r\n|\n)){0,8}[ -~]{0,20}",
    ) {
        let fold = if fold { "\r\n\t" } else { " " };
        let mail = format!("From: a@hanko.example.jp\r\nSubject:{fold}x{subject}\r\n\r\n{body}");
        let raw = signed(&mail, &ED);
        let found = first(raw.as_bytes(), &zone_of(&ED));
        prop_assert_eq!(found.result, DkimResult::Pass, "{}\n{:?}", raw, found);
    }

    #[test]
    fn any_change_of_a_signed_byte_is_seen(at in 0_usize..1 << 16, new in any::<u8>()) {
        let raw = signed(MAIL, &ED);
        let start = raw.find("From: Tanaka").unwrap();
        let at = start + at % (raw.len() - start);
        let mut changed = raw.clone().into_bytes();
        prop_assume!(changed[at] != new && is_seen(&raw, at, new));
        changed[at] = new;
        let found = first(&changed, &zone_of(&ED));
        prop_assert!(found.result != DkimResult::Pass, "{:?}", String::from_utf8_lossy(&changed));
    }

    #[test]
    fn no_bytes_make_it_panic(
        head in "(DKIM-Signature|ARC-Seal|ARC-Message-Signature|ARC-Authentication-Results|From)",
        value in proptest::collection::vec(any::<u8>(), 0..200),
        record in proptest::collection::vec(any::<u8>(), 0..100),
        from in "\\PC{0,40}",
        spf in "v=spf1 [ -~]{0,60}",
    ) {
        let mut raw = format!("{head}: i=1; a=rsa-sha256; d=a.example; s=s; ").into_bytes();
        raw.extend(&value);
        raw.extend(b"\r\n\r\n");
        let text = String::from_utf8_lossy(&record).into_owned();
        let zone = json!({
            "s._domainkey.a.example": text, "_dmarc.a.example": text, "a.example": spf,
        });
        let request = Request {
            ip: Some("2001:db8::1".parse().unwrap()),
            helo: &from,
            mail_from: "x@a.example",
            raw: &raw,
            now: now(),
            receiving_host: "",
            given: Given::default(),
        };
        let answers = Answers::from_zone_json(&zone).unwrap();
        for mail_from in [from.as_str(), "x@a.example", ""] {
            let found = authenticate(&Request { mail_from, ..request }, &answers).unwrap();
            let text = found.authentication_results(&from);
            prop_assert!(!text.replace("\r\n\t", "").contains(['\r', '\n']));
        }
        let _ = sign(&raw, &*ED, &from, &from, now());
    }
}
