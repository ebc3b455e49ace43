//! Every folder of `cases/` is a dialogue: `dialog` is played against a session, `want` tells what is stored
//! after it. `UPDATE_EXPECT=1` writes `want` anew.
//!
//! Lines of `dialog`: `! setting`, `C:` a line (CRLF is added), `R:` raw bytes with `\r \n \t \x00 \\`,
//! `S:` the beginning of the next reply, `S: close`, `S: silence`, `tls`, `wait SECONDS`, `gone`, `shutdown`.
//! `{998*a}` repeats.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods)] // files of cases are read, and the false clock starts somewhere

mod driver;

use std::path::Path;
use std::time::Duration;

use driver::World;
use sekisho_smtp::server::{Config, Input};

#[test]
fn dialogues() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut cases: Vec<_> = std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no cases");
    let mut failing = Vec::new();
    for case in &cases {
        assert!(
            case.join("README").is_file(),
            "{} lacks a README",
            case.display()
        );
        // However the bytes are cut on the wire, the outcome is the same.
        let large = ["data-endless", "data-line-of-a-million"]
            .iter()
            .any(|name| case.ends_with(name));
        let chunks: &[usize] = if large {
            &[usize::MAX, 1000]
        } else {
            &[usize::MAX, 1, 2, 3, 5, 16]
        };
        for &chunk in chunks {
            if let Err(error) = play(case, chunk) {
                let name = case.file_name().unwrap().to_string_lossy();
                failing.push(format!("{name} (pieces of {chunk}): {error}"));
                break;
            }
        }
    }
    eprintln!(
        "dialogues: {} of {}",
        cases.len() - failing.len(),
        cases.len()
    );
    assert!(failing.is_empty(), "failing:\n{}", failing.join("\n"));
}

fn play(case: &Path, chunk: usize) -> Result<(), String> {
    let dialog = std::fs::read_to_string(case.join("dialog")).unwrap();
    let (config, implicit_tls) = settings(&dialog);
    let mut world = World::new(config, implicit_tls, chunk);
    let mut read = 0;
    for (number, line) in dialog.lines().enumerate() {
        step(&mut world, line, &mut read).map_err(|error| {
            format!(
                "line {}: `{line}`: {error}\n  sent: {}",
                number + 1,
                world.sent.escape_ascii()
            )
        })?;
    }
    if read < world.sent.len() {
        return Err(format!(
            "not expected: {}",
            world.sent[read..].escape_ascii()
        ));
    }
    let stored = world.stored_lines();
    let want = case.join("want");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&want, &stored).unwrap();
    }
    match std::fs::read_to_string(&want).unwrap() == stored {
        true => Ok(()),
        false => Err(format!("stored differs from `want`:\n{stored}")),
    }
}

fn settings(dialog: &str) -> (Config, bool) {
    let mut config = Config::mx("mx.hanko.example.jp");
    config.message_bytes_max = 10_000;
    let mut implicit_tls = false;
    for setting in dialog.lines().filter_map(|line| line.strip_prefix("! ")) {
        let (name, value) = setting.split_once(' ').unwrap_or((setting, ""));
        let submission = Config::submission("mx.hanko.example.jp");
        match name {
            "submission" => config = submission,
            "submissions" => (config, implicit_tls) = (submission, true),
            "message_bytes_max" => config.message_bytes_max = value.parse().unwrap(),
            "recipients_max" => config.recipients_max = value.parse().unwrap(),
            "errors_max" => config.errors_max = value.parse().unwrap(),
            "greet_delay" => config.greet_delay = Duration::from_secs(value.parse().unwrap()),
            "note_early_talkers" => config.refuse_early_talkers = false,
            "no_starttls" => config.starttls = false,
            other => panic!("no setting {other}"),
        }
    }
    (config, implicit_tls)
}

fn step(world: &mut World, line: &str, read: &mut usize) -> Result<(), String> {
    let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
    match kind {
        "!" | "#" | "" => {}
        "C:" => world.send(&[unescape(rest), b"\r\n".to_vec()].concat()),
        "R:" => world.send(&unescape(rest)),
        "S:" => return expect(world, rest, read),
        "tls" if world.wants_tls => {
            world.wants_tls = false;
            world.input(Input::TlsReady(driver::tls()));
        }
        "wait" => world.wait(Duration::from_secs(rest.parse().unwrap())),
        "gone" => world.input(Input::PeerGone),
        "shutdown" => world.input(Input::Shutdown),
        _ => return Err("no such step now".into()),
    }
    Ok(())
}

fn expect(world: &World, want: &str, read: &mut usize) -> Result<(), String> {
    match (want, next_reply(&world.sent, read)) {
        ("silence", None) if !world.closed => Ok(()),
        ("close", None) if world.closed => Ok(()),
        (_, Some(reply))
            if reply.contains(want) && reply.starts_with(&want[..3.min(want.len())]) =>
        {
            Ok(())
        }
        (_, got) => Err(format!("got {got:?}, closed: {}", world.closed)),
    }
}

/// The next whole reply; its lines are joined by a blank, codes in between left out.
fn next_reply(sent: &[u8], read: &mut usize) -> Option<String> {
    let mut reply = String::new();
    loop {
        let rest = sent.get(*read..)?;
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let line = String::from_utf8(rest[..end].to_vec()).unwrap();
        *read += end + 2;
        reply.push_str(if reply.is_empty() { &line } else { &line[3..] });
        if line.as_bytes()[3] == b' ' {
            return Some(reply);
        }
    }
}

fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (piece, used) = match c {
            '\\' => escape(rest),
            '{' => repeat(rest),
            c => (c.to_string().into_bytes(), c.len_utf8()),
        };
        out.extend(piece);
        rest = &rest[used..];
    }
    out
}

fn escape(text: &str) -> (Vec<u8>, usize) {
    match &text[1..2] {
        "r" => (vec![b'\r'], 2),
        "n" => (vec![b'\n'], 2),
        "t" => (vec![b'\t'], 2),
        "\\" => (vec![b'\\'], 2),
        "{" => (vec![b'{'], 2),
        "x" => (vec![u8::from_str_radix(&text[2..4], 16).unwrap()], 4),
        other => panic!("no escape \\{other}"),
    }
}

/// `{998*a}`
fn repeat(text: &str) -> (Vec<u8>, usize) {
    let end = text.find('}').unwrap();
    let (count, what) = text[1..end].split_once('*').unwrap();
    (unescape(what).repeat(count.parse().unwrap()), end + 1)
}
