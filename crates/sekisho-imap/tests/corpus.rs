//! The conversations of the corpus against the machine, with the account in memory.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use regex::bytes::Regex;
use serde_json::Value;
use support::{Connection, Line};

#[test]
fn conversations() {
    let Some(dir) = sekisho_testkit::corpus("protocol") else {
        return;
    };
    let rows = sekisho_testkit::manifest(&dir, "imap.jsonl");
    let failed: Vec<String> = rows
        .iter()
        .filter_map(|row| run(row).err().map(|why| format!("{}: {why}", row["id"])))
        .collect();
    eprintln!("{} of {} pass", rows.len() - failed.len(), rows.len());
    assert!(failed.is_empty(), "{failed:#?}");
}

fn run(row: &Value) -> Result<(), String> {
    let plain = row["requires"].to_string().contains("LOGINDISABLED");
    let mut connection = Connection::new(if plain { Line::Plain } else { Line::Tls });
    let mut read = 0;
    for step in row["steps"].as_array().unwrap() {
        if let Some(text) = step["send"].as_str() {
            let bytes: Vec<u8> = text
                .chars()
                .map(|c| u8::try_from(c as u32).unwrap())
                .collect();
            connection.send(&bytes);
        } else if let Some(re) = step["expect_re"].as_str() {
            read = expect(&connection.said, read, re)?;
        } else if let Some(re) = step["seen_re"].as_str() {
            // What has come so far, whether read or not: a real client would have it in its buffer.
            let seen = connection.said.as_slice();
            if !lines(seen).any(|(_, line)| regex(re).is_match(line)) {
                return Err(format!(
                    "not seen: {re} in {}",
                    String::from_utf8_lossy(seen)
                ));
            }
        } else {
            return Err(format!("unknown step {step}"));
        }
    }
    Ok(())
}

/// Reads until a line matches; where to read on.
fn expect(said: &[u8], from: usize, re: &str) -> Result<usize, String> {
    let rest = said.get(from..).unwrap_or_default();
    let found = lines(rest).find(|(_, line)| regex(re).is_match(line));
    let (end, _) = found.ok_or_else(|| format!("no {re} in {}", String::from_utf8_lossy(rest)))?;
    Ok(from + end)
}

fn regex(re: &str) -> Regex {
    Regex::new(re).unwrap()
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut end = 0;
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(move |line| {
            end += line.len();
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            (end, text.strip_suffix(b"\r").unwrap_or(text))
        })
}
