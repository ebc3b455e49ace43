//! What the demo tells: lines for people, or one JSON object a line.

use sekisho_words::{Arg, say_in};
use serde_json::{Map, Value, json};

use super::judged::Ended;
use super::people::People;
use super::ports::SERVICES;
use super::sample::Sample;
use crate::house::House;
use crate::output::{self, Failure};

/// The teller.
pub(super) struct Events {
    json: bool,
}

impl Events {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Everything is open.
    pub(super) fn ready(&self, house: &House, people: &People) -> Result<(), Failure> {
        let ports: Map<String, Value> = SERVICES
            .iter()
            .filter_map(|(service, name)| {
                let port = house.running.address(*service)?.port();
                Some(((*name).to_owned(), json!(port)))
            })
            .collect();
        if self.json {
            let accounts: Vec<Value> = people
                .shown()
                .map(|(address, password, roles)| {
                    json!({ "address": address, "password": password, "roles": roles })
                })
                .collect();
            return line(&json!({
                "event": "ready",
                "ports": ports,
                "tls_ca": house.ca_file,
                "accounts": accounts,
            }));
        }
        let list = |ports: &Map<String, Value>| {
            ports
                .iter()
                .map(|(name, port)| format!("{name} {port}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        self.words("demo-ready", &[("ports", list(&ports).as_str().into())])?;
        for (address, password, roles) in people.shown() {
            output::print(&format!(
                "    {address:<30} {password:<14} {}\n",
                roles.join(", ")
            ))?;
        }
        self.words("demo-zone", &[])?;
        self.words("demo-samples", &[])
    }

    /// A sample has settled.
    pub(super) fn sample(&self, sample: &Sample, ended: &Ended) -> Result<(), Failure> {
        if self.json {
            return line(&json!({
                "event": "sample",
                "id": sample.id,
                "expected": sample.expected,
                "ended": ended.place,
                "why": ended.why,
            }));
        }
        let mark = if ended.as_wanted() { "ok" } else { "!!" };
        let why = ended.why.in_language(output::language());
        output::print(&format!(
            "  {mark} {:<13} → {:<11} {why}\n",
            sample.id, ended.place
        ))
    }

    /// All samples have settled.
    pub(super) fn settled(&self, ok: bool) -> Result<(), Failure> {
        if self.json {
            return line(&json!({ "event": "settled", "ok": ok }));
        }
        self.words(
            if ok {
                "demo-settled"
            } else {
                "demo-not-as-wanted"
            },
            &[],
        )
    }

    /// What to try by hand.
    pub(super) fn invite(&self, house: &House) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        let ca = house
            .ca_file
            .as_deref()
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        self.words(
            "demo-invite",
            &[
                ("pages", (&*house.desk.pages).into()),
                ("ca", ca.as_str().into()),
            ],
        )
    }

    fn words(&self, key: &str, args: &[(&str, Arg<'_>)]) -> Result<(), Failure> {
        let text = say_in(output::language(), key, args);
        if self.json {
            return Ok(());
        }
        output::print(&format!("{text}\n"))
    }
}

fn line(event: &Value) -> Result<(), Failure> {
    output::print(&format!("{event}\n"))
}
