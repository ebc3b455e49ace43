//! The protocol corpus against the server machine. Where the corpus is not there, `dialogues.rs` still covers
//! each behaviour.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods)] // files of cases are read, and the false clock starts somewhere

mod driver;

use driver::World;
use sekisho_smtp::server::{Config, Input};
use serde_json::Value;

#[test]
fn protocol_corpus() {
    let Some(dir) = sekisho_testkit::corpus("protocol") else {
        return;
    };
    let cases = sekisho_testkit::manifest(&dir, "smtp.jsonl");
    let failing: Vec<String> = cases.iter().filter_map(|case| run(case).err()).collect();
    eprintln!(
        "protocol/smtp: {} of {}",
        cases.len() - failing.len(),
        cases.len()
    );
    assert!(failing.is_empty(), "failing:\n{}", failing.join("\n"));
}

fn run(case: &Value) -> Result<(), String> {
    let id = case["id"].as_str().unwrap();
    let needs = |name: &str| {
        case["requires"]
            .as_array()
            .unwrap()
            .iter()
            .any(|need| need == name)
    };
    let from_start = needs("TLS");
    let config = match from_start || needs("port587") {
        true => Config::submission("mx.hanko.example.jp"),
        false => Config::mx("mx.hanko.example.jp"),
    };
    let mut world = World::new(config, from_start, usize::MAX);
    let mut read = 0;
    let mut may_close = false;
    for (number, step) in case["steps"].as_array().unwrap().iter().enumerate() {
        let fail = |what: &str, world: &World| {
            Err(format!(
                "{id} step {number}: {what}; sent {:?}",
                world.sent.escape_ascii().to_string()
            ))
        };
        if let Some(text) = step["send"].as_str() {
            let bytes: Vec<u8> = text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap())
                .collect();
            world.send(&bytes);
        } else if step["tls"] == true {
            if !world.wants_tls {
                return fail("no STARTTLS", &world);
            }
            world.input(Input::TlsReady(driver::tls()));
        } else if step["close"] == true {
            world.input(Input::PeerGone);
        } else if let Some(wanted) = step["expect"].as_array() {
            may_close |= wanted.iter().any(|want| want == "close");
            match next_code(&world.sent, &mut read) {
                Some(code)
                    if wanted
                        .iter()
                        .any(|want| fits(want.as_str().unwrap(), &code)) => {}
                // Where the connection may be closed, nothing more is expected of it after that.
                None if world.closed && may_close => return ended(case, &world),
                got => return fail(&format!("wanted {wanted:?}, got {got:?}"), &world),
            }
        }
    }
    ended(case, &world)
}

fn ended(case: &Value, world: &World) -> Result<(), String> {
    let id = &case["id"];
    let result = &case["result"];
    let delivered = world.stored.len() as u64;
    let smuggled = world
        .stored
        .iter()
        .any(|(_, content)| content.starts_with(b"From: ceo"));
    if smuggled {
        return Err(format!("{id}: smuggled"));
    }
    if result["delivered"]
        .as_u64()
        .is_some_and(|want| want != delivered)
        || result["max_delivered"]
            .as_u64()
            .is_some_and(|max| delivered > max)
    {
        return Err(format!("{id}: delivered {delivered}"));
    }
    Ok(())
}

fn fits(want: &str, code: &str) -> bool {
    want == code || (want.ends_with("xx") && want[..1] == code[..1])
}

/// The code of the next whole reply.
fn next_code(sent: &[u8], read: &mut usize) -> Option<String> {
    loop {
        let rest = &sent[*read..];
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let line = String::from_utf8(rest[..end].to_vec()).unwrap();
        *read += end + 2;
        if line.as_bytes()[3] == b' ' {
            return Some(line[..3].to_owned());
        }
    }
}
