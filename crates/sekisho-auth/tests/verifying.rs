//! Key records, tags of signatures, and what verification makes of them.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(dead_code, reason = "each test file uses a part of the shared module")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sekisho_auth::{Algorithm, DkimResult, Sign as _};
use serde_json::json;
use support::*;

/// Key records and what they make of a good signature.
#[test]
fn key_records() {
    let raw = signed(MAIL, &RSA);
    let key = RSA.dns_txt().split("p=").nth(1).unwrap();
    let with_blanks = key.replace('A', "A\r\n ");
    let cases = [
        (json!(format!("v=DKIM1; p={key}")), DkimResult::Pass, ""),
        (json!(format!("p={key}")), DkimResult::Pass, ""),
        (
            json!(format!("v=DKIM1; t=y; p={key}")),
            DkimResult::Pass,
            "",
        ),
        (
            json!(format!(
                "v=DKIM1; n=note; x_new=1; h=sha1:sha256; s=email; p={with_blanks};"
            )),
            DkimResult::Pass,
            "",
        ),
        (
            json!(["unrelated", format!("v=DKIM1; p={key}")]),
            DkimResult::Pass,
            "",
        ),
        (
            json!(format!("v=DKIM1; t=s; p={key}")),
            DkimResult::Pass,
            "",
        ),
        (
            json!("v=DKIM1; p="),
            DkimResult::Permerror,
            "the key has been revoked",
        ),
        (
            json!("v=DKIM1; p=@@@@"),
            DkimResult::Permerror,
            "key record: `p=` is not base64",
        ),
        (
            json!("v=DKIM1; p=AAAA"),
            DkimResult::Permerror,
            "the key data is not a key",
        ),
        (
            json!("v=DKIM1; k=rsa"),
            DkimResult::Permerror,
            "key record: no `p=`",
        ),
        (
            json!(format!("v=DKIM2; p={key}")),
            DkimResult::Permerror,
            "key record: `v=` is not DKIM1 or not first",
        ),
        (
            json!(format!("p={key}; v=DKIM1")),
            DkimResult::Permerror,
            "key record: `v=` is not DKIM1 or not first",
        ),
        (
            json!(format!("v=DKIM1; k=ed25519; p={key}")),
            DkimResult::Permerror,
            "the key is not for this algorithm",
        ),
        (
            json!(format!("v=DKIM1; h=sha1; p={key}")),
            DkimResult::Permerror,
            "the key is not for this algorithm",
        ),
        (
            json!(format!("v=DKIM1; s=tlsrpt; p={key}")),
            DkimResult::Permerror,
            "the key is not for mail",
        ),
        (
            json!(format!("v=DKIM1; p={key}; é=1")),
            DkimResult::Permerror,
            "the key record is not ASCII",
        ),
        (
            json!(new_key(Algorithm::RsaSha256).dns_txt()),
            DkimResult::Fail,
            "the signature does not match header and key",
        ),
        (
            json!("TIMEOUT"),
            DkimResult::Temperror,
            "the key could not be fetched",
        ),
        (
            json!([{ "A": "192.0.2.1" }]),
            DkimResult::Permerror,
            "no key is published",
        ),
    ];
    for (record, result, reason) in cases {
        let zone = json!({ "s1._domainkey.hanko.example.jp": record });
        let found = first(raw.as_bytes(), &zone);
        assert_eq!(found.result, result, "{record}: {found:?}");
        assert_eq!(found.reason.unwrap_or_default(), reason, "{record}");
        assert_eq!(found.testing, record.to_string().contains("t=y"));
    }
}

/// A public key of that many bits: `RSAPublicKey` bare, as some publish it.
fn public_key(bits: usize) -> String {
    let element = |tag: u8, content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], &length[..], content].concat()
    };
    let mut modulus = vec![0xff; bits / 8 + 1];
    modulus[0] = 0;
    let key = [element(2, &modulus), vec![2, 3, 1, 0, 1]].concat();
    STANDARD.encode(element(0x30, &key))
}

/// Keys below 1024 bits are refused, those from 1024 on are told apart (RFC 8301 §3.2).
#[test]
fn sizes_of_keys() {
    let raw = signed(MAIL, &RSA);
    for (bits, told, reason) in [
        (512, None, "an RSA key of 512 bits is too short"),
        (1016, None, "an RSA key of 1016 bits is too short"),
        (
            1024,
            Some(1024),
            "the signature does not match header and key",
        ),
        (
            8192,
            Some(8192),
            "the signature does not match header and key",
        ),
        (16384, None, "an RSA key of 16384 bits is too long"),
    ] {
        let record = format!("v=DKIM1; p={}", public_key(bits));
        let found = first(
            raw.as_bytes(),
            &json!({ "s1._domainkey.hanko.example.jp": record }),
        );
        assert_eq!(found.reason.as_deref(), Some(reason));
        assert_eq!(found.key_bits, told);
    }
}

/// Signs simple/simple by hand, to have tags that `sign` does not write. `{bh}` stands for the
/// body hash.
fn by_hand(tags: &str, signed_body: &str, body: &str) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, signed_body.as_bytes());
    let tags = tags.replace("{bh}", &STANDARD.encode(hash));
    let from = "From: a@hanko.example.jp";
    let own = format!("DKIM-Signature: v=1; a=ed25519-sha256; s=s1; h=from; {tags}; b=");
    let signature = STANDARD.encode(ED.sign(format!("{from}\r\n{own}").as_bytes()).unwrap());
    format!("{own}{signature}\r\n{from}\r\n\r\n{body}")
}

