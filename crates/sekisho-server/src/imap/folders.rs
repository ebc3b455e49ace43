//! The account's folders: listed, counted, made, removed.

use jiff::Timestamp;
use sekisho_imap::{Folder, MailboxName, MailboxStatus, Quota, Refusal};
use sekisho_store::{Flags, MailboxRow, StoreFailure};

use super::answers::{Answers, store_folder};
use super::convert;

impl Answers {
    pub(super) async fn row(&self, name: &MailboxName) -> Result<MailboxRow, Refusal> {
        let (account, folder) = (self.account()?, store_folder(name));
        self.read(move |reader| reader.mailbox(account, &folder))
            .await
    }

    pub(super) async fn folders(&self) -> Result<Vec<Folder>, Refusal> {
        let account = self.account()?;
        let rows = self.read(move |reader| reader.mailboxes(account)).await?;
        Ok(rows.iter().filter_map(convert::folder).collect())
    }

    pub(super) async fn status(&self, name: &MailboxName) -> Result<MailboxStatus, Refusal> {
        let (account, folder) = (self.account()?, store_folder(name));
        let (row, deleted) = self
            .read(move |reader| {
                let snapshot = reader.snapshot(account, reader.mailbox(account, &folder)?.id)?;
                let deleted = snapshot
                    .messages
                    .iter()
                    .filter(|entry| entry.flags.contains(Flags::DELETED))
                    .count();
                Ok((snapshot.mailbox, deleted))
            })
            .await?;
        Ok(MailboxStatus {
            messages: row.messages,
            recent: 0,
            unseen: row.unseen,
            deleted: u32::try_from(deleted).unwrap_or(u32::MAX),
            uid_next: row.uid_next,
            uid_validity: row.uid_validity,
            size_bytes: row.bytes,
            highest_modseq: row.highest_modseq,
        })
    }

    pub(super) async fn create(&self, name: &MailboxName) -> Result<(), Refusal> {
        let account = self.account()?;
        let made = self
            .site
            .store
            .create_mailbox(account, name.as_str().to_owned(), Timestamp::now())
            .await;
        made.map(drop).map_err(|failure| convert::refusal(&failure))
    }

    pub(super) async fn delete(&self, name: &MailboxName) -> Result<(), Refusal> {
        let row = self.row(name).await?;
        let done = self
            .site
            .store
            .delete_mailbox(row.account, row.id, Timestamp::now())
            .await;
        done.map_err(|failure| match failure {
            StoreFailure::Invalid(_) => Refusal::HasChildren,
            failure => convert::refusal(&failure),
        })
    }

    pub(super) async fn rename(&self, from: &MailboxName, to: &MailboxName) -> Result<(), Refusal> {
        let row = self.row(from).await?;
        let store = &self.site.store;
        let done = store
            .rename_mailbox(
                row.account,
                row.id,
                to.as_str().to_owned(),
                Timestamp::now(),
            )
            .await;
        done.map_err(|failure| convert::refusal(&failure))
    }

    pub(super) async fn subscribe(
        &self,
        name: &MailboxName,
        subscribed: bool,
    ) -> Result<(), Refusal> {
        let row = self.row(name).await?;
        let done = self
            .site
            .store
            .subscribe(row.account, row.id, subscribed)
            .await;
        done.map_err(|failure| convert::refusal(&failure))
    }

    pub(super) async fn quota(&self) -> Result<Quota, Refusal> {
        let account = self.account()?;
        let quota = self.read(move |reader| reader.quota(account)).await?;
        Ok(Quota {
            used_bytes: quota.used_bytes,
            limit_bytes: quota.quota_bytes,
        })
    }
}
