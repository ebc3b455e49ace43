//! What the session cannot know: who may send, who takes mail here, who signs in.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::Arc;

use sekisho_address::{Address, Domain, ForwardPath, ReversePath};
use sekisho_directory::{Resolution, Snapshot, Target};
use sekisho_smtp::server::{
    Answer, AuthAnswer, AuthQuestion, MessageRefusal, Question, RcptRefusal, SenderRefusal,
};
use sekisho_smtp::{Envelope, Recipient, Reply, SignedIn};
use sekisho_store::Tenant;

use super::door::{self, Visitor};
use super::refused::{RefusedContent, RefusedRecipient};
use crate::pipeline::{Arrival, Stored};
use crate::sign_in::{Outcome, SignIn};
use crate::site::Site;
use crate::spool::Spool;

pub(super) struct Answers {
    site: Arc<Site>,
    sign_in: SignIn,
    trusted: bool,
    peer: IpAddr,
    /// Whose mail the transaction is: one organisation's.
    tenant: Option<Tenant>,
    size_declared: u64,
    helo: String,
}

impl Answers {
    pub(super) fn new(site: Arc<Site>, sign_in: SignIn, peer: IpAddr) -> Self {
        let trusted = site.trusts(peer);
        Self {
            site,
            sign_in,
            trusted,
            peer,
            tenant: None,
            size_declared: 0,
            helo: String::new(),
        }
    }

    pub(super) async fn answer(&mut self, question: Question, spool: &mut Spool) -> Answer<Stored> {
        match question {
            Question::Sender {
                reverse_path,
                size,
                helo,
                ..
            } => {
                self.tenant = None;
                self.helo = helo;
                self.size_declared = size.unwrap_or(0);
                Answer::Sender(self.sender(&reverse_path))
            }
            Question::Recipient {
                reverse_path,
                recipient,
                accepted_before,
                ..
            } => {
                let answer = self
                    .recipient(&reverse_path, &recipient, accepted_before)
                    .await;
                if let Err(refusal) = &answer {
                    tracing::info!(to = %recipient.forward_path, %refusal, "recipient refused");
                    metrics::counter!("sekisho_recipients_refused_total").increment(1);
                    self.note_refused(&reverse_path, &recipient.forward_path, refusal);
                    self.hold_back(refusal).await;
                }
                Answer::Recipient(answer)
            }
            Question::Auth(question) => Answer::Auth(self.auth(question).await),
            Question::Message(envelope) => Answer::Message(self.message(*envelope, spool).await),
        }
    }

    /// A signed-in person sends as themselves, or as those who let them. `<>` is for their notices (RFC 8098 §3).
    fn sender(&self, reverse_path: &ReversePath) -> Result<(), SenderRefusal> {
        let (Some(who), Some(address)) = (self.sign_in.who(), reverse_path.address()) else {
            return self.rate();
        };
        let may = self
            .site
            .directory
            .snapshot()
            .may_send_as(who.account, address);
        if may {
            Ok(())
        } else {
            Err(SenderRefusal::NotYours)
        }
    }

    /// Mails of one source, as the strictest organisation here wants it; whose mail it is, is not known yet.
    fn rate(&self) -> Result<(), SenderRefusal> {
        if self.sign_in.who().is_some() || self.trusted || self.site.doors.is_trusted_hop(self.peer)
        {
            return Ok(());
        }
        let most = self.site.doors.mails_per_source_max();
        if self
            .site
            .rates
            .take(self.peer, most, std::time::Instant::now())
        {
            return Ok(());
        }
        metrics::counter!("sekisho_rate_limited_total").increment(1);
        Err(SenderRefusal::RateLimited)
    }

    /// Guessing names costs time, where the organisation wants it.
    async fn hold_back(&self, refusal: &RcptRefusal) {
        if self.sign_in.who().is_some() || self.trusted || !refusal.reply().is_permanent() {
            return;
        }
        let seconds = self.site.doors.tarpit_s();
        if seconds > 0 {
            tokio::time::sleep(std::time::Duration::from_secs(seconds.into())).await;
        }
    }

    async fn recipient(
        &mut self,
        reverse_path: &ReversePath,
        recipient: &Recipient,
        before: usize,
    ) -> Result<(), RcptRefusal> {
        let snapshot = self.site.directory.snapshot();
        let address = forward_address(&recipient.forward_path, &snapshot, &self.site.hostname);
        let address = address.ok_or(RcptRefusal::NoSuchUser)?;
        let signed_in_to = self.sign_in.who().map(|who| who.tenant);
        match snapshot.resolve(&address) {
            Resolution::Ours {
                tenant, targets, ..
            } => {
                self.same_organisation(signed_in_to.unwrap_or(tenant), before)?;
                let account = match targets.as_slice() {
                    [Target::Mailbox { account, .. }] => Some(*account),
                    // A group has room as long as anybody is in it; whose mailbox is full is seen one by one.
                    _ => None,
                };
                if let Some(account) = account {
                    self.room(account).await?;
                }
                if signed_in_to.is_some() || self.trusted {
                    return Ok(());
                }
                let visitor = Visitor {
                    ip: self.peer,
                    helo: &self.helo,
                    reverse_path,
                    recipient: &address,
                    account,
                    tenant,
                };
                door::admit(&self.site, &visitor).await
            }
            Resolution::Unknown { .. } => Err(RcptRefusal::NoSuchUser),
            // Never an open relay: only who has signed in, and networks named for it.
            Resolution::Foreign if signed_in_to.is_some() || self.trusted => Ok(()),
            Resolution::Foreign => Err(RcptRefusal::RelayDenied),
        }
    }

