//! Whether the names of a client are those of a mail server.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use sekisho_auth::Answers;
use sekisho_facts::client_names;
use serde_json::json;

#[test]
fn ptr_and_helo() {
    let zone = json!({
        "1.2.0.192.in-addr.arpa": [{"PTR": "mail.example.com"}],
        "mail.example.com": [{"A": "192.0.2.1"}],
        "2.2.0.192.in-addr.arpa": [{"PTR": "forged.example.com"}],
        "forged.example.com": [{"A": "203.0.113.1"}],
        "99.2.0.192.in-addr.arpa": [{"PTR": "p192-0-2-99.home.example.jp"}],
        "p192-0-2-99.home.example.jp": [{"A": "192.0.2.99"}],
        "5.2.0.192.in-addr.arpa": "TIMEOUT",
        "6.2.0.192.in-addr.arpa": [{"PTR": "slow.example.com"}],
        "slow.example.com": "TIMEOUT",
    });
    let answers = Answers::from_zone_json(&zone).unwrap();
    let v6 = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    for (ip, helo, want) in [
        ("192.0.2.1", "mail.example.com", vec![]),
        ("::ffff:192.0.2.1", "mail.example.com", vec![]),
        (
            "192.0.2.2",
            "mail.example.com",
            vec!["spam.ptr_unconfirmed"],
        ),
        ("192.0.2.3", "mail.example.com", vec!["spam.no_ptr"]),
        ("192.0.2.99", "mail.example.com", vec!["spam.ptr_generic"]),
        // No answer is no doubt.
        ("192.0.2.5", "mail.example.com", vec![]),
        ("192.0.2.6", "mail.example.com", vec![]),
        ("192.0.2.1", "localhost", vec!["spam.helo_no_name"]),
        ("192.0.2.1", "192.0.2.1", vec!["spam.helo_no_name"]),
        ("192.0.2.1", "[192.0.2.1]", vec![]),
        (
            "192.0.2.1",
            "[203.0.113.9]",
            vec!["spam.helo_other_address"],
        ),
        ("192.0.2.1", "MX.hanko.example.jp", vec!["spam.helo_ours"]),
        ("2001:db8::1", "mail.example.com", vec!["spam.no_ptr"]),
        // Private machines have no public names.
        ("10.0.0.1", "pc", vec![]),
        ("127.0.0.1", "pc", vec![]),
    ] {
        let found = client_names(
            ip.parse().unwrap(),
            Some(helo),
            "mx.hanko.example.jp",
            &answers,
        )
        .unwrap();
        let ids: Vec<&str> = found.iter().map(|sign| sign.id()).collect();
        assert_eq!(ids, want, "{ip} {helo}");
    }
    let asked =
        client_names("2001:db8::1".parse().unwrap(), None, "mx", &Answers::new()).unwrap_err();
    assert_eq!(asked.0[0].name, v6);
}
