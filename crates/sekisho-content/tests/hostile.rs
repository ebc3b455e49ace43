//! Archives that were made to hurt, and archives that were damaged at random.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use base64::Engine;
use proptest::prelude::*;
use sekisho_content::{File, Opened, State, Verdict, limits, open_with};

fn opened(bytes: &[u8], name: &str, passwords: &[String]) -> Opened {
    let file = File {
        bytes,
        names: &[name.to_owned()],
        declared: None,
        charset: None,
    };
    open_with(&file, passwords)
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    include_str!("../cases/archives.jsonl")
        .lines()
        .map(|line| {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let packed = case["base64"].as_str().unwrap();
            let bytes = base64::engine::general_purpose::STANDARD.decode(packed);
            (case["name"].as_str().unwrap().to_owned(), bytes.unwrap())
        })
        .collect()
}

fn members(opened: &Opened) -> usize {
    let inner = opened.members.iter().map(|member| members(&member.opened));
    opened.members.len() + inner.sum::<usize>()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever stands in it: an answer, within the limits.
    #[test]
    fn damaged_archives_are_answered(
        seed in 0..seeds().len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let (name, mut bytes) = seeds().swap_remove(seed);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()) + 1);
        }
        let found = opened(&bytes, &name, &["User1".to_owned()]);
        prop_assert!(!found.verdicts.is_empty());
        prop_assert!(members(&found) <= limits::MEMBERS_MAX);
    }
}

fn stored_zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let sizes = [content.len() as u32; 2].map(u32::to_le_bytes).concat();
        let fixed = [
            &[20, 0, 0, 8, 0, 0, 0, 0, 0, 0][..],
            &crc32fast::hash(content).to_le_bytes(),
            &sizes,
            &(name.len() as u16).to_le_bytes(),
            &[0, 0],
        ]
        .concat();
        let at = (out.len() as u32).to_le_bytes();
        out.extend([b"PK\x03\x04", fixed.as_slice(), name.as_bytes(), content].concat());
        let entry = [
            b"PK\x01\x02\x14\0",
            fixed.as_slice(),
            &[0; 10],
            &at,
            name.as_bytes(),
        ];
        directory.extend(entry.concat());
    }
    let count = (members.len() as u16).to_le_bytes();
    let end = [
        b"PK\x05\x06\0\0\0\0".as_slice(),
        &count,
        &count,
        &(directory.len() as u32).to_le_bytes(),
        &(out.len() as u32).to_le_bytes(),
        &[0, 0],
    ];
    [out, directory, end.concat()].concat()
}

#[test]
fn depth_is_a_bomb() {
    let mut bytes = b"text".to_vec();
    for _ in 0..=limits::DEPTH_MAX {
        bytes = stored_zip(&[("a.zip", &bytes)]);
    }
    let found = opened(&bytes, "a.zip", &[]);
    assert!(
        found.verdicts.contains(&Verdict::Bomb),
        "{:?}",
        found.verdicts
    );
}

#[test]
fn many_members_are_a_bomb() {
    let members: Vec<(&str, &[u8])> = vec![("a.txt", b"x"); limits::MEMBERS_MAX + 1];
    let found = opened(&stored_zip(&members), "a.zip", &[]);
    assert!(
        found.verdicts.contains(&Verdict::Bomb),
        "{:?}",
        found.verdicts
    );
}

#[test]
fn shared_bytes_are_a_bomb() {
    let mut zip = stored_zip(&[("a.txt", b"0123456789"), ("b.txt", b"0123456789")]);
    // The directory's second entry points to the first member.
    let second = memchr::memmem::rfind(&zip, b"PK\x01\x02").unwrap();
    zip[second + 42..second + 46].fill(0);
    let found = opened(&zip, "a.zip", &[]);
    assert!(
        found.verdicts.contains(&Verdict::Bomb),
        "{:?}",
        found.verdicts
    );
}

#[test]
fn blanks_that_pack_too_well_are_a_bomb() {
    let blanks = vec![b' '; 40 << 20];
    let packed = miniz_oxide::deflate::compress_to_vec(&blanks, 9);
    let gzip = [b"\x1F\x8B\x08\0\0\0\0\0\0\xFF".as_slice(), &packed, &[0; 8]].concat();
    let found = opened(&gzip, "a.txt.gz", &[]);
    assert!(
        found.verdicts.contains(&Verdict::Bomb),
        "{:?}",
        found.verdicts
    );
    assert!(matches!(found.state, State::Uninspectable(_)));
}

#[test]
fn many_wrong_passwords_end() {
    let (name, bytes) = seeds()
        .into_iter()
        .rfind(|(name, _)| name == "a.7z")
        .unwrap();
    let wrong: Vec<String> = (0..10_000).map(|n| format!("wrong{n}")).collect();
    let found = opened(&bytes, &name, &wrong);
    assert_eq!(found.verdicts, [Verdict::Encrypted]);
}
