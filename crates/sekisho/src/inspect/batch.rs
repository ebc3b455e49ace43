//! One request a line, one answer a line, in order. A request that fails answers so, and the batch goes on.

use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use jiff::Timestamp;
use sekisho_facts::{
    BatchRequest, InspectRequest, Organisation, Settings, inspect, inspect_asking,
};
use serde_json::{Value, json};

use super::files::{self, Files};
use super::network::Network;
use crate::output::Failure;

/// Answers the lines of the standard input.
pub(super) fn run(
    defaults: &BatchRequest,
    settings: &Settings,
    network: Option<&Network>,
) -> Result<(), Failure> {
    let mut files = Files::default();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| Failure::of_system("stdin", &error))?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = answer_line(&line, defaults, settings, network, &mut files);
        // The asker may wait for this answer before it asks on.
        writeln!(out, "{answer}")
            .and_then(|()| out.flush())
            .map_err(|error| Failure::of_system("stdout", &error))?;
    }
    Ok(())
}

fn answer_line(
    line: &str,
    defaults: &BatchRequest,
    settings: &Settings,
    network: Option<&Network>,
    files: &mut Files,
) -> Value {
    let request = match serde_json::from_str::<BatchRequest>(line) {
        Ok(request) => with_defaults(request, defaults),
        Err(error) => {
            // The id helps to find the line again, where it can be read at all.
            let id = serde_json::from_str::<Value>(line)
                .map_or(Value::Null, |value| value["id"].clone());
            return json!({ "id": id, "error": error.to_string() });
        }
    };
    // A fault of ours on one mail must not cost the answers to the others.
    let answered = catch_unwind(AssertUnwindSafe(|| {
        answer(&request, settings, network, files)
    }));
    match answered {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => json!({ "id": request.id, "error": error }),
        Err(_) => {
            json!({ "id": request.id, "error": "the inspection failed; please report this mail" })
        }
    }
}

/// What the line does not say is taken from the command line.
fn with_defaults(request: BatchRequest, defaults: &BatchRequest) -> BatchRequest {
    let list = |own: Vec<String>, default: &Vec<String>| {
        if own.is_empty() { default.clone() } else { own }
    };
    BatchRequest {
        id: request.id,
        file: request.file,
        attachment: request.attachment,
        name: request.name,
        direction: request.direction.or(defaults.direction),
        mail_from: request.mail_from.or_else(|| defaults.mail_from.clone()),
        rcpt_to: list(request.rcpt_to, &defaults.rcpt_to),
        ip: request.ip.or(defaults.ip),
        helo: request.helo.or_else(|| defaults.helo.clone()),
        auth_user: request.auth_user.or_else(|| defaults.auth_user.clone()),
        trusted_hops: list(request.trusted_hops, &defaults.trusted_hops),
        dns: request.dns.or_else(|| defaults.dns.clone()),
        org: request.org.or_else(|| defaults.org.clone()),
        keywords: request.keywords.or_else(|| defaults.keywords.clone()),
        given: request.given,
        passwords: list(request.passwords, &defaults.passwords),
        earlier: request.earlier,
        now: request.now.or(defaults.now),
        reveal: request.reveal.or(defaults.reveal),
        text: request.text.or(defaults.text),
    }
}

/// Reads the files of a request and judges.
pub(super) fn answer(
    request: &BatchRequest,
    settings: &Settings,
    network: Option<&Network>,
    files: &mut Files,
) -> Result<Value, String> {
    let (path, is_attachment) = match (&request.file, &request.attachment) {
        (Some(file), None) => (file, false),
        (None, Some(attachment)) => (attachment, true),
        _ => return Err("name one `file`, or one `attachment`".to_owned()),
    };
    let raw = files::read(path)?;
    let passwords = request.passwords.clone();
    let earlier = request
        .earlier
        .iter()
        .map(|path| files::read(path))
        .collect::<Result<Vec<_>, _>>()?;
    let zone = request
        .dns
        .as_deref()
        .map(|path| files.zone(path))
        .transpose()?;
    let organisation = request
        .org
        .as_deref()
        .map(|path| files.organisation(path))
        .transpose()?;
    let keywords = request
        .keywords
        .as_deref()
        .map(|path| files.keywords(path))
        .transpose()?;
    let file_name = Path::new(path).file_name().and_then(|name| name.to_str());
    let request = InspectRequest {
        id: request.id.clone(),
        raw: &raw,
        is_attachment,
        name: request
            .name
            .as_deref()
            .or(file_name.filter(|_| is_attachment)),
        direction: request.direction,
        mail_from: request.mail_from.as_deref(),
        rcpt_to: request.rcpt_to.clone(),
        ip: request.ip,
        helo: request.helo.as_deref(),
        auth_user: request.auth_user.as_deref(),
        trusted_hops: request.trusted_hops.clone(),
        dns: zone.as_deref(),
        organisation: organisation
            .as_deref()
            .cloned()
            .unwrap_or_else(Organisation::default),
        keywords: keywords.as_deref(),
        given: request.given,
        passwords: &passwords,
        earlier: &earlier,
        now: request.now.unwrap_or_else(Timestamp::now),
        reveal: request.reveal.unwrap_or(false),
        text: request.text.unwrap_or(false),
    };
    let began = std::time::Instant::now();
    let answer = match network {
        Some(network) => inspect_asking(&request, settings, |queries| network.ask(queries)),
        None => inspect(&request, settings),
    };
    let answer = answer.map_err(|error| error.to_string())?;
    let mut answer = serde_json::to_value(answer).map_err(|error| error.to_string())?;
    let micros = began.elapsed().as_micros().min(u128::from(u32::MAX));
    answer["took_ms"] = json!(f64::from(micros as u32) / 1000.0);
    Ok(answer)
}
