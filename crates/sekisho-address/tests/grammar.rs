//! Single addresses that once hurt somebody.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use sekisho_address::{Address, AddressError as E, Domain, ForwardPath, ReversePath, split_path};

#[test]
fn addresses() {
    let long_local = "a".repeat(64);
    let cases: &[(&str, Result<&str, E>)] = &[
        ("User1@HANKO.Example.JP", Ok("User1@hanko.example.jp")),
        ("a@soto.example.net", Ok("a@soto.example.net")),
        ("\"a b\"@soto.example.net", Ok("\"a b\"@soto.example.net")),
        ("\"user\"@soto.example.net", Ok("user@soto.example.net")),
        ("\"a\\\"b\\\\c\"@x.example", Ok("\"a\\\"b\\\\c\"@x.example")),
        ("\"\\u\\s\\e\\r\"@x.example", Ok("user@x.example")),
        (
            "\"user@other.example\"@us.example",
            Ok("\"user@other.example\"@us.example"),
        ),
        ("a..b.@docomo.ne.jp", Ok("\"a..b.\"@docomo.ne.jp")),
        ("田中@soto.example.net", Ok("田中@soto.example.net")),
        ("か\u{3099}@x.example", Ok("が@x.example")),
        ("田中@日本語.example", Ok("田中@xn--wgv71a119e.example")),
        ("a@BÜCHER.example", Ok("a@xn--bcher-kva.example")),
        ("a@XN--BCHER-KVA.example", Ok("a@xn--bcher-kva.example")),
        ("a@[192.0.2.1]", Ok("a@[192.0.2.1]")),
        ("a@[ipv6:2001:DB8:0::1]", Ok("a@[IPv6:2001:db8::1]")),
        ("a@mail_1.example", Ok("a@mail_1.example")),
        ("a@r3---sn.example", Ok("a@r3---sn.example")),
        ("", Err(E::Empty)),
        ("a", Err(E::NoAt)),
        ("a@", Err(E::Empty)),
        ("@x.example", Err(E::LocalPart)),
        (".@x.example", Err(E::LocalPart)),
        ("\"\"@x.example", Err(E::LocalPart)),
        ("a@@x.example", Err(E::Domain)),
        ("a@b@x.example", Err(E::Domain)),
        ("a b@x.example", Err(E::LocalPart)),
        ("a(c)@x.example", Err(E::LocalPart)),
        ("a\"b\"@x.example", Err(E::LocalPart)),
        ("\"a\"b@x.example", Err(E::LocalPart)),
        ("\"a@x.example", Err(E::QuotedLocalPart)),
        ("\"é\\é\"@x.example", Err(E::QuotedLocalPart)),
        ("a\0@x.example", Err(E::Control)),
        ("a@x.example\r\n", Err(E::Control)),
        ("a\u{202e}b@x.example", Err(E::Control)),
        ("a@x\u{200b}.example", Err(E::Control)),
        ("a@x..example", Err(E::Domain)),
        ("a@x.example.", Err(E::Domain)),
        ("a@.x.example", Err(E::Domain)),
        ("a@-x.example", Err(E::Domain)),
        ("a@x-.example", Err(E::Domain)),
        ("a@192.0.2.1", Err(E::BareIp)),
        ("a@[192.0.2.256]", Err(E::Literal)),
        ("a@[192.0.2.1", Err(E::Literal)),
        ("a@[192.0.2.1].example", Err(E::Literal)),
        ("a@[x:y]", Err(E::Literal)),
        ("a@xn--a.example", Err(E::Domain)),
        ("a@hanko.example。jp", Err(E::DomainCharacters)),
        ("a@ｈanko.example.jp", Err(E::DomainCharacters)),
        ("a@hanko.example.jp ", Err(E::Domain)),
    ];
    for (text, want) in cases {
        let got = text.parse::<Address>().map(|a| a.to_string());
        assert_eq!(
            got.as_deref().map_err(|e| *e),
            want.as_ref().map(|w| *w).map_err(|e| *e),
            "{text:?}"
        );
    }
    assert!(format!("{long_local}@x.example").parse::<Address>().is_ok());
    assert_eq!(
        format!("{long_local}a@x.example").parse::<Address>(),
        Err(E::LocalPartTooLong)
    );
}

#[test]
fn lengths() {
    let label = "a".repeat(63);
    let long = format!("{label}.{label}.{label}.{}", "b".repeat(63));
    assert_eq!(long.len(), 255);
    assert!(Domain::parse(&long).is_ok());
    assert_eq!(Domain::parse(&format!("{long}c")), Err(E::DomainTooLong));
    assert_eq!(
        Domain::parse(&format!("{}.example", "a".repeat(64))),
        Err(E::DomainTooLong)
    );
    assert_eq!(format!("ab@{long}").parse::<Address>(), Err(E::PathTooLong));
    assert_eq!(Domain::parse(&"日本.".repeat(4000)), Err(E::DomainTooLong));
    assert_eq!(
        split_path(&format!("<{}", "a".repeat(5000))),
        Err(E::PathTooLong)
    );
}

