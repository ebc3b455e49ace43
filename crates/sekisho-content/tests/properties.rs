//! What holds for any bytes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout
)]

use std::sync::LazyLock;

use proptest::prelude::*;
use sekisho_content::{File, Opened, State, Verdict, html_pieces, open};

/// Beginnings that send the bytes into each of the readers.
const HEADS: &[&[u8]] = &[
    b"",
    b"PK\x03\x04",
    b"\x1F\x8B\x08\x08",
    b"{\\rtf1\\ansi ",
    b"<html><body>",
    b"<?xml version=\"1.0\"?>",
    b"%PDF-1.7\n",
    b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
    b"0\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02\xA0\x80",
    b"From: a@example.jp\r\nTo: b@example.jp\r\n",
    b"From a\nFrom: b\n",
    b"BEGIN:VCALENDAR\r\n",
    b"\xFF\xFE",
    b"MZ\x90\0\x03\0\0\0",
    b"GIF89a",
];

fn opened(bytes: &[u8], name: &str, declared: Option<&str>) -> Opened {
    open(&File {
        bytes,
        names: &[name.to_owned()],
        declared,
        charset: None,
    })
}

fn nothing_is_clean_unread(opened: &Opened) {
    assert!(!opened.verdicts.is_empty());
    if opened.state != State::Read {
        assert_ne!(opened.verdict(), Verdict::Clean, "{:?}", opened.file_type);
    }
    for member in &opened.members {
        nothing_is_clean_unread(&member.opened);
    }
}

proptest! {
    #[test]
    fn any_bytes_open(
        head in 0..HEADS.len(),
        rest in proptest::collection::vec(any::<u8>(), 0..2_000),
        name in ".{0,40}",
    ) {
        let bytes = [HEADS[head], &rest].concat();
        nothing_is_clean_unread(&opened(&bytes, &name, None));
        nothing_is_clean_unread(&opened(&bytes, "a.docx", Some("text/plain")));
    }

    /// Words of PDF in any order, with any bytes between.
    #[test]
    fn any_portable_document_opens(words in proptest::collection::vec(pdf_word(), 0..200)) {
        let bytes = [b"%PDF-1.7\n".to_vec(), words.concat()].concat();
        nothing_is_clean_unread(&opened(&bytes, "a.pdf", None));
    }

    /// Compound files with any tables: chains that turn back, entries that point at each other.
    #[test]
    fn any_compound_file_opens(
        rest in proptest::collection::vec(prop_oneof![3 => 0u8..6, 1 => any::<u8>()], 1_000..6_000),
        name in proptest::sample::select(vec!["a.doc", "a.xls", "a.msg"]),
    ) {
        let mut bytes = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), rest].concat();
        bytes[30] = 9;
        bytes[31] = 0;
        bytes[32] = 6;
        bytes[33] = 0;
        for at in (44..512).step_by(4) {
            bytes[at + 1..at + 4].fill(0);
        }
        nothing_is_clean_unread(&opened(&bytes, name, None));
    }

    /// Outlook's lists with any lengths in them.
    #[test]
    fn any_outlook_mail_opens(
        items in proptest::collection::vec((0..7usize, any::<u16>(), proptest::collection::vec(any::<u8>(), 0..80)), 0..20),
    ) {
        let ids = [0x0001_8004u32, 0x0002_800C, 0x0001_8010, 0x0006_800F, 0x0006_9002, 0x0006_9003, 0x0006_9005];
        let mut bytes = b"\x78\x9F\x3E\x22\x01\x00".to_vec();
        for (id, lie, data) in items {
            let length = if lie % 7 == 0 { u32::from(lie) } else { data.len() as u32 };
            bytes.push(1);
            bytes.extend(ids[id].to_le_bytes());
            bytes.extend(length.to_le_bytes());
            bytes.extend(data);
            bytes.extend([0, 0]);
        }
        nothing_is_clean_unread(&opened(&bytes, "winmail.dat", None));
    }

    #[test]
    fn any_html_is_read(text in "[<>a-z=\"'/&;!\\- 極秘\\n\\[\\]]{0,300}") {
        html_pieces(&text);
    }

    /// A zip damaged anywhere is never clean with content left out in silence.
    #[test]
    fn damaged_zips_open(at in 0..200usize, byte in any::<u8>()) {
        let mut zip = stored_zip("極秘.txt", "社外秘".as_bytes());
        let at = at % zip.len();
        zip[at] = byte;
        nothing_is_clean_unread(&opened(&zip, "a.zip", None));
    }
}

