//! `sekisho dns`: the records that our domains need, beside those that are published.

mod compare;

use std::time::Duration;

use clap::Subcommand;
use sekisho_auth::{Kind, Query};
use sekisho_command::{Command, WantedRecord};
use sekisho_server::dns::{resolve_all, resolver};
use sekisho_words::say;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::cli::{Common, answer_of, configuration};
use crate::output::{self, Failure};
use crate::serve::runtime;
use compare::{Found, compare};

/// For all questions together.
const LOOKUP_S: u64 = 30;

#[derive(Debug, Subcommand)]
pub(crate) enum DnsCommand {
    /// Compares the records that each domain needs with those that are published.
    Check {
        /// Only this domain.
        domain: Option<String>,
    },
    /// Shows the records that each domain needs.
    #[command(alias = "list")]
    Show {
        /// Only this domain.
        domain: Option<String>,
    },
}

/// Carries out `sekisho dns`.
pub(crate) fn run(common: &Common, command: DnsCommand) -> Result<(), Failure> {
    match command {
        DnsCommand::Show { domain } => {
            let wanted = answer_of(common, Command::DnsRecords { domain })?;
            output::answer(&wanted, common.json, &["name", "type", "value", "why"])
        }
        DnsCommand::Check { domain } => check(common, domain),
    }
}

fn check(common: &Common, domain: Option<String>) -> Result<(), Failure> {
    let wanted: Vec<WantedRecord> =
        serde_json::from_value(answer_of(common, Command::DnsRecords { domain })?)
            .map_err(|error| Failure::of_system("dns", &error))?;
    let config = configuration(common)?;
    let asked: Vec<Query> = wanted.iter().map(question).collect();
    let replies = runtime()?.block_on(async {
        let resolver = resolver(&config.dns).map_err(|error| Failure::of_system("dns", &error))?;
        let deadline = Instant::now() + Duration::from_secs(LOOKUP_S);
        Ok::<_, Failure>(resolve_all(&resolver, asked, deadline).await)
    })?;
    let mut bad = false;
    let rows: Vec<Value> = wanted
        .iter()
        .map(|record| {
            let query = question(record);
            let reply = replies
                .iter()
                .find(|(asked, _)| *asked == query)
                .map(|(_, reply)| reply);
            let found = compare(record, reply);
            bad |= record.required && found.state != "ok";
            row(record, &found)
        })
        .collect();
    output::answer(
        &Value::Array(rows),
        common.json,
        &["state", "name", "type", "wanted", "found"],
    )?;
    if bad {
        return Err(Failure::new(say("cli-dns-differs", &[]), 1));
    }
    Ok(())
}

fn row(record: &WantedRecord, found: &Found) -> Value {
    json!({
        "state": found.state,
        "name": record.name,
        "type": record.kind,
        "wanted": record.value,
        "found": found.values,
        "required": record.required,
        "why": record.why,
    })
}

fn question(record: &WantedRecord) -> Query {
    let kind = match record.kind.as_str() {
        "MX" => Kind::Mx,
        "SRV" => Kind::Srv,
        _ => Kind::Txt,
    };
    Query::new(&record.name, kind)
}
