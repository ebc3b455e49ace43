//! What must hold for any bytes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use sekisho_mime::{Edit, Mailbox, Message, compose, decode_words, parse_addresses};

/// Pieces that mails are made of, so that random mails reach deep.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&str; 32] = [
        "\r\n",
        "\n",
        "\r",
        "\r\n\r\n",
        " ",
        ":",
        ";",
        "=",
        "\"",
        "(",
        ")",
        "<",
        ">",
        ",",
        "\\",
        "--",
        "--b",
        "--b--",
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Type: message/rfc822",
        "Content-Type: text/plain; charset=",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment; filename*0*=utf-8''%E4",
        "iso-2022-jp",
        "utf-16",
        "Subject: ",
        "To: ",
        "=?utf-8?B?5Lya?=",
        "=?x?q?=41",
        "QUJD=",
        "begin 644 x\n#0V%T\n`\nend\n",
        "\x1b$B2q5D\x1b(B",
    ];
    prop_oneof![
        4 => prop::sample::select(&PIECES[..]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ]
}

fn mail() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_bytes_are_read(raw in mail()) {
        let message = Message::parse(&raw);
        let _ = message.anomalies();
        for part in message.all_parts() {
            let _ = (part.path(), part.decodings(), part.texts(), part.names(), part.mailboxes("To"), part.date());
            let range = part.range();
            prop_assert!(range.start <= part.body_range().start && part.body_range().start <= range.end);
            prop_assert!(range.end <= part.source().len());
            if part.is_in_original() && !part.is_multipart() && !part.is_other_reading() && !part.path().contains("TEXT") {
                let found = message.part(&part.path());
                prop_assert_eq!(found.map(|part| part.range()), Some(range));
            }
        }
    }

    #[test]
    fn an_empty_edit_changes_nothing(raw in mail()) {
        prop_assert_eq!(Edit::new().apply(&raw), raw);
    }

    #[test]
    fn what_was_prepended_can_be_removed_again(rest in mail()) {
        let raw = [b"Subject: x\r\n".to_vec(), rest].concat();
        let mut add = Edit::new();
        add.prepend("X-Sekisho-Test", "a value").unwrap();
        let edited = add.apply(&raw);
        prop_assert!(edited.ends_with(&raw));
        let mut remove = Edit::new();
        remove.remove("X-Sekisho-Test");
        prop_assert_eq!(remove.apply(&edited), raw);
    }

    #[test]
    fn encoded_text_reads_the_same(text in "\\PC{0,120}") {
        let line = compose::field("Subject", &compose::text(&text));
        prop_assert!(line.ends_with("\r\n"));
        prop_assert!(line.split("\r\n").all(|line| line.len() <= 998));
        let message = Message::parse(line.as_bytes());
        let subject = message.subject().unwrap_or_default();
        prop_assert_eq!(&subject, &text);
        prop_assert_eq!(decode_words(compose::text(&text).as_bytes()), text);
    }

    #[test]
    fn mailboxes_read_the_same(name in "\\PC{1,40}", local in "[a-z0-9.+-]{1,20}") {
        prop_assume!(!name.trim().is_empty());
        let mailbox = Mailbox { name: Some(name), address: format!("{local}@example.jp") };
        let written = compose::mailboxes(&[mailbox.clone(), mailbox.clone()]);
        let read: Vec<_> = parse_addresses(written.as_bytes()).iter().filter_map(|item| item.mailbox()).collect();
        prop_assert_eq!(read, vec![mailbox.clone(), mailbox]);
    }

    #[test]
    fn names_read_the_same(name in "\\PC{1,80}") {
        prop_assume!(name.trim() == name);
        let value = format!("attachment{}", compose::param("filename", &name));
        let line = compose::field("Content-Disposition", &value);
        let message = Message::parse(line.as_bytes());
        prop_assert_eq!(message.root().name(), Some(name));
    }

    #[test]
    fn bodies_read_the_same(lines in prop::collection::vec("\\PC{0,90}", 0..8)) {
        let text: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        let (encoding, body) = compose::text_body(&text);
        prop_assert!(body.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n'])));
        let mail = format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}");
        let message = Message::parse(mail.as_bytes());
        prop_assert_eq!(message.root().text(), Some(text));
    }
}