#[test]
fn tags_of_signatures() {
    let before = NOW - 1;
    let past = format!("d=hanko.example.jp; bh={{bh}}; t=1; x={before}");
    let future = format!("d=hanko.example.jp; bh={{bh}}; x={}", NOW + 1);
    let x_before_t = format!("d=hanko.example.jp; bh={{bh}}; t={NOW}; x={before}");
    use DkimResult::{Fail, Pass, Permerror};
    for (tags, signed_body, body, result, reason) in [
        ("d=hanko.example.jp; bh={bh}", "x\r\n", "x\r\n", Pass, ""),
        (
            "d=hanko.example.jp; bh={bh}; q=dns",
            "x\r\n",
            "x\n\n\n",
            Pass,
            "",
        ),
        ("d=hanko.example.jp; bh={bh}", "\r\n", "", Pass, ""),
        (
            "d=hanko.example.jp; bh={bh}; l=3",
            "x\r\n",
            "x\r\nmore\r\n",
            Pass,
            "",
        ),
        (
            "d=hanko.example.jp; bh={bh}; l=0",
            "",
            "anything\r\n",
            Pass,
            "",
        ),
        (
            "d=hanko.example.jp; bh={bh}; l=9",
            "x\r\n",
            "x\r\n",
            Fail,
            "the body is shorter than `l=`",
        ),
        (
            past.as_str(),
            "x\r\n",
            "x\r\n",
            Fail,
            "the signature has expired",
        ),
        (future.as_str(), "x\r\n", "x\r\n", Pass, ""),
        (
            x_before_t.as_str(),
            "x\r\n",
            "x\r\n",
            Permerror,
            "signature: `x=` is missing or cannot be read",
        ),
        (
            "d=hanko.example.jp; bh={bh}; i=u@sub.hanko.example.jp",
            "x\r\n",
            "x\r\n",
            Pass,
            "",
        ),
        (
            "d=hanko.example.jp; bh={bh}; i=@example.jp",
            "x\r\n",
            "x\r\n",
            Permerror,
            "`i=` is not within `d=`",
        ),
        (
            "d=hanko.example.jp; bh={bh}; i=u@badhanko.example.jp",
            "x\r\n",
            "x\r\n",
            Permerror,
            "`i=` is not within `d=`",
        ),
        (
            "d=hanko.example.jp; bh={bh}; q=http",
            "x\r\n",
            "x\r\n",
            Permerror,
            "signature: `q=` is missing or cannot be read",
        ),
        (
            "d=hanko.example.jp; bh={bh}; c=nofws",
            "x\r\n",
            "x\r\n",
            Permerror,
            "signature: `c=` is missing or cannot be read",
        ),
        (
            "d=hanko.example.jp; bh={bh}; l=-1",
            "x\r\n",
            "x\r\n",
            Permerror,
            "signature: `l=` is missing or cannot be read",
        ),
        (
            "d=hanko.example.jp; bh=",
            "x\r\n",
            "x\r\n",
            Permerror,
            "signature: `bh=` is missing or cannot be read",
        ),
        (
            "bh={bh}",
            "x\r\n",
            "x\r\n",
            Permerror,
            "signature: `d=` is missing or cannot be read",
        ),
        (
            "d=jp; bh={bh}",
            "x\r\n",
            "x\r\n",
            Permerror,
            "signature: `d=` is missing or cannot be read",
        ),
        (
            "d=hanko.example.jp; bh={bh}; bh={bh}",
            "x\r\n",
            "x\r\n",
            Permerror,
            "signature: a tag occurs twice",
        ),
    ] {
        let raw = by_hand(tags, signed_body, body);
        let found = first(raw.as_bytes(), &zone_of(&ED));
        assert_eq!(found.result, result, "{tags}: {found:?}");
        assert_eq!(found.reason.unwrap_or_default(), reason, "{tags}");
    }
    let raw = by_hand("d=hanko.example.jp; bh={bh}; l=3", "x\r\n", "x\r\nmore\r\n");
    assert_eq!(first(raw.as_bytes(), &zone_of(&ED)).unsigned_body_bytes, 6);
}

#[test]
fn flags_that_bind_the_identity() {
    let record = ED.dns_txt().replace("v=DKIM1;", "v=DKIM1; t=s;");
    let zone = json!({ "s1._domainkey.hanko.example.jp": record });
    let raw = by_hand(
        "d=hanko.example.jp; bh={bh}; i=u@sub.hanko.example.jp",
        "x\r\n",
        "x\r\n",
    );
    let found = first(raw.as_bytes(), &zone);
    assert_eq!(found.result, DkimResult::Permerror);
    assert_eq!(
        found.reason.as_deref(),
        Some("the key does not sign for subdomains")
    );
}

#[test]
fn sha1_and_unsigned_from_are_refused() {
    for (from, to, reason) in [
        (
            "a=rsa-sha256",
            "a=rsa-sha1",
            "`a=` names an algorithm that is not accepted (RFC 8301)",
        ),
        ("from:from:", "", "From is not signed"),
        ("v=1", "v=2", "signature: `v=` is missing or cannot be read"),
    ] {
        let raw = signed(MAIL, &RSA).replacen(from, to, 1);
        let found = first(raw.as_bytes(), &zone_of(&RSA));
        assert_eq!(found.result, DkimResult::Permerror);
        assert_eq!(found.reason.as_deref(), Some(reason));
    }
}

#[test]
fn at_most_ten_signatures_are_looked_at() {
    let raw = signed(MAIL, &ED);
    let (header, _) = raw.split_once("Received").unwrap();
    let flood = format!("{}{raw}", header.repeat(5000));
    let found = facts(flood.as_bytes(), &zone_of(&ED));
    assert_eq!(found.dkim.len(), 10);
    assert!(
        found
            .dkim
            .iter()
            .all(|each| each.result == DkimResult::Pass)
    );
}
