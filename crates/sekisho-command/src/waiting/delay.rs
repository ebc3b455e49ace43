//! Delayed mail: until it leaves, its sender can take it back.

use sekisho_store::{Cancel, Cancelled, DelayRow, MailId, MailStory, Tenant};
use sekisho_words::say;
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk};

impl Desk {
    /// A mail with its story, for whoever sent it and for administrators.
    ///
    /// # Errors
    /// `NotFound` for everybody else: they learn not even that it is there.
    pub async fn own_mail(
        &self,
        tenant: Tenant,
        caller: &Caller,
        mail: &str,
    ) -> Result<MailStory, CommandFailure> {
        let story = self.story_of(tenant, mail).await?;
        let sender = story.mail.mail.signed_in;
        if caller.is_administrator() || sender.is_some_and(|sender| caller.is(sender)) {
            Ok(story)
        } else {
            Err(CommandFailure::NotFound {
                what: "mail",
                name: mail.to_owned(),
            })
        }
    }

    /// Takes a mail back for its sender or an administrator: whatever has not left stops.
    ///
    /// # Errors
    /// `Forbidden` for anyone else; `State` when all of it has left.
    pub async fn cancel_mail(
        &self,
        tenant: Tenant,
        caller: &Caller,
        mail: MailId,
    ) -> Result<Cancelled, CommandFailure> {
        let story = self
            .store
            .read(move |reader| reader.story(tenant, mail))
            .await?;
        let sender = story.mail.mail.signed_in;
        if !caller.is_administrator() && !sender.is_some_and(|sender| caller.is(sender)) {
            return Err(CommandFailure::Forbidden);
        }
        let cancelled = self
            .store
            .cancel(Cancel {
                mail,
                tenant,
                actor: caller.actor(),
                now: self.now(),
                notices: Vec::new(),
            })
            .await?;
        if cancelled.stopped.is_empty() {
            return Err(CommandFailure::State(say(
                "command-too-late-to-cancel",
                &[],
            )));
        }
        Ok(cancelled)
    }

    pub(crate) async fn cancel_by_mail(
        &self,
        tenant: Tenant,
        caller: &Caller,
        mail: &str,
    ) -> Result<Value, CommandFailure> {
        let id = self.story_of(tenant, mail).await?.mail.mail.id;
        let cancelled = self.cancel_mail(tenant, caller, id).await?;
        Ok(json!({
            "mail": id,
            "stopped": cancelled.stopped.len(),
            "gone": cancelled.gone.len(),
        }))
    }

    pub(crate) async fn list_delayed(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let rows = self
            .store
            .read(move |reader| reader.delayed(tenant, None))
            .await?;
        Ok(rows.iter().map(shown).collect())
    }
}

fn shown(row: &DelayRow) -> Value {
    json!({
        "mail": row.mail.id,
        "from": row.mail.reverse_path,
        "subject": row.mail.summary.subject,
        "recipients": row.recipients.iter().map(|row| row.address.as_str()).collect::<Vec<_>>(),
        "until": row.until,
    })
}
