//! What happened: the trace of a mail, and the audit log.

use jiff::Timestamp;
use sekisho_store::{
    AuditCheck, AuditQuery, MailId, MailStory, RecipientRow, Step, StepArg, Tenant, TraceQuery,
    Traced,
};
use sekisho_words::{Arg, Words, say};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{CommandFailure, Desk};

/// What to look for; all that is given must match.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TraceRequest {
    /// Sender: the address, `@domain`, or a part.
    pub from: Option<String>,
    /// Recipient, likewise.
    pub to: Option<String>,
    /// Part of the subject.
    pub subject: Option<String>,
    /// Message-ID.
    pub message_id: Option<String>,
    /// Not before this time (RFC 3339).
    pub since: Option<Timestamp>,
    /// One mail, with every step.
    pub id: Option<String>,
    /// At most so many; 0 means 100.
    pub limit: usize,
}

impl Desk {
    /// Reads a mail id as a person types it.
    pub(crate) fn mail_id(&self, text: &str) -> Result<MailId, CommandFailure> {
        text.parse()
            .map_err(|_| CommandFailure::invalid("mail", "command-bad-mail-id", text))
    }

    pub(crate) async fn trace(
        &self,
        tenant: Tenant,
        request: TraceRequest,
    ) -> Result<Value, CommandFailure> {
        if let Some(id) = &request.id {
            let story = self.story(tenant, id).await?;
            return Ok(json!([story]));
        }
        let query = TraceQuery {
            from: request.from,
            to: request.to,
            subject: request.subject,
            message_id: request.message_id,
            since: request.since,
            limit: request.limit,
            ..TraceQuery::default()
        };
        let found = self
            .store
            .read(move |reader| {
                let found = reader.trace(tenant, &query)?;
                // Each with its steps: the answer to "where is it, and why" in one search.
                found
                    .iter()
                    .map(|traced| reader.story(tenant, traced.mail.id))
                    .collect::<Result<Vec<_>, _>>()
            })
            .await?;
        Ok(found.iter().map(told).collect())
    }

    pub(crate) async fn story(&self, tenant: Tenant, mail: &str) -> Result<Value, CommandFailure> {
        let id = self.mail_id(mail)?;
        let story = self
            .store
            .read(move |reader| reader.story(tenant, id))
            .await?;
        Ok(told(&story))
    }

    pub(crate) async fn search_audit(
        &self,
        tenant: Tenant,
        action: Option<String>,
        subject: Option<String>,
        actor: Option<String>,
        limit: usize,
    ) -> Result<Value, CommandFailure> {
        let query = AuditQuery {
            action,
            subject,
            actor,
            limit,
            ..AuditQuery::default()
        };
        let rows = self
            .store
            .read(move |reader| reader.audit(tenant, &query))
            .await?;
        Ok(json!(rows))
    }

    pub(crate) async fn verify_audit(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let check = self
            .store
            .read(move |reader| reader.verify_audit(tenant))
            .await?;
        match check {
            AuditCheck::Whole { .. } => Ok(json!(check)),
            AuditCheck::Broken { seq, .. } => Err(CommandFailure::State(say(
                "command-audit-broken",
                &[("row", i64::try_from(seq).unwrap_or(i64::MAX).into())],
            ))),
        }
    }
}

/// A mail with each recipient's state and every step, in words.
fn told(story: &MailStory) -> Value {
    let mut value = head(&story.mail);
    value["steps"] = story.steps.iter().map(step).collect();
    if let Ok(verdict) = serde_json::from_str::<Value>(&story.verdict_json) {
        value["verdict"] = verdict;
    }
    value
}

fn head(traced: &Traced) -> Value {
    let mail = &traced.mail;
    json!({
        "id": mail.id,
        "received_at": mail.received_at,
        "direction": mail.direction,
        "from": mail.reverse_path,
        "subject": mail.summary.subject,
        "message_id": mail.summary.message_id,
        "client_ip": mail.client_ip,
        "size": mail.size,
        "recipients": traced.recipients.iter().map(recipient).collect::<Value>(),
    })
}

fn recipient(row: &RecipientRow) -> Value {
    let key = format!("command-state-{}", row.state);
    json!({
        "address": row.address,
        "given": row.given,
        "state": row.state,
        "since": row.state_at,
        "words": say(&key, &[]),
        "reply": row.reply,
    })
}

fn step(step: &Step) -> Value {
    json!({
        "at": step.at,
        "words": words_of(step),
        "recipient": step.recipient,
        "reply": step.reply,
    })
}

fn words_of(step: &Step) -> Words {
    let args: Vec<(&str, Arg<'_>)> = step
        .args
        .iter()
        .map(|(name, value)| {
            let arg = match value {
                StepArg::Number(number) => Arg::from(*number),
                StepArg::Text(text) => Arg::from(text.as_str()),
            };
            (name.as_str(), arg)
        })
        .collect();
    say(&step.key, &args)
}
