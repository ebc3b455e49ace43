//! The account's folders: listed, counted, made, removed.

use jiff::Timestamp;
use sekisho_imap::{Folder, MailboxName, MailboxStatus, Quota, Refusal, SpecialUse};
use sekisho_store::{AccountId, MailboxRow, StoreFailure};

use super::answers::Answers;
use super::convert;

impl Answers {
    pub(super) async fn row(&self, name: &MailboxName) -> Result<MailboxRow, Refusal> {
        let (account, folder) = self.spot(name)?;
        self.read(move |reader| reader.mailbox(account, &folder))
            .await
    }

    pub(super) async fn folders(&self) -> Result<Vec<Folder>, Refusal> {
        let (account, shared) = (self.account()?, self.shared()?);
        self.read(move |reader| {
            let own = reader.mailboxes(account)?;
            let mut folders: Vec<_> = own.iter().filter_map(convert::folder).collect();
            for (name, account) in shared {
                let rows = reader.mailboxes(account)?;
                folders.extend(
                    rows.iter()
                        .filter_map(|row| convert::shared_folder(&name, row)),
                );
            }
            Ok(folders)
        })
        .await
    }

    pub(super) async fn status(&self, name: &MailboxName) -> Result<MailboxStatus, Refusal> {
        let row = self.row(name).await?;
        Ok(MailboxStatus {
            messages: row.messages,
            recent: 0,
            unseen: row.unseen,
            deleted: row.deleted,
            uid_next: row.uid_next,
            uid_validity: row.uid_validity,
            size_bytes: row.bytes,
            highest_modseq: row.highest_modseq,
        })
    }

    pub(super) async fn create(
        &self,
        name: &MailboxName,
        special_use: Option<SpecialUse>,
    ) -> Result<(), Refusal> {
        // RFC 6154 §3: a use that cannot be given fails the command.
        let special_use = special_use
            .map(|wanted| convert::use_folder(wanted).ok_or(Refusal::UseAttribute))
            .transpose()?;
        let (account, folder) = self.new_spot(name)?;
        let taken = special_use
            .as_ref()
            .map(|folder| format!("\\{}", folder.special_use()));
        let (hand, now) = (self.hand(account)?, Timestamp::now());
        let made = self
            .site
            .store
            .create_mailbox(hand, folder, special_use, now)
            .await;
        made.map(drop).map_err(|failure| match failure {
            StoreFailure::Exists(what) if taken.is_some_and(|taken| taken == what) => {
                Refusal::UseAttribute
            }
            failure => convert::refusal(&failure),
        })
    }

    /// Whose a folder of a new name would be, and its name there.
    fn new_spot(&self, name: &MailboxName) -> Result<(AccountId, String), Refusal> {
        match self.spot(name) {
            Ok((account, folder @ sekisho_store::Folder::Named(_))) => {
                Ok((account, folder.name().to_owned()))
            }
            Ok(_) => Err(Refusal::AlreadyExists),
            // A shared mailbox is made by an administrator.
            Err(Refusal::NoSuchMailbox) => Err(Refusal::NotPermitted),
            Err(refusal) => Err(refusal),
        }
    }

    pub(super) async fn delete(&self, name: &MailboxName) -> Result<(), Refusal> {
        let row = self.row(name).await?;
        if row.name == sekisho_store::Folder::Inbox.name() {
            return Err(Refusal::NotPermitted);
        }
        let (hand, now) = (self.hand(row.account)?, Timestamp::now());
        let done = self.site.store.delete_mailbox(hand, row.id, now).await;
        done.map_err(|failure| match failure {
            StoreFailure::Invalid(_) => Refusal::HasChildren,
            failure => convert::refusal(&failure),
        })
    }

    pub(super) async fn rename(&self, from: &MailboxName, to: &MailboxName) -> Result<(), Refusal> {
        let row = self.row(from).await?;
        let (account, folder) = self.new_spot(to)?;
        // Not from one account to another, and the INBOX of a shared mailbox is its members' common one.
        let shared_inbox = from.is_shared() && row.name == sekisho_store::Folder::Inbox.name();
        if account != row.account || shared_inbox {
            return Err(Refusal::NotPermitted);
        }
        let (hand, now) = (self.hand(account)?, Timestamp::now());
        let store = &self.site.store;
        let done = store.rename_mailbox(hand, row.id, folder, now).await;
        done.map_err(|failure| convert::refusal(&failure))
    }

    pub(super) async fn subscribe(
        &self,
        name: &MailboxName,
        subscribed: bool,
    ) -> Result<(), Refusal> {
        let row = self.row(name).await?;
        if name.is_shared() {
            // On the list of every member: one of them does not take it off the others'.
            return if subscribed {
                Ok(())
            } else {
                Err(Refusal::NotPermitted)
            };
        }
        let done = self
            .site
            .store
            .subscribe(row.account, row.id, subscribed)
            .await;
        done.map_err(|failure| convert::refusal(&failure))
    }

    pub(super) async fn quota(&self, mailbox: Option<MailboxName>) -> Result<Quota, Refusal> {
        let account = match mailbox {
            Some(mailbox) => self.spot(&mailbox)?.0,
            None => self.account()?,
        };
        let quota = self.read(move |reader| reader.quota(account)).await?;
        Ok(Quota {
            used_bytes: quota.used_bytes,
            limit_bytes: quota.quota_bytes,
        })
    }
}
