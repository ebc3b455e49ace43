//! Wrong usage and what is not there: exit codes, and words in the reader's language.

use sekisho_testkit::{Demo, run};

use crate::PROGRAM;

/// Arguments, exit code, a part of the English and of the Japanese words.
const TABLE: &[(&[&str], i32, &str, &str)] = &[
    (
        &["hold", "show", "nope"],
        2,
        "is no mail id",
        "メール番号ではありません",
    ),
    (
        &["hold", "show", "0000000000001"],
        3,
        "is not held",
        "保留はありません",
    ),
    (
        &["hold", "release", "0000000000001"],
        3,
        "is not held",
        "保留はありません",
    ),
    (
        &["hold", "refuse", "0000000000001"],
        3,
        "is not held",
        "保留はありません",
    ),
    (
        &["hold", "deadline", "0000000000001", "2h"],
        3,
        "is not held",
        "保留はありません",
    ),
    (
        &["hold", "deadline", "0000000000001", "soon"],
        2,
        "30m, 12h or 7d",
        "30m",
    ),
    (
        &["delay", "cancel", "0000000000001"],
        3,
        "There is no mail",
        "見つかりません",
    ),
    (
        &["quarantine", "show", "0000000000001"],
        3,
        "There is no mail",
        "見つかりません",
    ),
    (
        &["quarantine", "release", "0000000000001"],
        3,
        "There is no mail",
        "見つかりません",
    ),
    (
        &["quarantine", "delete", "0000000000001"],
        3,
        "There is no mail",
        "見つかりません",
    ),
    (
        &["queue", "retry", "0000000000001"],
        3,
        "There is no mail",
        "見つかりません",
    ),
    (
        &["queue", "delete", "0000000000001"],
        3,
        "There is no mail",
        "見つかりません",
    ),
    (
        &["trace", "--id", "0000000000001"],
        3,
        "There is no mail",
        "見つかりません",
    ),
    (
        &["trace", "--subject", "no such thing"],
        3,
        "No mail fits",
        "該当するメールはありません",
    ),
    (
        &["trace", "--since", "yesterday"],
        2,
        "neither a time nor a span",
        "時刻でも期間でもありません",
    ),
    (
        &["user", "show", "nobody"],
        2,
        "is no mail address",
        "メールアドレスではありません",
    ),
    (
        &["user", "show", "x@hanko.example.jp"],
        3,
        "There is no user",
        "ユーザー",
    ),
    (
        &["user", "add", "user1@hanko.example.jp"],
        1,
        "exists already",
        "すでにあります",
    ),
    (
        &["user", "add", "a@elsewhere.example"],
        1,
        "not in a domain of this organisation",
        "ドメイン",
    ),
    (
        &["user", "add", "a@hanko.example.jp", "--role", "king"],
        2,
        "There is no role",
        "役割",
    ),
    (
        &["user", "set", "user1@hanko.example.jp", "--language", "fr"],
        2,
        "Choose ja or en",
        "ja",
    ),
    (
        &["user", "set", "user1@hanko.example.jp", "--quota", "much"],
        2,
        "quota",
        "much",
    ),
    (
        &["domain", "add", "a..b"],
        2,
        "is no domain name",
        "ドメイン名ではありません",
    ),
    (
        &["domain", "remove", "none.example"],
        3,
        "Not found",
        "見つかりません",
    ),
    (
        &["alias", "remove", "z@hanko.example.jp"],
        3,
        "Not found",
        "見つかりません",
    ),
    (
        &["group", "remove", "z@hanko.example.jp"],
        3,
        "There is no group",
        "グループ",
    ),
    (
        &["route", "remove", "none.example"],
        3,
        "There is no route",
        "経路",
    ),
    (
        &["route", "set", "a.example", "--host", "", "--port", "25"],
        2,
        "cannot be used",
        "使えません",
    ),
    (
        &["--organisation", "Nobody", "user", "list"],
        3,
        "There is no organisation",
        "組織",
    ),
    (
        &["organisation", "add", "Hanko"],
        2,
        "no other organisation",
        "組織名",
    ),
];

#[test]
fn failures_in_words_and_codes() {
    let demo = Demo::start(PROGRAM, &["--no-samples"]);
    for (arguments, code, english, japanese) in TABLE {
        for (locale, words) in [("C", english), ("ja_JP.UTF-8", japanese)] {
            let said = demo.command_in(locale, arguments);
            assert_eq!(said.code, *code, "{arguments:?}: {said:?}");
            assert!(said.err.contains(words), "{arguments:?} {words}: {said:?}");
            assert!(said.out.is_empty(), "{arguments:?}: {said:?}");
        }
    }
    // Lists are data even when empty.
    for list in [
        ["hold", "list"],
        ["delay", "list"],
        ["queue", "list"],
        ["quarantine", "list"],
        ["route", "list"],
        ["group", "list"],
        ["alias", "list"],
    ] {
        let json = demo.command(&[list[0], list[1], "--json"]).well().json();
        assert!(json.is_array(), "{list:?}: {json}");
        let text = demo.command(&list).well().out;
        assert!(
            text.ends_with('\n') && text.lines().count() >= 1,
            "{list:?}: {text}"
        );
    }
}

#[test]
fn usage_is_checked_before_anything_is_opened() {
    for arguments in [
        &["nonsense"][..],
        &["hold"],
        &["hold", "show"],
        &["trace", "--limit", "many"],
        &["route", "set", "a.example"],
        &["inspect"],
    ] {
        let said = run(PROGRAM, "/nonexistent.toml".as_ref(), "C", "", arguments);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(!said.err.is_empty(), "{said:?}");
    }
}

#[test]
fn help_completions_and_manual_need_no_installation() {
    let none = "/nonexistent.toml".as_ref();
    for shell in ["bash", "zsh", "fish"] {
        let said = run(PROGRAM, none, "C", "", &["completions", shell]).well();
        assert!(said.out.contains("quarantine"), "{shell}");
    }
    assert_eq!(
        run(PROGRAM, none, "C", "", &["completions", "cobol"]).code,
        2
    );
    let manual = run(PROGRAM, none, "C", "", &["man"]).well().out;
    assert!(manual.contains(".TH"), "{manual}");
    for word in ["demo", "init", "trace", "quarantine", "organisation"] {
        assert!(manual.contains(word), "no {word} in the manual");
    }
    let help = run(PROGRAM, none, "C", "", &["--help"]).well().out;
    assert!(help.contains("inspect"), "{help}");
    assert!(
        run(PROGRAM, none, "C", "", &["--version"])
            .well()
            .out
            .starts_with("sekisho ")
    );
}

#[test]
fn inspect_judges_without_an_installation() {
    let none = "/nonexistent.toml".as_ref();
    let mail = "From: user1@hanko.example.jp\r\nTo: a@example.com\r\nSubject: x\r\n\r\n個人番号: 1234-5678-9018\r\n";
    let arguments = ["inspect", "--direction", "outbound", "--json", "-"];
    let answer = run(PROGRAM, none, "C", mail, &arguments).well().json();
    assert_eq!(answer["findings"][0]["id"], "dlp.my_number", "{answer}");
    let request = "{\"id\":\"a\",\"file\":\"/nonexistent.eml\"}\n";
    let said = run(PROGRAM, none, "C", request, &["inspect", "--batch"]).well();
    assert!(said.json()["error"].is_string(), "{said:?}");
    let said = run(PROGRAM, none, "C", "", &["inspect", "/nonexistent.eml"]);
    assert_ne!(said.code, 0);
    assert!(said.err.contains("/nonexistent.eml"), "{said:?}");
}
