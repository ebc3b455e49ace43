//! Conversations of the protocol corpus: steps that send, expect, start TLS and close.

use std::time::Duration;

use regex::Regex;
use serde_json::Value;

use crate::wire::{Trust, Wire};

/// Plays the `steps` of one case over `wire`.
///
/// # Errors
/// The step that did not hold, with what came instead.
pub fn play(case: &Value, wire: &mut Wire, trust: &Trust) -> Result<(), String> {
    let mut talk = Talk {
        wire,
        trust,
        seen: Vec::new(),
    };
    for (at, step) in case["steps"].as_array().into_iter().flatten().enumerate() {
        talk.step(step)
            .map_err(|what| format!("step {at} {step}: {what}; seen {:?}", talk.tail()))?;
    }
    Ok(())
}

struct Talk<'a> {
    wire: &'a mut Wire,
    trust: &'a Trust,
    seen: Vec<String>,
}

impl Talk<'_> {
    fn tail(&self) -> &[String] {
        &self.seen[self.seen.len().saturating_sub(5)..]
    }

    fn step(&mut self, step: &Value) -> Result<(), String> {
        if let Some(text) = step["send"].as_str() {
            // One character is one byte; what lies above is sent as UTF-8.
            let bytes: Vec<u8> = if text.chars().all(|c| u32::from(c) < 256) {
                text.chars().map(|c| c as u8).collect()
            } else {
                text.as_bytes().to_vec()
            };
            self.wire.send(&bytes);
            if let Some(pause_ms) = step["pause_ms"].as_u64() {
                // The case asks for a gap between two TCP segments, not for an event.
                let gap = std::sync::mpsc::channel::<()>().1;
                let _ = gap.recv_timeout(Duration::from_millis(pause_ms.min(2_000)));
            }
        }
        if step["tls"].as_bool() == Some(true) {
            self.wire.start_tls(self.trust);
        }
        if let Some(wanted) = step["expect"].as_array() {
            self.reply(wanted)?;
        }
        if let Some(pattern) = step["expect_re"].as_str() {
            self.until(pattern)?;
        }
        if let Some(pattern) = step["seen_re"].as_str() {
            let fits = Regex::new(pattern).map_err(|error| error.to_string())?;
            // Several lines may be on their way: those that are not read yet count too.
            if !self.seen.iter().any(|line| fits.is_match(line)) {
                self.until(pattern)?;
            }
        }
        if step["close"].as_bool() == Some(true) {
            self.wire.close();
        }
        Ok(())
    }

    /// One SMTP reply, all its lines (RFC 5321 §4.2).
    fn reply(&mut self, wanted: &[Value]) -> Result<(), String> {
        let code = loop {
            let Some(line) = self.wire.line() else {
                break "close".to_owned();
            };
            let last = line.as_bytes().get(3) != Some(&b'-');
            let code = line.chars().take(3).collect();
            self.seen.push(line);
            if last {
                break code;
            }
        };
        let fits = |want: &str| {
            want == code
                || want
                    .strip_suffix("xx")
                    .is_some_and(|class| code.starts_with(class))
        };
        if wanted.iter().filter_map(Value::as_str).any(fits) {
            Ok(())
        } else {
            Err(format!("got {code}"))
        }
    }

    fn until(&mut self, pattern: &str) -> Result<(), String> {
        let pattern = Regex::new(pattern).map_err(|error| error.to_string())?;
        loop {
            let line = self.wire.line().ok_or("the connection was closed")?;
            let fits = pattern.is_match(&line);
            self.seen.push(line);
            if fits {
                return Ok(());
            }
        }
    }
}
