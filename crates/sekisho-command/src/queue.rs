//! The outbound queue in an administrator's hands.

use sekisho_store::{
    EntryOutcome, QueueDelete, QueueScope, RecipientId, RecipientRow, RecipientState, Tenant,
};
use sekisho_words::say;
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk, notice};

impl Desk {
    pub(crate) async fn list_queue(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let rows = self
            .store
            .read(move |reader| reader.queue(tenant, 0))
            .await?;
        Ok(rows
            .iter()
            .map(|row| {
                json!({
                    "mail": row.id.mail,
                    "address": row.address,
                    "destination": row.destination,
                    "from": row.reverse_path,
                    "subject": row.subject,
                    "size": row.size,
                    "queued_at": row.queued_at,
                    "next_at": row.next_at,
                    "expires_at": row.expires_at,
                    "attempts": row.attempts,
                    "last_reply": row.last_reply,
                    "sending": row.sending,
                })
            })
            .collect())
    }

    pub(crate) async fn retry_queue(
        &self,
        tenant: Tenant,
        caller: &Caller,
        mail: Option<&str>,
        destination: Option<String>,
    ) -> Result<Value, CommandFailure> {
        let scope = match (mail, destination) {
            (Some(mail), _) => QueueScope::Mail(self.mail_id(mail)?),
            (None, Some(destination)) => QueueScope::Destination(destination),
            (None, None) => QueueScope::All,
        };
        let due = self
            .store
            .retry_now(tenant, scope, caller.actor(), self.now())
            .await?;
        if let (Some(mail), 0) = (mail, due) {
            let story = self.story_of(tenant, mail).await?;
            let mut recipients = story.mail.recipients.iter();
            // What is being sent at this moment is not made due, and need not be.
            if !recipients.any(|recipient| recipient.state == RecipientState::Queued) {
                return Err(not_queued(mail));
            }
        }
        Ok(json!({ "due": due }))
    }

    /// Ends what waits of a mail; its sender gets a bounce that says so. What is being sent at this moment
    /// stays: nobody knows yet whether the far side has it.
    pub(crate) async fn delete_queued(
        &self,
        tenant: Tenant,
        caller: &Caller,
        mail: &str,
    ) -> Result<Value, CommandFailure> {
        let story = self.story_of(tenant, mail).await?;
        let id = story.mail.mail.id;
        let queued = |recipient: &&RecipientRow| recipient.state == RecipientState::Queued;
        if !story.mail.recipients.iter().any(|row| queued(&row)) {
            return Err(not_queued(mail));
        }
        let (content, queue) = self
            .store
            .read(move |reader| Ok((reader.mail_content(tenant, id)?, reader.queue(tenant, 0)?)))
            .await?;
        let is_sending = |recipient: &RecipientRow| {
            queue
                .iter()
                .any(|row| row.id == recipient.id && row.sending)
        };
        let (sending, waiting): (Vec<_>, Vec<_>) = story
            .mail
            .recipients
            .iter()
            .filter(queued)
            .cloned()
            .partition(is_sending);
        let recipients: Vec<RecipientId> = waiting.iter().map(|recipient| recipient.id).collect();
        // A report's diagnostic is for any sender in the world (RFC 3464 §2.3.6): in English.
        let reason = say("notice-queue-deleted", &[]).en;
        let bounce = notice::bounce(self, &story.mail.mail, &waiting, &reason, &content);
        let outcomes = self
            .store
            .delete_queued(QueueDelete {
                recipients,
                tenant,
                actor: caller.actor(),
                now: self.now(),
                notices: bounce.into_iter().collect(),
            })
            .await?;
        let ended = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, EntryOutcome::Written(_)))
            .count();
        let left = sending.len() + outcomes.len() - ended;
        match (ended, left) {
            (0, 0) => Err(not_queued(mail)),
            (0, _) => Err(CommandFailure::State(say("command-being-sent", &[]))),
            _ => Ok(json!({ "mail": id, "ended": ended, "being_sent": left })),
        }
    }
}

fn not_queued(mail: &str) -> CommandFailure {
    CommandFailure::NotFound {
        what: "queued",
        name: mail.to_owned(),
    }
}
