//! `sekisho trace`.

use clap::Args;
use sekisho_command::{Command, TraceRequest, visible};
use sekisho_words::say;
use serde_json::Value;

use super::running::answer_of;
use super::{Common, when};
use crate::output::{self, Failure};

/// What to look for; all that is given must match.
#[derive(Debug, Args)]
pub(crate) struct TraceArguments {
    /// Sender: the address, `@domain`, or a part.
    #[arg(long)]
    from: Option<String>,
    /// Recipient, likewise.
    #[arg(long)]
    to: Option<String>,
    /// Part of the subject.
    #[arg(long)]
    subject: Option<String>,
    /// Message-ID.
    #[arg(long)]
    message_id: Option<String>,
    /// Not before: a time (2026-11-24T10:00:00+09:00) or a span back from now (30m, 12h, 7d).
    #[arg(long)]
    since: Option<String>,
    /// One mail, by its id.
    #[arg(long)]
    id: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

pub(crate) fn run(common: &Common, arguments: TraceArguments) -> Result<(), Failure> {
    let since = arguments.since.as_deref().map(when::back).transpose()?;
    let value = answer_of(
        common,
        Command::Trace(TraceRequest {
            from: arguments.from,
            to: arguments.to,
            subject: arguments.subject,
            message_id: arguments.message_id,
            since,
            id: arguments.id,
            limit: arguments.limit,
        }),
    )?;
    let mails = value.as_array().map(Vec::as_slice).unwrap_or_default();
    if common.json {
        output::answer(&value, true, &[])?;
    }
    if mails.is_empty() {
        return Err(Failure::new(say("cli-nothing-found", &[]), 3));
    }
    if common.json {
        return Ok(());
    }
    output::print(&mails.iter().map(told).collect::<Vec<_>>().join("\n"))
}

/// A mail with each recipient's state and every step, one a line.
pub(super) fn told(mail: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let words = |value: &Value| {
        let key = match output::language() {
            sekisho_words::Language::Ja => "ja",
            sekisho_words::Language::En => "en",
        };
        text(&value[key])
    };
    let reply = |value: &Value| {
        value
            .as_str()
            .map(|reply| format!(" ({reply})"))
            .unwrap_or_default()
    };
    let mut lines = vec![format!(
        "{}  {}  {}  {}",
        text(&mail["id"]),
        text(&mail["received_at"]),
        mail["from"].as_str().unwrap_or("<>"),
        text(&mail["subject"])
    )];
    for recipient in mail["recipients"].as_array().into_iter().flatten() {
        lines.push(format!(
            "  -> {}: {}{}",
            text(&recipient["address"]),
            words(&recipient["words"]),
            reply(&recipient["reply"])
        ));
    }
    for step in mail["steps"].as_array().into_iter().flatten() {
        lines.push(format!(
            "  {}  {}{}",
            text(&step["at"]),
            words(&step["words"]),
            reply(&step["reply"])
        ));
    }
    if let Some(why) = mail["verdict"]["disposition"].get("why") {
        lines.push(format!("  {}", words(why)));
    }
    lines.iter().map(|line| visible(line) + "\n").collect()
}
