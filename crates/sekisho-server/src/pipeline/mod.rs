//! From a complete content to one store transaction: facts, verdict, fates.
//!
//! A mail leaves here in exactly one way: stored with a fate for each recipient ([`Stored`]), or refused with
//! words. What fails on the way (DNS, a checker that stops) is a fact of its own and loses nothing.

mod addressed;
mod author;
mod check;
mod completed;
mod copies;
mod doors;
mod edited;
mod fates;
mod head;
mod history;
mod hold_token;
mod known;
mod policies;
mod protected;
mod rewrite;

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use sekisho_address::{Domain, ForwardPath};
use sekisho_command::Desk;
use sekisho_directory::{Directory, SignedIn, Snapshot};
use sekisho_dlp::Detectors;
use sekisho_mime::Message;
use sekisho_policy::{ActionKind, Policy, Verdict};
use sekisho_smtp::server::{MessageRefusal, Proof};
use sekisho_smtp::{BodyKind, Envelope, Reply, Ret};
use sekisho_store::limits::{NOTICES_MAX, RECIPIENTS_MAX};
use sekisho_store::{
    Body, Content, Durable, MailId, NewMail, RefusedMail, RulesMatched, Step, Store, StoreFailure,
    Tenant,
};
use tracing::Instrument;

pub(crate) use doors::Doors;
pub use hold_token::HoldTokens;
pub use policies::Policies;

use addressed::Addressed;
use check::{Checked, Checker, ListColumns};
use copies::Copy;
use fates::{Deciding, Fates};

use crate::antivirus::{Antivirus, WhenAway};
use crate::cage::Cage;
use crate::dmarc::{Delivery, Inbox};
use crate::dns::Resolver;
use crate::hold::told;

/// A mail whose content is complete.
pub struct Arrival {
    /// As the session has it.
    pub envelope: Envelope,
    /// As it came, dots removed.
    pub body: Body,
    /// Who signed in.
    pub signed_in: Option<SignedIn>,
    /// From a network that relays without signing in.
    pub trusted: bool,
}

/// The proof that a mail is durable, with the id that the client is told.
#[derive(Debug)]
pub struct Stored {
    durable: Durable,
    id: String,
}

impl Stored {
    /// The mail.
    #[must_use]
    pub fn mail(&self) -> MailId {
        self.durable.mail()
    }
}

impl Proof for Stored {
    fn mail_id(&self) -> &str {
        &self.id
    }
}

/// The path that every mail takes.
pub struct Pipeline {
    hostname: String,
    store: Store,
    directory: Directory,
    policies: Arc<Policies>,
    checker: Checker,
    hold_tokens: HoldTokens,
    pub(crate) dmarc: Inbox,
    /// Who is told of mail that waits; none, nobody.
    desk: Option<Desk>,
}

/// A mail under way.
struct Mail {
    id: MailId,
    now: Timestamp,
    envelope: Envelope,
    signed_in: Option<SignedIn>,
    trusted: bool,
    addressed: Addressed,
}

impl Pipeline {
    /// For the server named `hostname`.
    #[must_use]
    pub fn new(
        hostname: String,
        store: Store,
        directory: Directory,
        resolver: Arc<dyn Resolver>,
        policies: Arc<Policies>,
        hold_tokens: HoldTokens,
        detectors: Arc<Detectors>,
    ) -> Self {
        let checker = Checker::new(hostname.clone(), resolver, detectors, store.clone());
        Self {
            hostname,
            dmarc: Inbox::new(store.clone()),
            store,
            directory,
            policies,
            checker,
            hold_tokens,
            desk: None,
        }
    }

    /// With lists and public lists.
    pub(crate) fn with_doors(mut self, doors: Arc<Doors>) -> Self {
        self.checker.doors = doors;
        self
    }

    /// With workers that open attachments.
    pub(crate) fn opening(mut self, cage: Option<Arc<Cage>>) -> Self {
        if let Some(cage) = cage {
            self.checker.opener = cage;
        }
        self
    }

    /// With antivirus engines.
    #[must_use]
    pub(crate) fn scanning(mut self, antivirus: Option<Arc<Antivirus>>) -> Self {
        self.checker.antivirus = antivirus;
        self
    }

