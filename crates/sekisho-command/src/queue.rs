//! The outbound queue in an administrator's hands.

use sekisho_store::{QueueDelete, QueueScope, RecipientId, RecipientState, Tenant};
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
        Ok(json!({ "due": due }))
    }

    /// Ends what waits of a mail; its sender gets a bounce that says so.
    pub(crate) async fn delete_queued(
        &self,
        tenant: Tenant,
        caller: &Caller,
        mail: &str,
    ) -> Result<Value, CommandFailure> {
        let id = self.mail_id(mail)?;
        let (story, content) = self
            .store
            .read(move |reader| Ok((reader.story(tenant, id)?, reader.mail_content(tenant, id)?)))
            .await?;
        let waiting: Vec<_> = story
            .mail
            .recipients
            .iter()
            .filter(|recipient| recipient.state == RecipientState::Queued)
            .cloned()
            .collect();
        let recipients: Vec<RecipientId> = waiting.iter().map(|recipient| recipient.id).collect();
        let reason = say("notice-queue-deleted", &[]);
        let bounce = notice::bounce(self, &story.mail.mail, &waiting, &reason.en, &content);
        let outcomes = self
            .store
            .delete_queued(QueueDelete {
                recipients,
                tenant,
                actor: caller.actor(),
                now: self.now(),
                reason: reason.en.clone(),
                notices: bounce.into_iter().collect(),
            })
            .await?;
        Ok(json!({ "mail": id, "ended": outcomes.len() }))
    }
}
