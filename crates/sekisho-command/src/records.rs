//! What happened to a mail.

use jiff::Timestamp;
use sekisho_store::{
    MailId, MailStory, RecipientRow, Step, StepArg, StoreFailure, Tenant, TraceQuery, Traced,
};
use sekisho_words::{Arg, Language, Words, say, say_in};
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
        Ok(found.iter().map(|story| self.told(tenant, story)).collect())
    }

    pub(crate) async fn story(&self, tenant: Tenant, mail: &str) -> Result<Value, CommandFailure> {
        let story = self.story_of(tenant, mail).await?;
        Ok(self.told(tenant, &story))
    }

    /// A mail with its story, as a person names it.
    pub(crate) async fn story_of(
        &self,
        tenant: Tenant,
        mail: &str,
    ) -> Result<MailStory, CommandFailure> {
        let id = self.mail_id(mail)?;
        let story = self
            .store
            .read(move |reader| reader.story(tenant, id))
            .await;
        story.map_err(|failure| match failure {
            StoreFailure::NotFound(_) => CommandFailure::NotFound {
                what: "mail",
                name: mail.to_owned(),
            },
            failure => failure.into(),
        })
    }

    /// A mail with each recipient's state and every step, in words.
    fn told(&self, tenant: Tenant, story: &MailStory) -> Value {
        let mut value = head(&story.mail);
        value["steps"] = story
            .steps
            .iter()
            .map(|step| {
                json!({
                    "at": step.at,
                    "words": self.step_words(tenant, step),
                    "recipient": step.recipient,
                    "reply": step.reply,
                })
            })
            .collect();
        if let Ok(verdict) = serde_json::from_str::<Value>(&story.verdict_json) {
            value["verdict"] = verdict;
        }
        value
    }

    /// A step in words, with names and actions as people say them.
    pub fn step_words(&self, tenant: Tenant, step: &Step) -> Words {
        let args: Vec<(&str, Spoken<'_>)> = step
            .args
            .iter()
            .map(|(name, value)| {
                let spoken = match value {
                    StepArg::Number(number) => Spoken::Number(*number),
                    StepArg::Text(by) if name == "by" => Spoken::Words(self.actor_name(tenant, by)),
                    StepArg::Text(action) if name == "action" && ACTIONS.contains(&&**action) => {
                        Spoken::Words(say(&format!("command-action-{action}"), &[]))
                    }
                    StepArg::Text(rule) if name == "rule" && rule.is_empty() => {
                        Spoken::Words(say("command-no-rule", &[]))
                    }
                    StepArg::Text(text) => Spoken::Text(text),
                };
                (name.as_str(), spoken)
            })
            .collect();
        let said = |language| {
            let args: Vec<_> = args
                .iter()
                .map(|(name, spoken)| (*name, spoken.in_language(language)))
                .collect();
            say_in(language, &step.key, &args)
        };
        Words {
            ja: said(Language::Ja),
            en: said(Language::En),
        }
    }
}

/// The actions that have a word of their own.
const ACTIONS: [&str; 7] = [
    "deliver",
    "junk",
    "quarantine",
    "hold",
    "delay",
    "refuse",
    "discard",
];

/// A value of a step, for people.
enum Spoken<'a> {
    Number(i64),
    Text(&'a str),
    Words(Words),
}

impl Spoken<'_> {
    fn in_language(&self, language: Language) -> Arg<'_> {
        match self {
            Self::Number(number) => Arg::from(*number),
            Self::Text(text) => Arg::from(*text),
            Self::Words(words) => Arg::from(words.in_language(language)),
        }
    }
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
