//! Taking a mail: everything about it in one transaction, before the 250.

use std::collections::HashSet;

use rusqlite::params;

use super::deliver::{Incoming, Slot, deliver};
use super::onward::{delivered_state, enqueue, folder_text, to_step};
use super::steps::{AtTheDoor, json};
use super::{audit, blobs, hold};
use crate::at::{At, at};
use crate::audit::Actor;
use crate::blob::prepare::Prepared;
use crate::changes::Change;
use crate::content::Content;
use crate::durable::Durable;
use crate::failure::StoreFailure;
use crate::ids::{AccountId, BlobId, RecipientId, Tenant};
use crate::limits::{JSON_BYTES_MAX, NOTICES_MAX, RECIPIENTS_MAX, STEPS_MAX};
use crate::mail::{Fate, NewMail, NewRecipient, Onward, RecipientState, Summary};
use crate::mailbox::{Flags, Folder};
use crate::pending::Pending;
use crate::store::Store;
use crate::text::{address_key, fold};
use crate::trace::Step;
use crate::writer::Tx;

impl Store {
    /// Takes a mail: content, envelope, each recipient's fate, steps, audit row and the letters that tell of it in
    /// one transaction.
    pub fn accept(&self, mut mail: NewMail) -> Pending<Durable> {
        let mut contents = vec![take_content(&mut mail)];
        contents.extend(take_contents(&mut mail.notices));
        Pending::new(self.door(), contents, move |tx, contents| {
            let (content, of_notices) = contents
                .split_first_mut()
                .ok_or(StoreFailure::Invalid("no content"))?;
            accept(tx, &mail, content)?;
            accept_all(tx, &mail.notices, of_notices)?;
            Ok(Durable::new(mail.id))
        })
    }
}

/// The content goes its own way, before the transaction.
pub(crate) fn take_content(mail: &mut NewMail) -> (Tenant, Content) {
    (
        mail.tenant,
        std::mem::replace(&mut mail.content, Content::from_bytes(Vec::new())),
    )
}

/// The contents of notices that are written with a change of state.
pub(crate) fn take_contents(notices: &mut [NewMail]) -> Vec<(Tenant, Content)> {
    notices.iter_mut().map(take_content).collect()
}

/// Takes notices in the transaction of what they tell.
pub(crate) fn accept_all(
    tx: &mut Tx<'_>,
    notices: &[NewMail],
    contents: &mut [Prepared],
) -> Result<(), StoreFailure> {
    if notices.len() > NOTICES_MAX {
        return Err(StoreFailure::Limit {
            what: "notices",
            max: NOTICES_MAX,
        });
    }
    for (notice, content) in notices.iter().zip(contents) {
        // Their contents have not been stored, and letters about letters would have no end.
        if !notice.notices.is_empty() {
            return Err(StoreFailure::Invalid("a notice has no notices"));
        }
        accept(tx, notice, content)?;
    }
    Ok(())
}

/// Takes one mail.
pub(crate) fn accept(
    tx: &mut Tx<'_>,
    mail: &NewMail,
    content: &mut Prepared,
) -> Result<(), StoreFailure> {
    check(mail)?;
    let references = References::of(mail);
    let size = content.length;
    let blob = match references.count() {
        0 => None,
        refs => {
            let view = references.views.then_some((&mail.summary, &mail.view));
            Some(blobs::put(tx, content, refs, view)?)
        }
    };
    put_mail(tx, mail, size, if references.waits { blob } else { None })?;
    let mut steps = AtTheDoor::default();
    mail.steps.iter().for_each(|step| steps.push(step));
    let mut reached = HashSet::new();
    for (nr, recipient) in (0..).zip(&mail.recipients) {
        let slot = match &recipient.fate {
            Fate::Onward(Onward::Mailbox { account, folder }) if reached.insert(*account) => {
                Some(deliver_now(tx, mail, *account, folder, blob, size)?)
            }
            _ => None,
        };
        let state = put_recipient(tx, mail, nr, recipient, slot)?;
        carry_out(tx, mail, nr, recipient)?;
        let step = Step::new(mail.now, to_step(state)).arg("recipient", recipient.address.as_str());
        steps.push(&step.of(nr));
    }
    steps.put(tx, mail.id, &mail.facts_json, &mail.verdict_json)?;
    if let Some(new) = &mail.hold {
        hold::put(tx, mail, new)?;
    }
    write_audit(tx, mail, size)
}

