//! Dialogues as data: `cases/*.dialog`, walked by one test, whole and in small pieces.
//!
//! `C: …` the client's line; `C> …` bytes as they are; `S: …` what the server says then, line by
//! line. `M: BOX FILE FLAGS` a message of `cases/mails` that is there. `E: …` another session does
//! something (see `support`), `E! …` and the driver tells of it. `N: n` the client sends n octets. `T: n` n seconds pass. `+ tls`
//! the handshake is done. `@plain` at the top: no TLS. `= closed` the connection has been closed.
//! `# …` says why. `UPDATE_EXPECT=1` rewrites what the server says: read the difference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

mod support;

use std::path::Path;
use std::time::Duration;

use sekisho_imap::{Flag, Flags, Input};
use sekisho_sasl::ChannelBindings;
use support::{Connection, Line, unescape};

/// 24-Nov-2026 10:00:00 +0900
const DELIVERED_S: i64 = 1_795_482_000;

#[test]
fn dialogues() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut found = 0;
    let mut failed = Vec::new();
    for entry in std::fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ext| ext != "dialog") {
            continue;
        }
        found += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, transcript(&text, usize::MAX)).unwrap();
            continue;
        }
        for chunk in [usize::MAX, 1, 5] {
            let name = path.file_name().unwrap().to_string_lossy();
            if let Some(why) = difference(&text, &transcript(&text, chunk)) {
                failed.push(format!("{name} in pieces of {chunk}: {why}"));
            }
        }
    }
    assert!(found > 0, "no cases");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn difference(want: &str, got: &str) -> Option<String> {
    let mut got_lines = got.lines();
    for (at, want) in want.lines().enumerate() {
        let got = got_lines.next().unwrap_or("(nothing)");
        if want != got {
            return Some(format!("line {}\n  want {want}\n  got  {got}", at + 1));
        }
    }
    got_lines.next().map(|more| format!("more: {more}"))
}

/// The dialogue as it goes now.
fn transcript(text: &str, chunk: usize) -> String {
    let plain = text.lines().any(|line| line == "@plain");
    let mut connection = Connection::new(if plain { Line::Plain } else { Line::Tls });
    let mut out = String::new();
    let mut told = false;
    for line in text.lines() {
        let (mark, rest) = line.split_at_checked(3).unwrap_or((line, ""));
        if mark == "S: " || mark == "S:" || mark == "= c" {
            continue;
        }
        if !told && matches!(mark, "C: " | "C> " | "N: " | "T: ") {
            told = true;
            say(&mut connection, &mut out);
        }
        out.push_str(line);
        out.push('\n');
        act(&mut connection, mark, rest, chunk);
        if told {
            say(&mut connection, &mut out);
        }
    }
    if connection.closed {
        out.push_str("= closed\n");
    }
    out
}

fn act(connection: &mut Connection, mark: &str, rest: &str, chunk: usize) {
    match mark {
        "C: " => send(connection, &[&unescape(rest), &b"\r\n"[..]].concat(), chunk),
        "C> " => send(connection, &unescape(rest), chunk),
        "T: " => connection.wait(Duration::from_secs(rest.parse().unwrap())),
        "N: " => {
            let bytes = vec![b'x'; rest.parse().unwrap()];
            send(connection, &bytes, chunk.max(100));
        }
        "+ t" => {
            assert!(connection.tls_started, "STARTTLS was not begun");
            connection.input(Input::TlsReady(ChannelBindings::default()));
        }
        "E: " | "E! " => {
            let words: Vec<&str> = rest.split(' ').collect();
            connection.account.event(&words);
            if mark == "E! " {
                connection.input(Input::Changed);
            }
        }
        "M: " => {
            let mut words = rest.split(' ');
            let mailbox = words.next().unwrap();
            let file = words.next().unwrap();
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("cases/mails")
                .join(file);
            let mut flags = Flags::default();
            for word in words {
                flags.insert(&Flag::parse(word).unwrap());
            }
            let raw = std::fs::read(path).unwrap();
            connection
                .account
                .deliver(mailbox, &raw, flags, DELIVERED_S);
        }
        _ => {}
    }
}

/// What the server has said since, as `S:` lines.
fn say(connection: &mut Connection, out: &mut String) {
    for line in std::mem::take(&mut connection.said).split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\r\n");
        let open = text.is_none();
        let text = text.unwrap_or(line);
        out.push_str("S: ");
        for chunk in text.utf8_chunks() {
            out.push_str(&chunk.valid().replace(['\r', '\n'], "\u{fffd}"));
            for byte in chunk.invalid() {
                out.push_str(&format!("\\x{byte:02x}"));
            }
        }
        if open {
            out.push_str("(no end)");
        }
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
    }
}

fn send(connection: &mut Connection, bytes: &[u8], chunk: usize) {
    for piece in bytes.chunks(chunk.min(bytes.len()).max(1)) {
        connection.send(piece);
    }
}
