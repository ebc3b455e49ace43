//! One store call a question; INBOX only.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use sekisho_pop3::{Answer, AuthAnswer, AuthQuestion, Mail, Maildrop, Question, Refusal};
use sekisho_store::{AccountId, FlagMode, Flags, Folder, MailboxId, SetFlags, StoreFailure};

use super::lock::MaildropLock;
use crate::sign_in::{Outcome, SignIn};
use crate::site::Site;

pub(super) struct Answers {
    site: Arc<Site>,
    sign_in: SignIn,
    open: Option<Open>,
}

struct Open {
    account: AccountId,
    inbox: MailboxId,
    _lock: MaildropLock,
}

impl Answers {
    pub(super) fn new(site: Arc<Site>, sign_in: SignIn) -> Self {
        Self {
            site,
            sign_in,
            open: None,
        }
    }

    pub(super) async fn answer(&mut self, question: Question) -> Answer {
        match question {
            Question::Auth(question) => Answer::Auth(self.auth(question).await),
            Question::OpenMaildrop => Answer::Maildrop(self.open().await),
            Question::Content { uid } => Answer::Content(self.content(uid).await),
            Question::Remove { uids } => Answer::Removed(self.remove(uids).await),
        }
    }

    async fn auth(&mut self, question: AuthQuestion) -> AuthAnswer {
        let outcome = match question {
            AuthQuestion::Keys { user } => match self.sign_in.keys(&user) {
                Ok(keys) => return AuthAnswer::Keys(keys),
                Err(outcome) => outcome,
            },
            AuthQuestion::Password {
                user,
                authzid,
                password,
            } => {
                self.sign_in
                    .password(&user, authzid.as_deref(), password)
                    .await
            }
            AuthQuestion::Proven { user, authzid } => {
                self.sign_in.proven(&user, authzid.as_deref()).await
            }
            AuthQuestion::Failed { user } => self.sign_in.failed(Some(&user)).await,
        };
        match outcome {
            Outcome::Accepted => AuthAnswer::Accepted,
            Outcome::Refused => AuthAnswer::Refused,
            Outcome::TryLater => AuthAnswer::TryLater,
        }
    }

    async fn open(&mut self) -> Result<Maildrop, Refusal> {
        let account = self.sign_in.acting().ok_or(Refusal::TryLater)?;
        let lock = self.site.maildrops.lock(account).ok_or(Refusal::InUse)?;
        let snapshot = self
            .site
            .store
            .read(move |reader| {
                let inbox = reader.mailbox(account, &Folder::Inbox)?;
                reader.snapshot(account, inbox.id)
            })
            .await
            .map_err(|failure| refusal(&failure))?;
        let mails = snapshot.messages.iter().map(|entry| Mail {
            uid: entry.uid,
            size_bytes: entry.size,
        });
        let maildrop = Maildrop {
            uid_validity: snapshot.mailbox.uid_validity,
            mails: mails.collect(),
        };
        self.open = Some(Open {
            account,
            inbox: snapshot.mailbox.id,
            _lock: lock,
        });
        Ok(maildrop)
    }

    fn place(&self) -> Result<(AccountId, MailboxId), Refusal> {
        self.open
            .as_ref()
            .map(|open| (open.account, open.inbox))
            .ok_or(Refusal::TryLater)
    }

    async fn content(&self, uid: u32) -> Result<Option<Bytes>, Refusal> {
        let (account, inbox) = self.place()?;
        let content = self
            .site
            .store
            .read(move |reader| {
                let row = reader.messages(account, inbox, &[uid])?.into_iter().next();
                row.map(|row| reader.content(row.entry.content)).transpose()
            })
            .await;
        content.map_err(|failure| refusal(&failure))
    }

    /// Marked first, then removed: what another client did to these in between does no harm.
    async fn remove(&self, uids: Vec<u32>) -> Result<(), Refusal> {
        let (account, inbox) = self.place()?;
        let set = SetFlags {
            account,
            mailbox: inbox,
            uids: uids.clone(),
            mode: FlagMode::Add,
            flags: Flags::DELETED,
            keywords: Vec::new(),
            unchanged_since: None,
        };
        let store = &self.site.store;
        store
            .set_flags(set)
            .await
            .map_err(|failure| refusal(&failure))?;
        let gone = store
            .expunge(account, inbox, Some(uids), Timestamp::now())
            .await;
        gone.map(drop).map_err(|failure| refusal(&failure))
    }
}

fn refusal(failure: &StoreFailure) -> Refusal {
    tracing::error!(
        error = failure as &dyn std::error::Error,
        "the store did not answer"
    );
    Refusal::TryLater
}