    /// For the trace of the organisation that it was for; a relay attempt stands with the first one.
    fn note_refused(&self, from: &ReversePath, to: &ForwardPath, refusal: &RcptRefusal) {
        let snapshot = self.site.directory.snapshot();
        let address = forward_address(to, &snapshot, &self.site.hostname);
        let ours = address
            .as_ref()
            .and_then(|to| snapshot.tenant_of_domain(to.domain()));
        let signed_in = self.sign_in.who();
        let tenant = signed_in
            .map(|who| who.tenant)
            .or(ours)
            .or_else(|| snapshot.organisations().first().map(|row| row.id));
        let (Some(tenant), Some(address)) = (tenant, address) else {
            return;
        };
        self.site.refused.note(&RefusedRecipient {
            tenant,
            reverse_path: from,
            recipient: address.to_string(),
            client_ip: self.peer,
            signed_in: signed_in.map(|who| who.account),
            refusal,
        });
    }

    /// A mail refused for its form: it stands in the trace of its first recipient's organisation, or of its sender's.
    pub(super) fn note_content(&self, envelope: &Envelope, reply: &Reply) {
        let snapshot = self.site.directory.snapshot();
        let addresses = envelope
            .recipients
            .iter()
            .filter_map(|to| forward_address(&to.forward_path, &snapshot, &self.site.hostname));
        let addresses: Vec<Address> = addresses.collect();
        let signed_in = self.sign_in.who();
        let tenant = signed_in.map(|who| who.tenant).or_else(|| {
            let mut ours = addresses.iter();
            ours.find_map(|to| snapshot.tenant_of_domain(to.domain()))
        });
        let Some(tenant) = tenant else { return };
        metrics::counter!("sekisho_mails_total", "outcome" => "refused").increment(1);
        tracing::info!(ip = %self.peer, from = %envelope.reverse_path, recipients = addresses.len(),
            why = %reply.text, "mail refused for its form");
        self.site.refused.note_content(&RefusedContent {
            tenant,
            envelope,
            recipients: addresses.iter().map(ToString::to_string).collect(),
            signed_in: signed_in.map(|who| who.account),
            reply,
        });
    }

    /// A mail belongs to one organisation. A client that addresses two sends it twice, as for RFC 5321 §4.5.3.1.10.
    fn same_organisation(&mut self, tenant: Tenant, before: usize) -> Result<(), RcptRefusal> {
        if before == 0 || self.tenant.is_none() {
            self.tenant = Some(tenant);
        }
        if self.tenant == Some(tenant) {
            return Ok(());
        }
        let text = "Recipients of two organisations in one mail, send this one in another mail";
        Err(RcptRefusal::Said(Reply::fixed(452, (4, 5, 3), text)))
    }

    async fn room(&self, account: sekisho_store::AccountId) -> Result<(), RcptRefusal> {
        match self.site.quotas.has_room(account, self.size_declared).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(RcptRefusal::MailboxFull),
            Err(error) => {
                tracing::error!(%error, "quota cannot be read");
                Err(RcptRefusal::StoreDown)
            }
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
            AuthQuestion::Failed { user } => self.sign_in.failed(user.as_deref()).await,
        };
        match (outcome, self.sign_in.who()) {
            (Outcome::Accepted, Some(who)) => AuthAnswer::Accepted(SignedIn {
                user: who.address.to_string(),
            }),
            (Outcome::TryLater, _) => AuthAnswer::TryLater,
            _ => AuthAnswer::Refused,
        }
    }

    async fn message(
        &self,
        envelope: Envelope,
        spool: &mut Spool,
    ) -> Result<Stored, MessageRefusal> {
        let body = spool.take().map_err(|error| match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                MessageRefusal::NoSpace
            }
            _ => MessageRefusal::StoreDown,
        })?;
        let signed_in = self.sign_in.who().cloned();
        self.site
            .pipeline
            .receive(Arrival {
                envelope,
                body,
                signed_in,
                trusted: self.trusted,
            })
            .await
    }
}

/// `<Postmaster>` is the postmaster of our first domain (RFC 5321 §4.5.1).
pub(crate) fn forward_address(
    path: &ForwardPath,
    snapshot: &Snapshot,
    hostname: &str,
) -> Option<Address> {
    match path {
        ForwardPath::Address(address) => Some(address.clone()),
        ForwardPath::Postmaster => {
            let domain = snapshot
                .default_domain()
                .cloned()
                .or_else(|| Domain::parse(hostname).ok())?;
            Address::new("postmaster", domain).ok()
        }
    }
}