fn check(mail: &NewMail) -> Result<(), StoreFailure> {
    let limit = |what, len: usize, max| {
        if len > max {
            Err(StoreFailure::Limit { what, max })
        } else {
            Ok(())
        }
    };
    limit("recipients", mail.recipients.len(), RECIPIENTS_MAX)?;
    limit("steps", mail.steps.len(), STEPS_MAX)?;
    limit("bytes of facts", mail.facts_json.len(), JSON_BYTES_MAX)?;
    limit("bytes of verdict", mail.verdict_json.len(), JSON_BYTES_MAX)?;
    if mail.recipients.is_empty() {
        return Err(StoreFailure::Invalid("a mail needs a recipient"));
    }
    let held = mail
        .recipients
        .iter()
        .any(|recipient| matches!(recipient.fate, Fate::Hold(_)));
    if held != mail.hold.is_some() {
        return Err(StoreFailure::Invalid(
            "held recipients need a hold, and a hold needs held recipients",
        ));
    }
    Ok(())
}

/// Who will hold on to the content.
struct References {
    /// A recipient waits: the mail holds it.
    waits: bool,
    /// Mailboxes that get it now; each account once.
    delivered: u32,
    /// It will or may be listed in a mailbox.
    views: bool,
}

impl References {
    fn of(mail: &NewMail) -> Self {
        let mut accounts: HashSet<AccountId> = HashSet::new();
        let (mut waits, mut views) = (false, false);
        for recipient in &mail.recipients {
            let (now, onward) = match &recipient.fate {
                Fate::Onward(onward) => (true, Some(onward)),
                Fate::Hold(onward) | Fate::Quarantine(onward) => (false, Some(onward)),
                Fate::Delay { then, .. } => (false, Some(then)),
                Fate::Discard => (true, None),
            };
            match onward {
                Some(Onward::Mailbox { account, .. }) => {
                    views = true;
                    waits |= !now;
                    if now {
                        accounts.insert(*account);
                    }
                }
                Some(Onward::Queue(_)) => waits = true,
                None => {}
            }
        }
        Self {
            waits,
            delivered: u32::try_from(accounts.len()).unwrap_or(u32::MAX),
            views,
        }
    }

    fn count(&self) -> u32 {
        self.delivered.saturating_add(u32::from(self.waits))
    }
}

fn put_mail(
    tx: &Tx<'_>,
    mail: &NewMail,
    size: u64,
    blob: Option<BlobId>,
) -> Result<(), StoreFailure> {
    let sql = "INSERT INTO mail (id, tenant, received_at, direction, sender, sender_key, return_full,
            envelope_id, body_kind, smtputf8, helo, client_ip, signed_in, tls, with_protocol, subject,
            subject_key, from_text, to_text, message_id, date_at, size, blob)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
            ?21, ?22, ?23)";
    let Summary {
        subject,
        from,
        to,
        message_id,
        date,
    } = &mail.summary;
    let subject = blobs::cut(subject);
    tx.run(
        sql,
        params![
            mail.id,
            mail.tenant,
            At(mail.now),
            mail.direction,
            mail.reverse_path,
            mail.reverse_path.as_deref().map(address_key),
            mail.return_full,
            mail.envelope_id,
            mail.body_kind,
            mail.smtputf8,
            mail.helo,
            mail.client_ip.map(|ip| ip.to_string()),
            mail.signed_in,
            mail.tls,
            mail.with_protocol,
            subject,
            subject_key(subject),
            blobs::cut(from),
            blobs::cut(to),
            blobs::cut(message_id),
            at(*date),
            blobs::signed(size)?,
            blob,
        ],
    )?;
    Ok(())
}

/// The folded subject, where folding changes it.
pub(crate) fn subject_key(subject: &str) -> Option<String> {
    Some(fold(subject)).filter(|key| key != subject)
}

/// The state that a fate begins in, and where it leads.
fn begins(fate: &Fate) -> (RecipientState, Option<&Onward>) {
    match fate {
        Fate::Onward(onward @ Onward::Mailbox { folder, .. }) => {
            (delivered_state(folder), Some(onward))
        }
        Fate::Onward(onward @ Onward::Queue(_)) => (RecipientState::Queued, Some(onward)),
        Fate::Hold(onward) => (RecipientState::Held, Some(onward)),
        Fate::Delay { then, .. } => (RecipientState::Delayed, Some(then)),
        Fate::Quarantine(onward) => (RecipientState::Quarantined, Some(onward)),
        Fate::Discard => (RecipientState::Discarded, None),
    }
}