    /// The antivirus engines that mail is shown to.
    #[must_use]
    pub fn antivirus(&self) -> Option<&Arc<Antivirus>> {
        self.checker.antivirus.as_ref()
    }

    /// Whether something about a client is doubtful.
    pub(crate) async fn is_doubtful(
        &self,
        ip: std::net::IpAddr,
        helo: &str,
        tenant: Tenant,
    ) -> bool {
        let Checker {
            doors, resolver, ..
        } = &self.checker;
        doors
            .is_doubtful(resolver, tenant, (ip, helo), &self.hostname)
            .await
    }

    /// With letters to approvers and senders about mail that waits.
    #[must_use]
    pub fn telling(self, desk: Desk) -> Self {
        Self {
            desk: Some(desk),
            ..self
        }
    }

    /// Takes a mail, or says why not.
    ///
    /// # Errors
    /// Refused by a rule or malformed (5xx), or not possible now (4xx). Nothing is kept but the trace of it.
    pub async fn receive(&self, arrival: Arrival) -> Result<Stored, MessageRefusal> {
        let now = Timestamp::now();
        let Arrival {
            envelope,
            body,
            signed_in,
            trusted,
        } = arrival;
        let addressed = {
            let snapshot = self.directory.snapshot();
            Addressed::of(
                &envelope,
                signed_in.as_ref(),
                trusted,
                &snapshot,
                &self.hostname,
            )
        };
        // A recipient has gone since RCPT: the client tries again, and is told then.
        let addressed = addressed.ok_or(MessageRefusal::TryLater)?;
        if addressed.recipients.len() > RECIPIENTS_MAX {
            let text = "Too many recipients once the groups are opened, send to fewer at a time";
            return Err(MessageRefusal::Said(Reply::fixed(554, (5, 5, 3), text)));
        }
        let mail = Mail {
            id: self.store.new_mail_id(now),
            now,
            envelope,
            signed_in,
            trusted,
            addressed,
        };
        let span = tracing::info_span!("mail", mail = %mail.id);
        async {
            let result = self.judge_and_store(&mail, body).await;
            note(&mail, &result);
            result
        }
        .instrument(span)
        .await
    }

    /// The rules that the organisation's next mail is judged by.
    #[must_use]
    pub fn policy(&self, tenant: Tenant) -> Arc<Policy> {
        self.policies.of(tenant)
    }

    /// What lists show of a message that did not come through here (APPEND).
    pub(crate) async fn columns(&self, raw: Bytes) -> ListColumns {
        self.checker.columns(raw).await
    }

    async fn judge_and_store(&self, mail: &Mail, body: Body) -> Result<Stored, MessageRefusal> {
        let mut head = Vec::with_capacity(1024);
        let snapshot = self.directory.snapshot();
        let raw = bytes_of(&body).map_err(|error| store_refusal(&error))?;
        let header = rewrite::header_section(&raw);
        if let Some(who) = &mail.signed_in {
            let checked = author::check(&Message::parse(header), who, &snapshot);
            if let Err(refusal) = checked {
                let columns = self.checker.columns(raw).await;
                let unjudged = Checked {
                    columns,
                    ..Checked::default()
                };
                self.record_refused(mail, unjudged, &refusal).await;
                return Err(refusal);
            }
        }
        let rewritten = rewrite::rewrite(mail, &raw, &self.hostname, &mut head, &self.store)
            .map_err(|error| store_refusal(&error))?;
        let (raw, body) = match rewritten {
            Some(body) => (
                bytes_of(&body).map_err(|error| store_refusal(&error))?,
                body,
            ),
            None => (raw, body),
        };
        let policy = self.policies.of(mail.addressed.tenant);
        let mut checked = self
            .checker
            .check(mail, raw.clone(), &snapshot, policy, &self.store)
            .await;
        let refused = checked.verdict.as_ref().and_then(refusal);
        if let Some(refusal) = refused.or_else(|| later(&checked)) {
            self.count(mail, checked.rules_matched());
            self.record_refused(mail, checked, &refusal).await;
            return Err(refusal);
        }
        let new = self
            .whole(mail, &mut checked, &raw, body, &head, &snapshot)
            .await?;
        let matched = checked.rules_matched();
        match self.store.accept(new).await {
            Ok(durable) => {
                self.count(mail, matched);
                self.take_reports(mail, &checked, raw, &snapshot).await;
                Ok(Stored {
                    id: durable.mail().to_string(),
                    durable,
                })
            }
            Err(failure) => Err(failed(&failure)),
        }
    }

