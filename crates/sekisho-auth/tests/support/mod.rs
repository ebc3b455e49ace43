//! Keys, a mail, and its facts: shared by the tests of signatures.

use std::sync::LazyLock;

use jiff::Timestamp;
use sekisho_auth::{
    Algorithm, Answers, Authentication, DkimSignature, Given, Request, SigningKey, authenticate,
    sign,
};
use serde_json::{Value, json};

pub(crate) static RSA: LazyLock<SigningKey> = LazyLock::new(|| new_key(Algorithm::RsaSha256));
pub(crate) static ED: LazyLock<SigningKey> = LazyLock::new(|| new_key(Algorithm::Ed25519Sha256));

pub(crate) const NOW: i64 = 1_795_600_000;
pub(crate) const MAIL: &str = "Received: by a\r\nFrom: Tanaka <tanaka@hanko.example.jp>\r\nTo: you@uke.example.net\r\nSubject: =?utf-8?B?6KaL56mN?=\r\n =?utf-8?B?5pu4?=\r\nDate: Tue, 24 Nov 2026 10:00:00 +0900\r\n\r\nHonbun  desu.\r\n\r\n-- \r\nTanaka\r\n\r\n";

pub(crate) fn new_key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm, &mut getrandom::SysRng).unwrap()
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

pub(crate) fn facts(raw: &[u8], zone: &Value) -> Authentication {
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

pub(crate) fn first(raw: &[u8], zone: &Value) -> DkimSignature {
    facts(raw, zone).dkim.first().cloned().unwrap_or_default()
}

pub(crate) fn zone_of(key: &SigningKey) -> Value {
    json!({ "s1._domainkey.hanko.example.jp": key.dns_txt() })
}

pub(crate) fn signed(mail: &str, key: &SigningKey) -> String {
    let header = sign(mail.as_bytes(), key, "hanko.example.jp", "s1", now()).unwrap();
    format!("{header}{mail}")
}
