//! One store call a question.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use sekisho_imap::{
    Answer, AuthAnswer, AuthQuestion, Changes, Columns, Copied, FlagsNow, MailboxName, Question,
    Refusal, Snapshot, StoreHow,
};
use sekisho_mime::Message;
use sekisho_store::{
    AccountId, FlagMode, Hand, MessageRow, Place, Placed, Reader, SetFlags, StoreFailure, Tenant,
    Transfer,
};

use super::{append, convert, selected::Selected, shared};
use crate::sign_in::{Outcome, SignIn};
use crate::site::Site;
use crate::spool::Spool;

pub(super) struct Answers {
    pub(super) site: Arc<Site>,
    sign_in: SignIn,
    selected: Option<Selected>,
    spool: Spool,
}

/// The store keeps INBOX and all others by name here; special uses are found by the names they have.
fn store_folder(name: &MailboxName) -> sekisho_store::Folder {
    if name.is_inbox() {
        sekisho_store::Folder::Inbox
    } else {
        sekisho_store::Folder::Named(name.as_str().to_owned())
    }
}

impl Answers {
    pub(super) fn new(site: Arc<Site>, sign_in: SignIn) -> Self {
        let spool = Spool::new(site.store.clone(), &site.spool_memory);
        Self {
            site,
            sign_in,
            selected: None,
            spool,
        }
    }

    pub(super) fn body(&mut self, chunk: &[u8]) {
        self.spool.write(chunk);
    }

    pub(super) fn body_aborted(&mut self) {
        self.spool.clear();
    }

    pub(super) fn unselected(&mut self) {
        self.selected = None;
    }

    /// Returns when the selected mailbox has changed; never without one.
    pub(super) async fn changed(&mut self) {
        match &mut self.selected {
            Some(selected) => selected.changed().await,
            None => std::future::pending().await,
        }
    }

