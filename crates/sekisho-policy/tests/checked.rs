//! `checked/rules.toml`: what `policy check` says of each rule stands as a comment behind its name.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;

use sekisho_policy::{Policy, Preset, check};

#[test]
fn rules_that_never_hold_or_fight_are_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("checked");
    let text = fs::read_to_string(root.join("rules.toml")).unwrap();
    let policy = Policy::parse(&text).unwrap_or_else(|error| panic!("{error}"));
    let mut want: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("name = ")?.split_once('#'))
        .map(|(name, said)| format!("{} {}", name.trim().trim_matches('"'), said.trim()))
        .collect();
    let remarks = check(&policy, jiff::civil::date(2026, 4, 1));
    let mut got: Vec<String> = remarks
        .iter()
        .map(|remark| {
            let other = remark.other.as_deref().unwrap_or_default();
            format!("{} {} {other}", remark.rule, remark.kind)
                .trim()
                .to_owned()
        })
        .collect();
    want.sort();
    got.sort();
    assert_eq!(got, want, "{remarks:#?}");
    for remark in remarks {
        for text in [&remark.words.ja, &remark.words.en] {
            assert!(
                text.contains(&remark.rule) && !text.contains("policy-"),
                "{text}"
            );
        }
    }
}

#[test]
fn the_presets_are_in_order() {
    for preset in Preset::ALL {
        let remarks = check(&Policy::preset(preset), jiff::civil::date(2026, 4, 1));
        // Strict puts graver rules behind those of Standard, on purpose.
        let bad: Vec<_> = remarks
            .iter()
            .filter(|remark| remark.kind != "overruled" && remark.kind != "fights")
            .collect();
        assert!(bad.is_empty(), "{preset:?}: {bad:#?}");
        if preset == Preset::Standard {
            assert!(remarks.is_empty(), "{remarks:#?}");
        }
    }
}
