//! Signing, and what verification makes of keys, flags and changes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use proptest::prelude::*;
use sekisho_auth::{
    Algorithm, Answers, Authentication, DkimResult, DkimSignature, Given, Request, Sign as _,
    SigningKey, arc, authenticate, sign,
};
use serde_json::{Value, json};

static RSA: LazyLock<SigningKey> = LazyLock::new(|| new_key(Algorithm::RsaSha256));
static ED: LazyLock<SigningKey> = LazyLock::new(|| new_key(Algorithm::Ed25519Sha256));

const NOW: i64 = 1_795_600_000;
const MAIL: &str = "Received: by a\r\nFrom: Tanaka <tanaka@hanko.example.jp>\r\nTo: you@uke.example.net\r\nSubject: =?utf-8?B?6KaL56mN?=\r\n =?utf-8?B?5pu4?=\r\nDate: Tue, 24 Nov 2026 10:00:00 +0900\r\n\r\nHonbun  desu.\r\n\r\n-- \r\nTanaka\r\n\r\n";

fn new_key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm, &mut getrandom::SysRng).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn facts(raw: &[u8], zone: &Value) -> Authentication {
    let request = Request {
        ip: None,
        helo: "",
        mail_from: "",
        raw,
        now: now(),
        receiving_host: "mx.uke.example.net",
        given: Given::default(),
    };
    authenticate(&request, &Answers::from_zone_json(zone).unwrap()).unwrap()
}

fn first(raw: &[u8], zone: &Value) -> DkimSignature {
    facts(raw, zone).dkim.first().cloned().unwrap_or_default()
}

fn zone_of(key: &SigningKey) -> Value {
    json!({ "s1._domainkey.hanko.example.jp": key.dns_txt() })
}

fn signed(mail: &str, key: &SigningKey) -> String {
    let header = sign(mail.as_bytes(), key, "hanko.example.jp", "s1", now()).unwrap();
    format!("{header}{mail}")
}

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
