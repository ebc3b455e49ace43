//! Signing: what verifies, what breaks it, and how it is told.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(dead_code, reason = "each test file uses a part of the shared module")]

mod support;

use sekisho_auth::{
    Algorithm, Answers, DkimResult, DkimSignature, Given, Request, Sign as _, SigningKey,
    authenticate, sign,
};
use serde_json::json;
use support::*;

#[test]
fn what_we_sign_verifies() {
    for key in [&*RSA, &*ED] {
        let raw = signed(MAIL, key);
        let found = first(raw.as_bytes(), &zone_of(key));
        assert_eq!(found.result, DkimResult::Pass, "{raw}\n{found:?}");
        assert_eq!(
            (found.domain.as_str(), found.selector.as_str()),
            ("hanko.example.jp", "s1")
        );
        assert_eq!(
            found.key_bits,
            (key.algorithm() == Algorithm::RsaSha256).then_some(2048)
        );
        for line in raw.lines().take_while(|line| !line.starts_with("Received")) {
            assert!(line.len() <= 78, "{line}");
        }
        // What a relay may do: other line ends, and header fields of its own.
        let relayed = format!("Received: by b\r\n{}", raw.replace("\r\n", "\n"));
        assert_eq!(
            first(relayed.as_bytes(), &zone_of(key)).result,
            DkimResult::Pass
        );
    }
}

#[test]
fn keys_are_stored_and_read() {
    for key in [&*RSA, &*ED] {
        let pem = key.to_pem();
        let again = SigningKey::from_pem(&pem).unwrap();
        assert_eq!(again.dns_txt(), key.dns_txt());
        assert_eq!(again.to_pkcs8(), key.to_pkcs8());
        let again = SigningKey::from_pkcs8(key.to_pkcs8()).unwrap();
        let raw = signed(MAIL, &again);
        assert_eq!(
            first(raw.as_bytes(), &zone_of(key)).result,
            DkimResult::Pass
        );
        assert!(!format!("{key:?}").contains(&pem[40..60]));
    }
    for text in [
        "",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    ] {
        assert!(SigningKey::from_pem(text).is_err());
    }
}

#[test]
fn what_cannot_be_signed() {
    let sign = |mail: &str, domain: &str, selector: &str| {
        sign(mail.as_bytes(), &*ED, domain, selector, now()).map_err(|error| error.to_string())
    };
    assert_eq!(
        sign(MAIL, "a..b", "s1"),
        Err("`a..b` is not a name that DNS can hold".into())
    );
    assert!(sign(MAIL, "hanko.example.jp", "s 1").is_err());
    assert!(sign(MAIL, "hanko.example.jp", "s1;x").is_err());
    assert_eq!(
        sign("To: a\r\n\r\n", "hanko.example.jp", "s1"),
        Err("the mail has no From header field".into())
    );
}

#[test]
fn what_was_added_or_changed_breaks_the_signature() {
    let raw = signed(MAIL, &ED);
    let zone = zone_of(&ED);
    for (what, changed) in [
        (
            "a second From on top",
            format!("From: boss@evil.example\r\n{raw}"),
        ),
        (
            "a second From below",
            raw.replace(
                "\r\n\r\nHonbun",
                "\r\nFrom: boss@evil.example\r\n\r\nHonbun",
            ),
        ),
        ("a second Subject", format!("Subject: other\r\n{raw}")),
        ("a Reply-To", format!("Reply-To: a@evil.example\r\n{raw}")),
        ("another Date", raw.replace("10:00:00", "11:00:00")),
        ("no To", raw.replace("To: you@uke.example.net\r\n", "")),
        ("body", raw.replace("Honbun", "honbun")),
        ("footer", format!("{raw}-- \r\nlist\r\n")),
        (
            "another time of signing",
            raw.replace(&NOW.to_string(), &(NOW - 1).to_string()),
        ),
    ] {
        let found = first(changed.as_bytes(), &zone);
        assert_eq!(found.result, DkimResult::Fail, "{what}: {found:?}");
        assert!(found.reason.is_some());
    }
}

#[test]
fn two_signatures_are_told_apart() {
    let other = sign(MAIL.as_bytes(), &*RSA, "uke.example.net", "k", now()).unwrap();
    let raw = format!("{other}{}", signed(MAIL, &ED));
    let mut zone = zone_of(&ED);
    zone["_dmarc.hanko.example.jp"] = json!("v=DMARC1; p=reject");
    let found = facts(raw.as_bytes(), &zone);
    let results: Vec<_> = found.dkim.iter().map(|each| each.result).collect();
    assert_eq!(results, [DkimResult::Permerror, DkimResult::Pass]);
    assert_eq!(found.dmarc.as_str(), "pass");
    let text = found.authentication_results("mx.uke.example.net");
    let starts: Vec<&str> = text
        .split("header.b=")
        .skip(1)
        .map(|rest| rest.split([';', '\r']).next().unwrap())
        .collect();
    assert_eq!(starts.len(), 2);
    assert_ne!(starts[0], starts[1]);
}

#[test]
fn results_as_text() {
    let request = Request {
        ip: Some("192.0.2.1".parse().unwrap()),
        helo: "mx.hanko.example.jp",
        mail_from: "tanaka@hanko.example.jp",
        raw: MAIL.as_bytes(),
        now: now(),
        receiving_host: "mx.uke.example.net",
        given: Given::default(),
    };
    let zone = json!({
        "hanko.example.jp": "v=spf1 -all",
        "mx.hanko.example.jp": "v=spf1 +all",
        "_dmarc.hanko.example.jp": "v=DMARC1; p=quarantine",
    });
    let answers = Answers::from_zone_json(&zone).unwrap();
    let mut found = authenticate(&request, &answers).unwrap();
    assert_eq!(
        found.authentication_results("mx.uke.example.net"),
        "mx.uke.example.net;\r\n\tspf=fail smtp.mailfrom=hanko.example.jp;\r\n\t\
         spf=pass smtp.helo=mx.hanko.example.jp;\r\n\tdkim=none;\r\n\t\
         dmarc=fail (p=quarantine) header.from=hanko.example.jp"
    );
    // Nothing a stranger wrote ends the line.
    found.dkim.push(DkimSignature {
        domain: "a\r\nX: y\"".into(),
        ..DkimSignature::default()
    });
    let text = found.authentication_results("mx.uke.example.net");
    assert!(text.contains("header.d=\"a??X: y\\\"\""), "{text}");
}
