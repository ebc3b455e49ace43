//! The client in Received lines of many systems (`cases/received.jsonl`), and the way back through trusted hops.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::IpAddr;
use std::path::Path;

use sekisho_auth::{Client, Received, read_received, true_client};

#[test]
fn forms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    for case in sekisho_testkit::manifest(&root, "received.jsonl") {
        let want = match case["ip"].as_str() {
            Some(ip) => Received::From(Client {
                ip: ip.parse().unwrap(),
                helo: case["helo"].as_str().map(str::to_owned),
            }),
            None if case["local"] == true => Received::Local,
            None => Received::Unreadable,
        };
        assert_eq!(
            read_received(case["line"].as_str().unwrap()),
            want,
            "{}",
            case["name"]
        );
    }
}

fn client(ip: &str) -> Client {
    Client {
        ip: ip.parse().unwrap(),
        helo: Some("peer".to_owned()),
    }
}

#[test]
fn the_way_back() {
    let trusted = |ip: IpAddr| {
        ip == "192.0.2.1".parse::<IpAddr>().unwrap() || ip == "192.0.2.2".parse::<IpAddr>().unwrap()
    };
    let forged = "from good.example ([203.0.113.1]) by mx.example.jp; x";
    let found = |peer: &str, lines: &[&str]| {
        true_client(client(peer), lines.iter().copied(), trusted)
            .map(|client| client.ip.to_string())
    };
    // Nobody trusted: the peer itself, whatever it writes.
    assert_eq!(
        found("198.51.100.7", &[forged]).as_deref(),
        Some("198.51.100.7")
    );
    let outside = "from bad.example (bad [198.51.100.7]) by gw1.example.jp; x";
    let inside = "from gw1.example.jp (gw1 [192.0.2.2]) by gw2.example.jp; x";
    let filter = "from localhost (localhost [127.0.0.1]) by gw2.example.jp (amavisd-new); x";
    let queue = "(qmail 1 invoked by uid 89); x";
    assert_eq!(
        found("192.0.2.1", &[outside, forged]).as_deref(),
        Some("198.51.100.7")
    );
    assert_eq!(
        found("192.0.2.1", &[queue, filter, inside, outside, forged]).as_deref(),
        Some("198.51.100.7")
    );
    assert_eq!(found("192.0.2.1", &[inside]), None);
    // A line of a trusted hop that tells nothing must not make the next one trusted.
    assert_eq!(
        found("192.0.2.1", &["from x by gw2.example.jp; x", forged]),
        None
    );
}