    pub(super) async fn answer(&mut self, question: Question) -> Answer {
        match question {
            Question::Auth(question) => Answer::Auth(self.auth(question).await),
            Question::Folders => Answer::Folders(self.folders().await),
            Question::Status { mailbox } => Answer::Status(self.status(&mailbox).await),
            Question::Select { mailbox, read_only } => {
                Answer::Selected(self.select(&mailbox, read_only).await)
            }
            Question::Create {
                mailbox,
                special_use,
            } => Answer::Done(self.create(&mailbox, special_use).await),
            Question::Delete { mailbox } => Answer::Done(self.delete(&mailbox).await),
            Question::Rename { from, to } => Answer::Done(self.rename(&from, &to).await),
            Question::Subscribe {
                mailbox,
                subscribed,
            } => Answer::Done(self.subscribe(&mailbox, subscribed).await),
            Question::AppendOpen {
                mailbox,
                message_bytes,
            } => Answer::AppendOpened(self.append_open(&mailbox, message_bytes).await),
            Question::AppendCommit {
                mailbox,
                flags,
                internal_date_s,
            } => {
                let (who, spot) = match (self.who(), self.spot(&mailbox)) {
                    (Ok(who), Ok(spot)) => (who, spot),
                    (Err(refusal), _) | (_, Err(refusal)) => {
                        self.spool.clear();
                        return Answer::Appended(Err(refusal));
                    }
                };
                let (spool, with) = (&mut self.spool, (&flags, internal_date_s));
                Answer::Appended(append::commit(&self.site, who, spot, spool, with).await)
            }
            Question::Columns { uids } => Answer::Columns(self.columns(uids).await),
            Question::Content { uid } => Answer::Content(self.content(uid).await),
            Question::Store { uids, how, flags } => {
                Answer::Stored(self.store_flags(uids, how, &flags).await)
            }
            Question::Copy { uids, to } => Answer::Copied(self.copy(uids, &to, false).await),
            Question::Move { uids, to } => Answer::Copied(self.copy(uids, &to, true).await),
            Question::Expunge { uids } => Answer::Expunged(self.expunge(uids).await),
            Question::Changes { since_modseq } => Answer::Changes(self.changes(since_modseq).await),
            Question::Quota { mailbox } => Answer::Quota(self.quota(mailbox).await),
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

    /// Who has signed in. Asked only by a session in which somebody has.
    pub(super) fn who(&self) -> Result<(Tenant, AccountId), Refusal> {
        let who = self.sign_in.who().ok_or(Refusal::NotPermitted)?;
        Ok((who.tenant, who.account))
    }

    /// Whose mailboxes stand at the root.
    pub(super) fn account(&self) -> Result<AccountId, Refusal> {
        let account = self.sign_in.acting().ok_or(Refusal::NotPermitted)?;
        self.check_open(account)?;
        Ok(account)
    }

    /// A membership that has ended ends here, whatever the session has opened before.
    fn check_open(&self, account: AccountId) -> Result<(), Refusal> {
        let (_, person) = self.who()?;
        if self.site.directory.snapshot().may_open(person, account) {
            Ok(())
        } else {
            Err(Refusal::NotPermitted)
        }
    }

    /// The shared mailboxes below the root: none for one who has signed in to a shared mailbox itself.
    pub(super) fn shared(&self) -> Result<Vec<(String, AccountId)>, Refusal> {
        let (account, (_, person)) = (self.account()?, self.who()?);
        if account != person {
            return Ok(Vec::new());
        }
        Ok(shared::names(&self.site.directory.snapshot(), person))
    }

    /// Whose folder a name means, and which.
    pub(super) fn spot(
        &self,
        name: &MailboxName,
    ) -> Result<(AccountId, sekisho_store::Folder), Refusal> {
        let account = self.account()?;
        if !name.is_shared() {
            return Ok((account, store_folder(name)));
        }
        let (_, person) = self.who()?;
        let below = name.in_shared().filter(|_| account == person);
        let snapshot = self.site.directory.snapshot();
        below
            .and_then(|below| shared::find(&snapshot, person, below))
            .ok_or(Refusal::NoSuchMailbox)
    }

    pub(super) fn hand(&self, account: AccountId) -> Result<Hand, Refusal> {
        let (_, by) = self.who()?;
        Ok(Hand { account, by })
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Reader) -> Result<T, StoreFailure> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.site
            .store
            .read(ask)
            .await
            .map_err(|failure| convert::refusal(&failure))
    }

    async fn select(&mut self, name: &MailboxName, read_only: bool) -> Result<Snapshot, Refusal> {
        self.selected = None;
        let row = self.row(name).await?;
        let (account, mailbox) = (row.account, row.id);
        let changes = self.site.watchers.watch(account, mailbox);
        let snapshot = self
            .read(move |reader| reader.snapshot(account, mailbox))
            .await?;
        self.selected = Some(Selected::new(&snapshot.mailbox, read_only, changes));
        Ok(view(&snapshot, read_only))
    }

    async fn append_open(&mut self, name: &MailboxName, message_bytes: u64) -> Result<(), Refusal> {
        self.spool.clear();
        let row = self.row(name).await?;
        let quota = self.read(move |reader| reader.quota(row.account)).await?;
        if quota.has_room(message_bytes) {
            Ok(())
        } else {
            Err(Refusal::OverQuota)
        }
    }

    fn selected(&self) -> Result<&Selected, Refusal> {
        let selected = self.selected.as_ref().ok_or(Refusal::NoSuchMailbox)?;
        self.check_open(selected.account)?;
        Ok(selected)
    }

    /// Likewise, for what changes something. The session does not ask for that in a mailbox that it opened for
    /// reading only (RFC 9051 §6.3.3).
    fn writable(&self) -> Result<&Selected, Refusal> {
        self.selected().and_then(|selected| {
            if selected.read_only {
                Err(Refusal::NotPermitted)
            } else {
                Ok(selected)
            }
        })
    }

    async fn columns(&self, uids: Vec<u32>) -> Result<Vec<(u32, Columns)>, Refusal> {
        let (account, mailbox) = self
            .selected()
            .map(|selected| (selected.account, selected.mailbox))?;
        self.read(move |reader| {
            let rows = reader.messages(account, mailbox, &uids)?;
            rows.into_iter()
                .map(|row| Ok((row.entry.uid, columns(reader, row)?)))
                .collect()
        })
        .await
    }

    async fn content(&self, uid: u32) -> Result<Option<Bytes>, Refusal> {
        let (account, mailbox) = self
            .selected()
            .map(|selected| (selected.account, selected.mailbox))?;
        self.read(move |reader| {
            let row = reader
                .messages(account, mailbox, &[uid])?
                .into_iter()
                .next();
            row.map(|row| reader.content(row.entry.content)).transpose()
        })
        .await
    }

    async fn store_flags(
        &self,
        uids: Vec<u32>,
        how: StoreHow,
        flags: &sekisho_imap::Flags,
    ) -> Result<Vec<FlagsNow>, Refusal> {
        let selected = self.writable()?;
        let (flags, keywords) = convert::stored_flags(flags);
        let set = SetFlags {
            account: selected.account,
            mailbox: selected.mailbox,
            uids,
            mode: match how {
                StoreHow::Add => FlagMode::Add,
                StoreHow::Remove => FlagMode::Remove,
                StoreHow::Replace => FlagMode::Replace,
            },
            flags,
            keywords,
            unchanged_since: None,
        };
        let set = self
            .site
            .store
            .set_flags(set)
            .await
            .map_err(|failure| convert::refusal(&failure))?;
        Ok(set.entries.iter().map(convert::flags_now).collect())
    }

    async fn copy(
        &self,
        uids: Vec<u32>,
        to: &MailboxName,
        and_remove: bool,
    ) -> Result<Copied, Refusal> {
        let target = self.row(to).await?;
        let selected = if and_remove {
            self.writable()?
        } else {
            self.selected()?
        };
        let transfer = Transfer {
            by: self.who()?.1,
            from: Place {
                account: selected.account,
                mailbox: selected.mailbox,
            },
            uids,
            to: Place {
                account: target.account,
                mailbox: target.id,
            },
            now: Timestamp::now(),
        };
        let store = &self.site.store;
        let pending = if and_remove {
            store.move_messages(transfer)
        } else {
            store.copy(transfer)
        };
        let Placed {
            uid_validity,
            uids: pairs,
            ..
        } = pending
            .await
            .map_err(|failure| convert::refusal(&failure))?;
        Ok(Copied {
            uid_validity,
            pairs,
        })
    }

    async fn expunge(&self, uids: Vec<u32>) -> Result<Vec<u32>, Refusal> {
        let selected = self.writable()?;
        let (hand, now) = (self.hand(selected.account)?, Timestamp::now());
        let gone = self
            .site
            .store
            .expunge(hand, selected.mailbox, Some(uids), now)
            .await;
        gone.map_err(|failure| convert::refusal(&failure))
    }

    async fn changes(&mut self, since_modseq: u64) -> Result<Changes, Refusal> {
        // To one who is no longer a member it is as if it had been deleted.
        if self.selected().is_err() {
            return Ok(Changes::MailboxGone);
        }
        let selected = self.selected.as_mut().ok_or(Refusal::NoSuchMailbox)?;
        let (account, mailbox) = (selected.account, selected.mailbox);
        let ask = move |reader: &Reader| {
            let changes = reader.changes_since(account, mailbox, since_modseq)?;
            let row = reader
                .mailboxes(account)?
                .into_iter()
                .find(|row| row.id == mailbox);
            Ok((changes, row))
        };
        let changes = match self.site.store.read(ask).await {
            Ok((changes, Some(row))) if row.uid_validity == selected.uid_validity => changes,
            Ok(_) | Err(StoreFailure::NotFound(_)) => return Ok(Changes::MailboxGone),
            Err(failure) => return Err(convert::refusal(&failure)),
        };
        let first_new = std::mem::replace(&mut selected.uid_next, changes.uid_next);
        let (new, known): (Vec<_>, Vec<_>) = changes
            .changed
            .iter()
            .partition(|entry| entry.uid >= first_new);
        Ok(Changes::Since {
            new: new.into_iter().map(convert::mail).collect(),
            flags: known.into_iter().map(convert::flags_now).collect(),
            vanished: changes.vanished,
            highest_modseq: changes.highest_modseq,
            uid_next: changes.uid_next,
        })
    }
}

fn view(snapshot: &sekisho_store::Snapshot, read_only: bool) -> Snapshot {
    let row = &snapshot.mailbox;
    Snapshot {
        uid_validity: row.uid_validity,
        uid_next: row.uid_next,
        highest_modseq: row.highest_modseq,
        recent_from_uid: row.uid_next,
        read_only,
        mails: snapshot.messages.iter().map(convert::mail).collect(),
    }
}

/// From the stored texts; worked out of the content where delivery left them empty.
fn columns(reader: &Reader, row: MessageRow) -> Result<Columns, StoreFailure> {
    let view = row.view;
    if view.envelope.is_empty() || view.body_structure.is_empty() {
        let content = reader.content(row.entry.content)?;
        return Ok(Columns::of(&Message::parse(&content)));
    }
    Ok(Columns {
        envelope: view.envelope.into(),
        body_structure: view.body_structure.into(),
        list_header: view.list_header.map(Into::into),
    })
}
