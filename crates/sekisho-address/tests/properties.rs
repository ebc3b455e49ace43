//! What must hold for every address.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use sekisho_address::{Address, Domain, ForwardPath, ReversePath, split_path};

fn domain() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9]([a-zA-Z0-9-]{0,20}[a-zA-Z0-9])?(\\.[a-z]{2,10}){1,4}",
        "[ぁ-んァ-ヶ一-龠]{1,8}\\.[a-z]{2,6}",
        any::<[u8; 4]>().prop_map(|[a, b, c, d]| format!("[{a}.{b}.{c}.{d}]")),
        any::<[u16; 8]>().prop_map(|v6| format!("[IPv6:{}]", std::net::Ipv6Addr::from(v6))),
    ]
}

fn local() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9.+_-]{1,30}", "[ -~]{1,30}", "[ -~ぁ-んé]{1,15}"]
}

proptest! {
    #[test]
    fn address_parses_what_it_prints(local in local(), domain in domain()) {
        let Ok(domain) = Domain::parse(&domain) else { return Ok(()) };
        let address = Address::new(&local, domain).unwrap();
        let printed = address.to_string();
        // A local part of dots alone is refused without quotes; with quotes it is an address.
        prop_assert_eq!(&printed.parse::<Address>().unwrap(), &address);
        prop_assert_eq!(address.key().parse::<Address>().unwrap().key(), address.key());
        let path = ReversePath::from(address.clone());
        let line = format!("{path} SIZE=1");
        let (cut, rest) = split_path(&line).unwrap();
        prop_assert_eq!(rest, " SIZE=1");
        prop_assert_eq!(cut.parse::<ReversePath>().unwrap(), path);
        let forward = ForwardPath::parse(cut).unwrap();
        prop_assert_eq!(forward.address(), Some(&address));
    }

    #[test]
    fn domain_parses_what_it_prints_in_both_scripts(text in domain()) {
        let Ok(domain) = Domain::parse(&text) else { return Ok(()) };
        prop_assert!(domain.as_str().is_ascii());
        prop_assert_eq!(&Domain::parse(domain.as_str()).unwrap(), &domain);
        prop_assert_eq!(&Domain::parse(&domain.to_unicode()).unwrap(), &domain);
        prop_assert!(domain.is_within(&domain));
        prop_assert!(domain.is_within(&domain.organisational()));
        prop_assert_eq!(domain.organisational().organisational(), domain.organisational());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}|[\\x00-\\x7f]{0,80}") {
        for text in [text.clone(), format!("<{text}>"), format!("<{text}@a.example>"), format!("a@{text}")] {
            if let Ok(address) = Address::parse(&text) {
                prop_assert_eq!(address.to_string().parse::<Address>().unwrap(), address);
            }
            if let Ok(path) = text.parse::<ForwardPath>() {
                prop_assert_eq!(path.to_string().parse::<ForwardPath>().unwrap(), path);
            }
            let _ = text.parse::<ReversePath>();
        }
    }

    /// Only ASCII letters (and their case) make an ASCII domain: nothing else may become ours.
    #[test]
    fn no_other_sign_becomes_an_ascii_letter(sign in any::<char>(), at in 0usize..16) {
        prop_assume!(!sign.is_ascii());
        let ours = Domain::parse("hanko.example.jp").unwrap();
        let mut name: Vec<char> = ours.as_str().chars().collect();
        name[at] = sign;
        let name: String = name.into_iter().collect();
        prop_assert_ne!(Domain::parse(&name).ok(), Some(ours.clone()));
        prop_assert_ne!(Domain::parse(&name).ok().map(|d| d.organisational()), Some(ours));
    }
}
