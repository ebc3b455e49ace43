//! Time to verify and to sign a mail of 10 KB: `cargo bench -p sekisho-auth`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
#![allow(clippy::disallowed_methods)] // a clock is what a measurement is about

use std::time::Instant;

use jiff::Timestamp;
use sekisho_auth::{Algorithm, Answers, Given, Request, SigningKey, authenticate, sign};

fn median_us(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..2000)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let now = Timestamp::from_second(1_795_600_000).unwrap();
    let line = "Honbun desu.  Kono meeru wa naga-i, soshite kuuhaku ga ooi desu ne.\r\n";
    let body = line.repeat(10 * 1024 / line.len());
    let header =
        "Received: from a by b with ESMTPS id 1; Tue, 24 Nov 2026 10:00:00 +0900\r\n".repeat(4);
    let mail = format!(
        "{header}From: Tanaka <tanaka@hanko.example.jp>\r\nTo: you@uke.example.net\r\n\
         Subject: mitsumori\r\nDate: Tue, 24 Nov 2026 10:00:00 +0900\r\n\
         Message-ID: <1@hanko.example.jp>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{body}"
    );
    for algorithm in [Algorithm::RsaSha256, Algorithm::Ed25519Sha256] {
        let key = SigningKey::generate(algorithm, &mut getrandom::SysRng).unwrap();
        let sign = || sign(mail.as_bytes(), &key, "hanko.example.jp", "s1", now).unwrap();
        let raw = format!("{}{mail}", sign());
        let zone = serde_json::json!({
            "s1._domainkey.hanko.example.jp": key.dns_txt(),
            "hanko.example.jp": "v=spf1 ip4:192.0.2.0/24 -all",
            "_dmarc.hanko.example.jp": "v=DMARC1; p=reject",
        });
        let answers = Answers::from_zone_json(&zone).unwrap();
        let request = Request {
            ip: Some("192.0.2.7".parse().unwrap()),
            helo: "mx.hanko.example.jp",
            mail_from: "tanaka@hanko.example.jp",
            raw: raw.as_bytes(),
            now,
            receiving_host: "mx.uke.example.net",
            given: Given::default(),
        };
        let verify = median_us(|| {
            let found = authenticate(&request, &answers).unwrap();
            assert_eq!(found.dmarc.as_str(), "pass");
        });
        let signing = median_us(|| {
            sign();
        });
        println!(
            "{}: {} bytes: SPF, DKIM, DMARC and ARC {verify:.0} µs, signing {signing:.0} µs",
            algorithm.name(),
            raw.len()
        );
    }
}
