//! What holds for any input.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use proptest::prelude::*;
use sekisho_imap::{Flags, MailboxName, utf7};
use support::{Connection, Line};

const MAIL: &[u8] = b"From: a@x.example\r\nSubject: =?UTF-8?B?5Lu25ZCN?=\r\n\
Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\none\r\n--q\r\n\
Content-Type: text/html\r\n\r\n<b>two</b>\r\n--q--\r\n";

fn connection() -> Connection {
    let mut connection = Connection::new(Line::Tls);
    for _ in 0..3 {
        connection
            .account
            .deliver("INBOX", MAIL, Flags::default(), 0);
    }
    connection
}

fn send(connection: &mut Connection, bytes: &[u8], cut: usize) {
    for piece in bytes.chunks(cut) {
        connection.send(piece);
    }
}

/// Commands, and scraps of them.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "a (LOGIN user1 pass|SELECT INBOX|NOOP|IDLE|CLOSE|EXPUNGE|LOGOUT)\r\n",
        "DONE\r\n",
        "b (UID )?FETCH ([1-4*]|1:\\*) (ALL|FULL|\\(UID FLAGS\\)|BODY\\[[12]?\\]|BODY.PEEK\\[(HEADER|TEXT|1.MIME|HEADER.FIELDS \\(FROM\\))\\](<[0-9].[0-9]>)?)\r\n",
        "c (UID )?STORE [1-4] [+-]?FLAGS(.SILENT)? \\((\\\\Seen|\\\\Deleted|x)?\\)\r\n",
        "d (UID )?SEARCH (ALL|UNSEEN|SUBJECT x|BODY two|OR SEEN NOT 1|\\(TEXT \"a\"\\))\r\n",
        "e (COPY|MOVE) [1-4] (Sent|nosuch)\r\n",
        "f APPEND INBOX( \\(\\\\Seen\\))? \\{[0-9]{1,2}\\+?\\}\r\n[a-z{}+ \r\n]{0,40}\r\n",
        "g LIST \"\" [%*a-z]{0,5}\r\n",
        "h LOGIN \\{[0-9]\\+?\\}\r\n[a-z]{0,9} \\{4\\+\\}\r\npass\r\n",
        "[ -~]{0,30}\r?\n",
        "[(){}\"\\\\*%]{0,10}\r\n",
    ]
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..3000), cut in 1usize..300) {
        let mut anybody = connection();
        send(&mut anybody, &bytes, cut);
        let mut signed_in = connection();
        signed_in.send(b"a LOGIN user1 pass\r\nb SELECT INBOX\r\n");
        send(&mut signed_in, &bytes, cut);
    }

    /// The same bytes in any pieces give the same answers.
    #[test]
    fn pieces_do_not_matter(lines in proptest::collection::vec(line(), 0..25), cut in 1usize..40) {
        let text = format!("a LOGIN user1 pass\r\nb SELECT INBOX\r\n{}", lines.concat());
        let mut whole = connection();
        whole.send(text.as_bytes());
        let mut pieces = connection();
        send(&mut pieces, text.as_bytes(), cut);
        prop_assert_eq!(
            String::from_utf8_lossy(&whole.said),
            String::from_utf8_lossy(&pieces.said)
        );
        prop_assert_eq!(whole.aborted, pieces.aborted);
    }

    #[test]
    fn modified_utf7_is_inverse(name in "\\PC{0,40}") {
        let wire = utf7::encode(&name);
        prop_assert!(wire.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        prop_assert_eq!(utf7::decode(&wire), Some(name));
    }

    /// One spelling a name: what can be read is written back just so.
    #[test]
    fn modified_utf7_is_canonical(wire in "[&A-Za-z0-9+,\\-/ ]{0,20}") {
        if let Some(name) = utf7::decode(&wire) {
            prop_assert_eq!(utf7::encode(&name), wire);
        }
    }

    #[test]
    fn mailbox_names_come_back(name in "\\PC{1,40}") {
        if let Ok(name) = MailboxName::new(&name) {
            prop_assert_eq!(MailboxName::from_wire(name.to_wire().as_bytes()), Ok(name));
        }
    }
}

#[test]
fn modified_utf7_examples() {
    // RFC 3501 §5.1.3
    assert_eq!(
        utf7::encode("~peter/mail/台北/日本語"),
        "~peter/mail/&U,BTFw-/&ZeVnLIqe-"
    );
    assert_eq!(utf7::decode("&Jjo-!").as_deref(), Some("☺!"));
    assert_eq!(utf7::encode("a&b"), "a&-b");
    for bad in [
        "&Jjo!",
        "&U,BTFw-&ZeVnLIqe-",
        "&AGE-",
        "&2AA-",
        "&",
        "é",
        "&AB-",
        "&AAAA-",
    ] {
        assert_eq!(utf7::decode(bad), None, "{bad}");
    }
}