    /// The mail with its copies and letters, for one transaction.
    async fn whole(
        &self,
        mail: &Mail,
        checked: &mut Checked,
        raw: &Bytes,
        body: Body,
        head: &[u8],
        snapshot: &Snapshot,
    ) -> Result<NewMail, MessageRefusal> {
        let verdict = checked.verdict.take();
        let copies = copies::of(mail, verdict.as_ref(), snapshot);
        let mut body = Some(body);
        let (mut first, mut others): (Option<NewMail>, Vec<NewMail>) = (None, Vec::new());
        let mut letters = Vec::new();
        for copy in &copies {
            let id = match &first {
                None => mail.id,
                Some(_) => self.store.new_mail_id(mail.now),
            };
            let deciding = Deciding {
                mail,
                id,
                verdict: verdict.as_ref(),
                snapshot,
                tokens: &self.hold_tokens,
            };
            let new = self
                .copy(&deciding, copy, checked, raw, &mut body, head)
                .await?;
            // A letter about each of two hundred mails would be no help.
            let is_told = first.is_none() || copy.alone_to.is_none();
            if let Some(desk) = self.desk.as_ref().filter(|_| is_told) {
                letters.extend(told::notices(desk, &new));
            }
            if first.is_none() {
                first = Some(new);
            } else {
                others.push(new);
            }
        }
        // Facts without a recipient: there is nothing to store, and the client is told so.
        let mut first = first.ok_or(MessageRefusal::TryLater)?;
        if let (Some(desk), Some(verdict)) = (&self.desk, &verdict) {
            let sender = mail.signed_in.as_ref().map(|who| who.account);
            letters.extend(told::of_rules(desk, &first, sender, &verdict.notify));
        }
        first.notices = others;
        first.notices.append(&mut letters);
        first.notices.truncate(NOTICES_MAX);
        checked.verdict = verdict;
        Ok(first)
    }

    async fn copy(
        &self,
        deciding: &Deciding<'_>,
        copy: &Copy<'_>,
        checked: &Checked,
        raw: &Bytes,
        body: &mut Option<Body>,
        head: &[u8],
    ) -> Result<NewMail, MessageRefusal> {
        let (mail, now) = (deciding.mail, deciding.mail.now);
        let mut steps = Vec::new();
        let is_first = deciding.id == mail.id;
        if !is_first {
            steps.push(Step::new(now, "step-copy").arg("mail", mail.id.to_string()));
        }
        let found = edited::patch(raw, copy);
        let cannot_edit = found.is_err();
        let patch = found.unwrap_or_else(|why| {
            tracing::warn!(%why, "a mail could not be changed as a rule wants; it waits in quarantine");
            steps.push(Step::new(now, "step-cannot-edit").arg("why", why.to_string()));
            None
        });
        if !cannot_edit && !copy.is_unchanged() {
            steps.push(Step::new(now, "step-edited").arg("edits", edited::names(copy)));
        }
        steps.extend(copy.steps.iter().cloned());
        let refused = |error: std::io::Error| store_refusal(&error);
        let (body, mut columns) = match (patch, body.take()) {
            (None, Some(body)) => (body, checked.columns.clone()),
            (patch, kept) => {
                *body = kept;
                let patch = patch.unwrap_or_default();
                let new = edited::body(raw, &patch, &self.store).map_err(refused)?;
                let columns = self.checker.columns(bytes_of(&new).map_err(refused)?).await;
                (new, columns)
            }
        };
        let is_unscanned = checked.unscanned == Some(WhenAway::Quarantine);
        if is_unscanned {
            steps.push(Step::new(now, "step-unscanned"));
        }
        let fates = deciding.fates(copy, cannot_edit || is_unscanned);
        let mut head = head.to_vec();
        head::finish(&mut head, deciding, copy, checked, &fates, &self.hostname);
        let bytes = bytes_of(&body).map_err(refused)?;
        completed::complete(&mut columns, &head, rewrite::header_section(&bytes));
        drop(bytes);
        let content = Content { head, body };
        let mut new = new_mail(deciding, content, checked, columns, fates);
        new.steps.append(&mut steps);
        if !is_first {
            // Counted once when rules are tried out.
            new.facts_json.clear();
        }
        Ok(new)
    }