/// Our own small documents, one of each kind.
static DOCUMENTS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    use base64::Engine;
    include_str!("../cases/documents.jsonl")
        .lines()
        .map(|line| {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(case["base64"].as_str().unwrap())
                .unwrap();
            (case["name"].as_str().unwrap().to_owned(), bytes)
        })
        .collect()
});

/// A change of a file: a byte set, bytes cut out, bytes put in twice.
#[derive(Debug, Clone)]
enum Change {
    Set(usize, u8),
    Cut(usize, usize),
    Repeat(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        2 => (any::<usize>(), prop_oneof![Just(0u8), Just(0xFF), Just(0x7F)]).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => (any::<usize>(), 1..200usize).prop_map(|(at, length)| Change::Cut(at, length)),
        1 => (any::<usize>(), 1..200usize).prop_map(|(at, length)| Change::Repeat(at, length)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            return bytes;
        }
        let count = bytes.len();
        match change {
            Change::Set(at, byte) => bytes[at % count] = *byte,
            Change::Cut(at, length) => {
                let from = at % count;
                bytes.drain(from..(from + length).min(count));
            }
            Change::Repeat(at, length) => {
                let from = at % count;
                let part = bytes[from..(from + length).min(count)].to_vec();
                bytes.splice(from..from, part);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Documents damaged anywhere are read without end, panic or false calm.
    #[test]
    fn damaged_documents_open(nth in any::<usize>(), changes in proptest::collection::vec(change(), 1..12)) {
        let (name, bytes) = DOCUMENTS[nth % DOCUMENTS.len()].clone();
        let bytes = changed(bytes, &changes);
        nothing_is_clean_unread(&opened(&bytes, &name, None));
    }
}

fn pdf_word() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<&[u8]> = vec![
        b"1 0 obj\n",
        b"2 0 obj<<",
        b"endobj\n",
        b"<<",
        b">>",
        b"[",
        b"]",
        b"(a\\(b)",
        b"<6975>",
        b"/Font",
        b"/F1",
        b" 2 0 R",
        b"/ToUnicode",
        b"/Type/ObjStm",
        b"/First 4",
        b"/Length 9",
        b"/Filter/FlateDecode",
        b"/Filter[/ASCII85Decode/AHx]",
        b"/DecodeParms<</Predictor 12/Columns 3>>",
        b"\nstream\n",
        b"\nendstream\n",
        b"BT ",
        b"ET ",
        b" Tj ",
        b" TJ ",
        b" Td ",
        b" Tm ",
        b" Tf ",
        b"beginbfrange <00> <FFFFFFFF> <6975> endbfrange ",
        b"/EF<</F 1 0 R>>",
        b"/UF(x)",
        b"%%EOF\n",
        b"-1e308 ",
        b"12 ",
        b"(",
        b"<",
        b"%",
    ];
    prop_oneof![
        4 => proptest::sample::select(words).prop_map(<[u8]>::to_vec),
        1 => proptest::collection::vec(any::<u8>(), 0..20),
    ]
}

/// A zip with one stored member.
fn stored_zip(name: &str, content: &[u8]) -> Vec<u8> {
    let sizes = [content.len() as u32; 2].map(u32::to_le_bytes).concat();
    let crc = crc32fast::hash(content).to_le_bytes();
    let name_bytes = (name.len() as u16).to_le_bytes();
    let shared = [
        &[20, 0, 0, 8, 0, 0, 0, 0, 0, 0][..],
        &crc,
        &sizes,
        &name_bytes,
        &[0, 0],
    ]
    .concat();
    let local = [b"PK\x03\x04", shared.as_slice(), name.as_bytes(), content].concat();
    let directory = [
        b"PK\x01\x02\x14\0",
        shared.as_slice(),
        &[0; 14],
        name.as_bytes(),
    ]
    .concat();
    let end = [
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0".as_slice(),
        &(directory.len() as u32).to_le_bytes(),
        &(local.len() as u32).to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    [local, directory, end].concat()
}

#[test]
fn a_stored_member_is_read() {
    let zip = stored_zip("極秘.txt", "社外秘".as_bytes());
    let opened = opened(&zip, "a.zip", None);
    assert_eq!(opened.verdicts, [Verdict::Clean]);
    assert_eq!(opened.members[0].name, "極秘.txt");
    assert_eq!(opened.members[0].opened.pieces[0].text, "社外秘");
}