#[test]
fn paths() {
    let reverse: &[(&str, Result<&str, E>)] = &[
        ("<>", Ok("<>")),
        ("<a@x.example>", Ok("<a@x.example>")),
        ("<@r.example:a@x.example>", Ok("<a@x.example>")),
        ("<@r.example,@[IPv6:::1]:a@x.example>", Ok("<a@x.example>")),
        ("<\">\"@x.example>", Ok("<\">\"@x.example>")),
        ("<\"\\\">\"@x.example>", Ok("<\"\\\">\"@x.example>")),
        ("<@r.example a@x.example>", Err(E::SourceRoute)),
        ("<@:a@x.example>", Err(E::SourceRoute)),
        ("<@r.example:>", Err(E::Empty)),
        ("<a@@x.example>", Err(E::Domain)),
        ("a@x.example", Err(E::Brackets)),
        ("<a@x.example", Err(E::Brackets)),
        ("<<a@x.example>>", Err(E::Brackets)),
        ("<a@x.example>>", Err(E::Brackets)),
        ("< a@x.example>", Err(E::LocalPart)),
        ("", Err(E::Brackets)),
        ("<postmaster>", Err(E::NoAt)),
    ];
    for (text, want) in reverse {
        let got = text.parse::<ReversePath>().map(|p| p.to_string());
        assert_eq!(
            got.as_deref().map_err(|e| *e),
            want.as_ref().map(|w| *w).map_err(|e| *e),
            "{text:?}"
        );
    }
    for text in ["<postmaster>", "<POSTMASTER>", "<PostMaster>"] {
        assert_eq!(text.parse::<ForwardPath>(), Ok(ForwardPath::Postmaster));
    }
    assert!(
        "<Postmaster@x.example>"
            .parse::<ForwardPath>()
            .unwrap()
            .is_postmaster()
    );
    assert_eq!("<>".parse::<ForwardPath>(), Err(E::NullRecipient));
    assert_eq!(
        split_path("<a@x.example> BODY=8BITMIME"),
        Ok(("<a@x.example>", " BODY=8BITMIME"))
    );
}

#[test]
fn look_alikes_are_other_domains() {
    let ours = Domain::parse("hanko.example.jp").unwrap();
    for look_alike in [
        "hаnko.example.jp", // Cyrillic а
        "hanko.exаmple.jp",
        "hankο.example.jp", // Greek ο
        "hanko。example.jp",
        "hanko.example.jp.evil.example",
        "evilhanko.example.jp",
        "ⓗanko.example.jp",
        "han\u{212a}o.example.jp", // KELVIN SIGN
        "ﬁhanko.example.jp",
        "hanko.example.jp\u{0}",
        "hanko\u{ad}.example.jp",
        "ｈａｎｋｏ.ｅｘａｍｐｌｅ.ｊｐ",
    ] {
        let domain = Domain::parse(look_alike);
        assert!(
            domain.as_ref().map_or(true, |d| !d.is_within(&ours)),
            "{look_alike:?} became {domain:?}"
        );
    }
    for hidden in [
        "user%other.example@hanko.example.jp",
        "other.example!user@hanko.example.jp",
        "\"user@other.example\"@hanko.example.jp",
    ] {
        assert!(
            hidden.parse::<Address>().unwrap().hides_a_route(),
            "{hidden}"
        );
    }
}

#[test]
fn organisational_domains() {
    for (name, want) in [
        ("mail.hanko.example.jp", "example.jp"),
        ("a.b.example.co.jp", "example.co.jp"),
        ("co.jp", "co.jp"),
        ("localhost", "localhost"),
        ("[192.0.2.1]", "[192.0.2.1]"),
        ("x.食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn"),
    ] {
        assert_eq!(Domain::parse(name).unwrap().organisational().as_str(), want);
    }
    let sub = Domain::parse("mail.example.jp").unwrap();
    let top = Domain::parse("example.jp").unwrap();
    assert!(sub.is_within(&top) && !top.is_within(&sub));
    assert!(!Domain::parse("badexample.jp").unwrap().is_within(&top));
    assert_eq!(sub.parent(), Some(top));
    assert_eq!(
        Domain::from_dns("Example.JP.").unwrap().as_str(),
        "example.jp"
    );
}

#[test]
fn keys_and_tags() {
    let a: Address = "User+News+2@Example.JP".parse().unwrap();
    assert_eq!(a.key(), "user+news+2@example.jp");
    assert_eq!(a.split_tag('+'), ("User", Some("News+2")));
    assert_eq!(a.without_tag('+').to_string(), "User@example.jp");
    assert_eq!(
        "+x@example.jp".parse::<Address>().unwrap().split_tag('+'),
        ("+x", None)
    );
    assert!(a.is_ascii() && !"田中@example.jp".parse::<Address>().unwrap().is_ascii());
    assert_eq!(
        "a@日本語.example".parse::<Address>().unwrap().to_unicode(),
        "a@日本語.example"
    );
}

#[test]
fn serde_is_the_text() {
    let path: ForwardPath = serde_json::from_str("\"<@r.example:A@x.example>\"").unwrap();
    assert_eq!(serde_json::to_string(&path).unwrap(), "\"<A@x.example>\"");
    assert!(serde_json::from_str::<Address>("\"a@@x\"").is_err());
}

#[test]
fn no_sign_at_all_becomes_an_ascii_label() {
    for sign in ('\u{80}'..='\u{3ffff}').filter(|c| c.is_alphanumeric()) {
        if let Ok(domain) = Domain::parse(&format!("{sign}.jp")) {
            assert!(
                domain.as_str().starts_with("xn--"),
                "{sign:?} became {domain}"
            );
        }
    }
}
