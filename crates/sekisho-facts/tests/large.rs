//! Large parts are read in windows, and give what reading them whole would.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use sekisho_dlp::Detectors;
use sekisho_facts::{Context, Look, look};
use sekisho_mime::compose;

const CARD: &str = "カード番号 4111-1111-1111-1111 まで";
const KEYWORD: &str = "関東商事の\r\n見積書";

fn seen(header: &str, body: &[u8]) -> Look {
    let detectors = Detectors::with_keywords(["関東商事の見積書"]).unwrap();
    let raw = [
        b"From: a@example.jp\r\nMIME-Version: 1.0\r\n",
        header.as_bytes(),
        b"\r\n\r\n",
        body,
    ]
    .concat();
    look(&raw, &Context::new(&detectors)).unwrap()
}

fn ids(look: &Look) -> Vec<&str> {
    let findings = look.facts.findings.iter();
    findings.map(|finding| finding.id.as_str()).collect()
}

/// More than a megabyte with a card number and a phrase, each `shift` bytes further in.
fn text(shift: usize) -> String {
    let line = "毎度お世話になっております。 The weekly report is below.\r\n";
    let filler = line.repeat(550_000 / line.len());
    format!(
        "{filler}{}\r\n{CARD}\r\n{filler}{KEYWORD}\r\n",
        ". ".repeat(shift / 2)
    )
}

#[test]
fn a_large_text_is_looked_through_in_every_encoding() {
    for (shift, name, encoding) in [
        (0, "utf-8", "8bit"),
        (40_001, "utf-8", "base64"),
        (80_002, "shift_jis", "base64"),
        (120_003, "shift_jis", "quoted-printable"),
    ] {
        let text = text(shift);
        let bytes = match name {
            "utf-8" => text.into_bytes(),
            _ => encoding_rs::SHIFT_JIS.encode(&text).0.into_owned(),
        };
        let body = match encoding {
            "8bit" => bytes.clone(),
            "base64" => base64(&bytes),
            _ => quoted_printable(&bytes),
        };
        let header = format!(
            "Content-Type: text/plain; charset={name}\r\nContent-Transfer-Encoding: {encoding}"
        );
        let look = seen(&header, &body);
        assert_eq!(
            ids(&look),
            ["dlp.credit_card", "dlp.keyword"],
            "{name} {encoding}"
        );
        assert!(
            look.facts.uninspectable.is_empty(),
            "{:?}",
            look.facts.uninspectable
        );
        let part = &look.parts.first().unwrap().facts;
        let wanted = ("txt", bytes.len() as u64);
        assert_eq!((part.kind.as_str(), part.size), wanted, "{name} {encoding}");
    }
}

/// What must be read as a whole still is: escapes, a text without a place to cut, a file inside a text.
#[test]
fn what_cannot_be_cut_is_read_whole() {
    let marked = text(0);
    let uncut = format!("{}{}", "関所".repeat(200_000), CARD);
    let jis = encoding_rs::ISO_2022_JP.encode(&marked).0.into_owned();
    for (name, bytes) in [("iso-2022-jp", jis), ("utf-8", uncut.into_bytes())] {
        let header = format!(
            "Content-Type: text/plain; charset={name}\r\nContent-Transfer-Encoding: base64"
        );
        let look = seen(&header, &base64(&bytes));
        assert!(ids(&look).contains(&"dlp.credit_card"), "{name}");
    }
    let inside = format!("{}\r\nbegin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n", marked);
    let look = seen("Content-Type: text/plain; charset=utf-8", inside.as_bytes());
    assert_eq!(look.parts.len(), 2);
}

#[test]
fn the_ends_of_a_large_file_tell_its_type() {
    let header = "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\
                  Content-Disposition: attachment; filename=a.pdf";
    let mut bytes = vec![1; 1_200_000];
    for (head, kind, verdict) in [
        (&b"\xFF\xD8\xFF\xE0"[..], "jpeg", "type_mismatch"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "exe", "dangerous_type"),
        (b"7z\xBC\xAF\x27\x1C", "7z", "type_mismatch"),
        (b"\x01\x02\x03\x04", "data", "type_mismatch"),
    ] {
        bytes.splice(..head.len(), head.iter().copied());
        let look = seen(header, &base64(&bytes));
        let part = look.parts.first().unwrap();
        assert_eq!(
            (part.facts.kind.as_str(), part.facts.size),
            (kind, 1_200_000)
        );
        assert!(part.words.contains(&verdict), "{kind}: {:?}", part.words);
    }
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    compose::base64_body(bytes).into_bytes()
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        for piece in line.chunks(24) {
            for byte in piece {
                out.extend_from_slice(format!("={byte:02X}").as_bytes());
            }
            out.extend_from_slice(b"=\r\n");
        }
        out.truncate(
            out.len()
                .saturating_sub(if line.is_empty() { 0 } else { 3 }),
        );
        out.extend_from_slice(b"\r\n");
    }
    out.truncate(out.len() - 2);
    out
}
