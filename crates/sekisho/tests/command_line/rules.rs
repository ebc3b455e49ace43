//! `sekisho policy`: rules as an administrator works with them.

use std::fs;

use crate::installation::Installation;

const RULES: &str = r#"preset = "standard"

[[rule]]
name = "plans"
owner = "legal"
direction = "outbound"
when = { anywhere = "開発計画", recipients = { side = "external" } }
then = { action = "hold", approver = "administrators" }

[[rule]]
name = "plans-tagged"
direction = "outbound"
when = { subject = "開発計画" }
then = { edits = [{ tag_subject = "[計画]" }] }
"#;

const MAIL: &str = "From: admin@kaisha.example.jp\r\nTo: a@soto.example.net\r\nSubject: =?UTF-8?B?6ZaL55m66KiI55S7?=\r\n\r\nhello\r\n";

#[test]
fn rules_are_written_checked_explained_and_tried() {
    let installation = Installation::new();
    let dir = installation.dir.path();
    let file = dir.join("rules.toml");
    let path = file.display().to_string();

    // A text that does not compile: file, line, what to write; the old rules stay on.
    fs::write(&file, "preset = \"standard\"\n\n[[rule]]\nname = \"a\"\nwhen = { subjct = \"x\" }\nthen = \"hold\"\n").unwrap();
    let bad = installation.run(&["policy", "set", &path]);
    assert_eq!(bad.code, 2, "{bad:?}");
    assert!(
        bad.err.contains(&format!("{path}:5: rule a: when.subjct")),
        "{bad:?}"
    );
    assert!(
        bad.err.contains("write one of") && bad.err.contains("subject"),
        "{bad:?}"
    );
    let bad = installation.run_in("ja_JP.UTF-8", "", &["policy", "set", &path]);
    assert!(bad.err.contains("使えるのは"), "{bad:?}");
    let shown = installation.run(&["policy", "show"]).well();
    assert_eq!(shown.out.trim(), "preset = \"standard\"");

    fs::write(&file, RULES).unwrap();
    let set = installation
        .run(&["policy", "set", &path, "--json"])
        .well()
        .json();
    assert!(set["rules"].as_u64().unwrap() > 20, "{set}");
    assert_eq!(installation.run(&["policy", "show"]).well().out, RULES);
    let listed = installation
        .run(&["policy", "list", "--json"])
        .well()
        .json();
    let first = &listed[0];
    assert_eq!(
        (
            first["rule"].as_str(),
            first["hits"].as_u64(),
            first["owner"].as_str()
        ),
        (Some("plans"), Some(0), Some("legal"))
    );
    let said = installation
        .run_in("ja_JP.UTF-8", "", &["policy", "explain", "plans"])
        .well();
    assert!(
        said.out.contains("開発計画") && said.out.contains("保留し"),
        "{said:?}"
    );
    assert_eq!(installation.run(&["policy", "explain", "nobody"]).code, 3);

    // What fights is named.
    installation.run(&["policy", "check"]).well();
    let draft = dir.join("draft.toml");
    fs::write(&draft, format!("{RULES}\n[[rule]]\nname = \"more-plans\"\ndirection = \"outbound\"\nwhen = {{ subject = \"開発計画\", recipients = {{ side = \"external\", group = \"nobody@kaisha.example.jp\" }} }}\nthen = {{ action = \"delay\", seconds = 9 }}\n")).unwrap();
    let checked = installation.run(&["policy", "check", &draft.display().to_string(), "--json"]);
    assert_eq!(checked.code, 1, "{checked:?}");
    let remarks = checked.json()["remarks"].clone();
    let kinds: Vec<_> = remarks
        .as_array()
        .unwrap()
        .iter()
        .map(|remark| {
            (
                remark["rule"].as_str().unwrap(),
                remark["kind"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [("more-plans", "overruled"), ("more-plans", "unknown")],
        "{remarks}"
    );

    // On past mail: there is none yet.
    let tried = installation
        .run(&["policy", "try", &path, "--since", "30d", "--json"])
        .well()
        .json();
    assert_eq!(
        (&tried["mails"], &tried["stopped"]),
        (&0.into(), &0.into()),
        "{tried}"
    );
    assert_eq!(installation.run(&["policy", "try", "nobody"]).code, 3);

    // The organisation's own examples.
    let examples = dir.join("examples");
    fs::create_dir(&examples).unwrap();
    fs::write(examples.join("plans.eml"), MAIL).unwrap();
    let example = |rule: &str| {
        format!(
            "direction = \"outbound\"\nfrom = \"admin@kaisha.example.jp\"\nto = [\"a@soto.example.net\"]\ndomains = [\"kaisha.example.jp\"]\n\
             [expect]\naction = \"hold\"\nrule = \"{rule}\"\nmatches = [\"plans-tagged\"]\nmisses = [\"my-number-outside\"]\nedits = [\"tag_subject\"]\n"
        )
    };
    fs::write(examples.join("plans.toml"), example("plans")).unwrap();
    let folder = examples.display().to_string();
    installation.run(&["policy", "test", &folder]).well();
    fs::write(examples.join("plans.toml"), example("delay-outside")).unwrap();
    let failed = installation.run(&["policy", "test", &folder, "--policy", &path]);
    assert_eq!(failed.code, 1, "{failed:?}");
    assert!(
        failed.out.contains("rule: delay-outside ≠ plans"),
        "{failed:?}"
    );
}