    /// Counts the use of rules, behind the answer to the client: a count is not worth a wait.
    fn count(&self, mail: &Mail, rules: Vec<String>) {
        if rules.is_empty() {
            return;
        }
        let counted = self.store.count_rules(RulesMatched {
            tenant: mail.addressed.tenant,
            rules,
            now: mail.now,
        });
        tokio::spawn(async move {
            if let Err(error) = counted.await {
                tracing::warn!(%error, "the use of rules could not be counted");
            }
        });
    }

    /// Before the 250: after a crash the sender comes again, and a report counts once however often it comes.
    async fn take_reports(&self, mail: &Mail, checked: &Checked, raw: Bytes, snapshot: &Snapshot) {
        let action = checked
            .verdict
            .as_ref()
            .map(|verdict| verdict.disposition.action);
        if mail.addressed.direction != sekisho_store::Direction::Inbound
            || matches!(
                action,
                None | Some(ActionKind::Quarantine | ActionKind::Discard)
            )
        {
            return;
        }
        let auth = checked.facts.as_ref().map(|facts| &facts.authentication);
        let domains = snapshot.domains(mail.addressed.tenant);
        let delivery = Delivery {
            tenant: mail.addressed.tenant,
            mail: mail.id,
            now: mail.now,
            to: mail.addressed.written(),
            sender: mail.envelope.reverse_path.address(),
            proved: auth.is_some_and(|auth| auth.dmarc == sekisho_policy::Outcome::Pass),
            own_domains: domains
                .iter()
                .filter_map(|row| Domain::from_dns(&row.name).ok())
                .collect(),
            raw,
        };
        if let Err(error) = self.dmarc.take(delivery).await {
            tracing::error!(%error, "DMARC reports in a mail could not be stored; the mail is");
        }
    }

    async fn record_refused(&self, mail: &Mail, checked: Checked, refusal: &MessageRefusal) {
        let reply = refusal.reply();
        let mut line = Vec::new();
        reply.write(&mut line);
        let reply = String::from_utf8_lossy(&line).trim_end().to_owned();
        let refused = RefusedMail {
            id: mail.id,
            tenant: mail.addressed.tenant,
            now: mail.now,
            direction: mail.addressed.direction,
            reverse_path: reverse_path(&mail.envelope),
            recipients: mail
                .envelope
                .recipients
                .iter()
                .map(|to| bare(&to.forward_path))
                .collect(),
            helo: Some(mail.envelope.helo.clone()),
            client_ip: Some(mail.envelope.peer_ip),
            signed_in: mail.signed_in.as_ref().map(|who| who.account),
            steps: vec![
                received_step(mail),
                Step::new(mail.now, "step-refused").reply(reply.clone()),
            ],
            reply,
            facts_json: checked.facts_json(),
            verdict_json: checked.verdict_json(),
            summary: checked.columns.summary,
        };
        // The refusal stands whether or not it can be traced.
        if let Err(error) = self.store.record_refused(refused).await {
            tracing::error!(%error, "a refused mail could not be noted");
        }
    }
}

/// The address without its angle brackets: a trace by recipient compares it with what a person types.
fn bare(to: &ForwardPath) -> String {
    to.address()
        .map_or_else(|| "postmaster".to_owned(), ToString::to_string)
}

fn bytes_of(body: &Body) -> std::io::Result<Bytes> {
    match body {
        Body::Memory(bytes) => Ok(bytes.clone()),
        Body::Spool(file) => file.map(),
    }
}

