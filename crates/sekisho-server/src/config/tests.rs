use std::path::Path;

use sekisho_words::Language;

use super::*;

/// `cases/config/NAME/sekisho.toml` and what `sekisho check` says to it, in English.
#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/config");
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let case = entry.unwrap().path();
        let text = std::fs::read_to_string(case.join("sekisho.toml")).unwrap();
        let said = match Config::parse(&text, Path::new("sekisho.toml")) {
            Ok(_) => "fine\n".to_owned(),
            Err(errors) => errors.report(Language::En),
        };
        let want_file = case.join("want");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&want_file, &said).unwrap();
        }
        let want = std::fs::read_to_string(&want_file).unwrap_or_default();
        assert_eq!(said, want, "{}", case.display());
        seen += 1;
    }
    assert!(seen > 0, "no cases found");
}

#[test]
fn the_sample_is_read_back() {
    let config = Config::parse(SAMPLE, Path::new("sekisho.toml")).unwrap();
    assert_eq!(config.limits, Limits::default());
    assert_eq!(config.retention, Retention::default());
    assert_eq!(config.log, Log::default());
    assert_eq!(config.dns, Dns::default());
    assert_eq!(config.listeners.open.len(), 9);
    assert!(
        matches!(config.tls.source, TlsSource::Acme(ref acme) if acme.names == ["mail.example.jp"])
    );
}

#[test]
fn both_languages_have_words() {
    let errors =
        Config::parse("version = \"1\"\nhostnam = 1\n", Path::new("sekisho.toml")).unwrap_err();
    let (japanese, english) = (errors.report(Language::Ja), errors.report(Language::En));
    assert_ne!(japanese, english);
    assert!(!japanese.contains("config-"), "{japanese}");
    assert!(!english.contains("config-"), "{english}");
}

#[test]
fn networks() {
    for (network, inside, outside) in [
        ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
        ("192.0.2.0/24", "::ffff:192.0.2.1", "::ffff:192.0.3.1"),
        ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
        ("128.0.0.0/1", "200.0.0.1", "127.0.0.1"),
    ] {
        let network: Network = network.parse().unwrap();
        assert!(
            network.contains(inside.parse().unwrap()),
            "{network} {inside}"
        );
        assert!(
            !network.contains(outside.parse().unwrap()),
            "{network} {outside}"
        );
    }
    for bad in [
        "",
        "192.0.2.0/33",
        "::/129",
        "192.0.2/24",
        "a",
        "192.0.2.0/-1",
    ] {
        assert!(bad.parse::<Network>().is_err(), "{bad}");
    }
}
