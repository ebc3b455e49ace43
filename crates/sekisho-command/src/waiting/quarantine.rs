//! Quarantined mail: released to where it was bound, or thrown away.

use sekisho_store::{QuarantineDecision, QuarantineQuery, RecipientState, Tenant};
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk};

impl Desk {
    pub(crate) async fn list_quarantine(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let query = QuarantineQuery::default();
        let rows = self
            .store
            .read(move |reader| reader.quarantined(tenant, &query))
            .await?;
        Ok(rows
            .iter()
            .map(|row| {
                json!({
                    "mail": row.mail.id,
                    "from": row.mail.reverse_path,
                    "subject": row.mail.summary.subject,
                    "recipient": row.recipient.address,
                    "since": row.recipient.state_at,
                })
            })
            .collect())
    }

    /// Releases or throws away a mail for all recipients for whom it is quarantined.
    pub(crate) async fn quarantine_by_mail(
        &self,
        tenant: Tenant,
        caller: &Caller,
        mail: &str,
        release: bool,
    ) -> Result<Value, CommandFailure> {
        let story = self.story_of(tenant, mail).await?;
        let id = story.mail.mail.id;
        let recipients: Vec<_> = story
            .mail
            .recipients
            .iter()
            .filter(|recipient| recipient.state == RecipientState::Quarantined)
            .map(|recipient| recipient.id)
            .collect();
        if recipients.is_empty() {
            return Err(CommandFailure::NotFound {
                what: "quarantined",
                name: mail.to_owned(),
            });
        }
        let moved = self
            .store
            .decide_quarantine(QuarantineDecision {
                recipients,
                tenant,
                release,
                actor: caller.actor(),
                now: self.now(),
                notices: Vec::new(),
            })
            .await?;
        Ok(
            json!({ "mail": id, "recipients": moved.iter().map(|one| one.recipients.len()).sum::<usize>() }),
        )
    }
}