/// One recipient refused is all refused: at the end of the content there is one reply for all (RFC 5321 §4.2.5),
/// and a part that vanished behind a 250 would be a lost mail.
fn refusal(verdict: &Verdict) -> Option<MessageRefusal> {
    let share = verdict
        .shares
        .iter()
        .find(|share| share.disposition.action == ActionKind::Refuse)?;
    let disposition = &share.disposition;
    Some(match &disposition.reply {
        Some(reply) => match reply.enhanced.parse() {
            Ok(enhanced) => MessageRefusal::Said(Reply {
                code: reply.code,
                enhanced: Some(enhanced),
                text: reply.text.clone().into(),
            }),
            Err(_) => MessageRefusal::Policy(reply.text.clone()),
        },
        None => MessageRefusal::Policy(disposition.why.en.clone()),
    })
}

/// Nobody has looked for malware in it, and the sender can send it again.
fn later(checked: &Checked) -> Option<MessageRefusal> {
    const TEXT: &str = "The virus scanner does not answer, the mail was not taken; try again later";
    (checked.unscanned == Some(WhenAway::Wait))
        .then(|| MessageRefusal::Said(Reply::fixed(451, (4, 3, 0), TEXT)))
}

fn new_mail(
    deciding: &Deciding<'_>,
    content: Content,
    checked: &Checked,
    columns: ListColumns,
    fates: Fates,
) -> NewMail {
    let mail = deciding.mail;
    let envelope = &mail.envelope;
    let mut steps = vec![received_step(mail)];
    steps.extend(Checked::steps(deciding.verdict, mail.now));
    NewMail {
        id: deciding.id,
        tenant: mail.addressed.tenant,
        now: mail.now,
        direction: mail.addressed.direction,
        content,
        reverse_path: reverse_path(envelope),
        return_full: envelope.ret == Some(Ret::Full),
        envelope_id: envelope.envid.clone(),
        body_kind: match envelope.body {
            BodyKind::SevenBit => sekisho_store::BodyKind::SevenBit,
            BodyKind::EightBitMime => sekisho_store::BodyKind::EightBitMime,
        },
        smtputf8: envelope.smtputf8,
        helo: Some(envelope.helo.clone()),
        client_ip: Some(envelope.peer_ip),
        signed_in: mail.signed_in.as_ref().map(|who| who.account),
        tls: envelope
            .tls
            .as_ref()
            .map(|tls| format!("{} {}", tls.version, tls.cipher)),
        with_protocol: envelope.with_protocol.to_owned(),
        facts_json: checked.facts_json(),
        verdict_json: deciding.verdict.map(check::json).unwrap_or_default(),
        summary: columns.summary,
        view: columns.view,
        hold: fates.hold,
        recipients: fates.recipients,
        steps,
        notices: Vec::new(),
    }
}

fn reverse_path(envelope: &Envelope) -> Option<String> {
    envelope.reverse_path.address().map(ToString::to_string)
}

fn received_step(mail: &Mail) -> Step {
    let envelope = &mail.envelope;
    let step = match &mail.signed_in {
        Some(who) => Step::new(mail.now, "step-submitted").arg("user", who.address.to_string()),
        None => Step::new(mail.now, "step-received").arg("helo", envelope.helo.clone()),
    };
    step.arg("ip", envelope.peer_ip.to_string())
        .arg("protocol", envelope.with_protocol)
}

fn store_refusal(error: &std::io::Error) -> MessageRefusal {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    tracing::error!(%error, "a mail could not be spooled");
    match error.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => MessageRefusal::NoSpace,
        _ => MessageRefusal::StoreDown,
    }
}

fn failed(failure: &StoreFailure) -> MessageRefusal {
    tracing::error!(
        error = failure as &dyn std::error::Error,
        "a mail could not be stored"
    );
    match failure {
        StoreFailure::Full => MessageRefusal::NoSpace,
        _ => MessageRefusal::StoreDown,
    }
}

/// One line and one count a mail.
fn note(mail: &Mail, result: &Result<Stored, MessageRefusal>) {
    let outcome = if result.is_ok() {
        "accepted"
    } else {
        "refused"
    };
    metrics::counter!("sekisho_mails_total", "outcome" => outcome).increment(1);
    let envelope = &mail.envelope;
    tracing::info!(
        ip = %envelope.peer_ip,
        from = %envelope.reverse_path,
        recipients = envelope.recipients.len(),
        bytes = envelope.content.content_bytes,
        outcome,
        why = result.as_ref().err().map(tracing::field::display),
        "mail"
    );
}