fn put_recipient(
    tx: &Tx<'_>,
    mail: &NewMail,
    nr: u32,
    recipient: &NewRecipient,
    slot: Option<Slot>,
) -> Result<RecipientState, StoreFailure> {
    let (state, onward) = begins(&recipient.fate);
    let (mut account, mut folder, mut destination, mut lifetime_s) = (None, None, None, None);
    match onward {
        Some(Onward::Mailbox {
            account: to,
            folder: into,
        }) => {
            account = Some(*to);
            folder = Some(folder_text(into));
        }
        Some(Onward::Queue(queued)) => {
            destination = Some(queued.destination.as_str());
            lifetime_s = Some(queued.lifetime_s);
        }
        None => {}
    }
    let sql = "INSERT INTO recipient (mail, nr, tenant, address, address_key, given, given_key, original, notify,
            state, state_at, account, folder, destination, lifetime_s, mailbox, uid)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    let (mailbox, uid) = (slot.map(|slot| slot.mailbox), slot.map(|slot| slot.uid));
    let key = address_key(&recipient.address);
    let given_key = recipient.given.as_deref().map(address_key);
    let (address, given, original) = (&recipient.address, &recipient.given, &recipient.original);
    tx.run(
        sql,
        params![
            mail.id,
            nr,
            mail.tenant,
            address,
            key,
            given,
            given_key,
            original,
            recipient.notify,
            state,
            At(mail.now),
            account,
            folder,
            destination,
            lifetime_s,
            mailbox,
            uid,
        ],
    )?;
    Ok(state)
}

fn deliver_now(
    tx: &mut Tx<'_>,
    mail: &NewMail,
    account: AccountId,
    folder: &Folder,
    blob: Option<BlobId>,
    size: u64,
) -> Result<Slot, StoreFailure> {
    let blob = blob.ok_or(StoreFailure::Invalid("no content"))?;
    let (flags, internal_at) = (Flags::default(), mail.now);
    let incoming = Incoming {
        blob,
        mail: Some(mail.id),
        size,
        flags,
        keywords: "",
        internal_at,
    };
    deliver(tx, account, folder, &incoming)
}

/// What a fate needs beside the recipient's row.
fn carry_out(
    tx: &mut Tx<'_>,
    mail: &NewMail,
    nr: u32,
    recipient: &NewRecipient,
) -> Result<(), StoreFailure> {
    let id = RecipientId { mail: mail.id, nr };
    match &recipient.fate {
        Fate::Onward(Onward::Mailbox { .. }) => Ok(()),
        Fate::Onward(Onward::Queue(queued)) => enqueue(
            tx,
            mail.tenant,
            id,
            &queued.destination,
            queued.lifetime_s,
            mail.now,
        ),
        Fate::Delay { until, .. } => {
            let sql = "INSERT INTO delay (mail, nr, tenant, until_at) VALUES (?1, ?2, ?3, ?4)";
            tx.run(sql, params![mail.id, nr, mail.tenant, At(*until)])?;
            tx.changes.push(Change::Delay { until: *until });
            Ok(())
        }
        Fate::Hold(_) | Fate::Quarantine(_) | Fate::Discard => Ok(()),
    }
}

/// What the audit log tells of a mail that was taken.
#[derive(serde::Serialize)]
struct Accepted<'a> {
    bytes: u64,
    first: Option<RecipientState>,
    from: Option<&'a str>,
    recipients: usize,
}

fn write_audit(tx: &mut Tx<'_>, mail: &NewMail, size: u64) -> Result<(), StoreFailure> {
    let actor = mail.signed_in.map_or(Actor::System("smtp"), Actor::Account);
    let first = mail.recipients.first();
    let detail = json(&Accepted {
        bytes: size,
        first: first.map(|to| begins(&to.fate).0),
        from: mail.reverse_path.as_deref(),
        recipients: mail.recipients.len(),
    });
    audit::write(
        tx,
        mail.tenant,
        mail.now,
        &actor,
        "mail.accepted",
        &mail.id.to_string(),
        &detail,
    )
}
