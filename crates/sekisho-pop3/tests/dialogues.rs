//! Dialogues as data: `cases/*.dialog`, walked by one test, whole and byte by byte.
//!
//! `C: …` the client's line; `C> …` bytes as they are; `S: …` exactly the next line; `S~ …` a
//! pattern; `= closed` the connection is closed. `@plain` at the top: no TLS; `@locked`: another
//! session has the maildrop. `T: n` n seconds pass. `+ tls` the handshake is done. `#` comments.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use regex::Regex;
use sekisho_pop3::Input;
use sekisho_sasl::ChannelBindings;
use support::{Channel, Connection, unescape};

#[test]
fn dialogues() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut found = 0;
    let mut failed = String::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ext| ext != "dialog") {
            continue;
        }
        found += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        for chunk in [usize::MAX, 1, 3] {
            if let Err(why) = walk(&text, chunk) {
                writeln!(failed, "{} ({chunk}): {why}", path.display()).unwrap();
            }
        }
    }
    assert!(found > 0, "no cases");
    assert!(failed.is_empty(), "{failed}");
}

fn walk(text: &str, chunk: usize) -> Result<(), String> {
    let plain = text.lines().any(|line| line == "@plain");
    let mut connection = Connection::new(if plain { Channel::Plain } else { Channel::Tls });
    connection.locked_by_another = text.lines().any(|line| line == "@locked");
    let mut read = 0;
    for (at, line) in text.lines().enumerate() {
        let at = at + 1;
        let Some((mark, rest)) = line.split_at_checked(2) else {
            continue;
        };
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        match mark {
            "C:" => send(
                &mut connection,
                &[&unescape(rest), &b"\r\n"[..]].concat(),
                chunk,
            ),
            "C>" => send(&mut connection, &unescape(rest), chunk),
            "T:" => connection.wait(Duration::from_secs(rest.parse().unwrap())),
            "+ " => {
                assert!(connection.tls_started, "line {at}: STLS was not begun");
                connection.input(Input::TlsReady(ChannelBindings::default()));
            }
            "= " if connection.closed => {}
            "= " => return Err(format!("line {at}: not closed")),
            "S:" | "S~" => {
                let said = connection.said.get(read..).unwrap();
                let end = said.iter().position(|byte| *byte == b'\n');
                let end = end.ok_or_else(|| format!("line {at}: nothing more, wanted {rest}"))?;
                let got = String::from_utf8_lossy(&said[..end]);
                let got = got.trim_end_matches('\r');
                let fits = match mark {
                    "S:" => got == rest,
                    _ => Regex::new(rest).unwrap().is_match(got),
                };
                if !fits {
                    return Err(format!("line {at}: wanted {rest}\n  got {got}"));
                }
                read += end + 1;
            }
            _ => {}
        }
    }
    let more = connection.said.get(read..).unwrap();
    if more.is_empty() {
        Ok(())
    } else {
        Err(format!("said too: {}", String::from_utf8_lossy(more)))
    }
}

fn send(connection: &mut Connection, bytes: &[u8], chunk: usize) {
    for piece in bytes.chunks(chunk.min(bytes.len()).max(1)) {
        connection.send(piece);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000), cut in 1usize..200) {
        let mut connection = Connection::new(Channel::Tls);
        send(&mut connection, &bytes, cut);
    }

    /// Commands and scraps of them in any order, in any pieces, give the same answers.
    #[test]
    fn pieces_do_not_matter(
        lines in proptest::collection::vec("(USER user1|PASS pass|STAT|LIST( [0-3])?|UIDL|RETR [0-3]|TOP 1 [0-2]|DELE [1-2]|RSET|CAPA|NOOP|AUTH PLAIN|x{0,40}|\\*|[ -~]{0,20})(\r)?", 0..20),
        cut in 1usize..50,
    ) {
        let text = lines.join("\n") + "\n";
        let mut whole = Connection::new(Channel::Tls);
        whole.send(text.as_bytes());
        let mut pieces = Connection::new(Channel::Tls);
        send(&mut pieces, text.as_bytes(), cut);
        prop_assert_eq!(whole.said, pieces.said);
    }
}
