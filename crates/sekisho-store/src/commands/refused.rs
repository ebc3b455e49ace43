//! Mail refused at the door: a row for the trace, no content.

use rusqlite::params;

use super::accept::subject_key;
use super::steps::{AtTheDoor, json};
use super::{audit, blobs};
use crate::at::{At, at};
use crate::audit::Actor;
use crate::failure::StoreFailure;
use crate::limits::{RECIPIENTS_MAX, REPLY_BYTES_MAX, STEPS_MAX};
use crate::mail::{Notify, RecipientState, RefusedMail};
use crate::pending::Pending;
use crate::store::Store;
use crate::text::{address_key, cut};
use crate::trace::Step;
use crate::writer::Tx;

impl Store {
    /// Notes a mail refused at the door, for the trace.
    pub fn record_refused(&self, mail: RefusedMail) -> Pending<()> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            put_mail(tx, &mail)?;
            put_recipients(tx, &mail)?;
            put_story(tx, &mail)?;
            let detail =
                json(&serde_json::json!({ "from": mail.reverse_path, "reply": mail.reply }));
            let (actor, subject) = (Actor::System("smtp"), mail.id.to_string());
            audit::write(
                tx,
                mail.tenant,
                mail.now,
                &actor,
                "mail.refused",
                &subject,
                &detail,
            )
        })
    }
}

fn put_mail(tx: &Tx<'_>, mail: &RefusedMail) -> Result<(), StoreFailure> {
    let sql = "INSERT INTO mail (id, tenant, received_at, direction, sender, sender_key, return_full, body_kind,
            smtputf8, helo, client_ip, signed_in, with_protocol, subject, subject_key, from_text, to_text,
            message_id, date_at, size)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 1, 0, ?7, ?8, ?9, '', ?10, ?11, ?12, ?13, ?14, ?15, 0)";
    let sender_key = mail.reverse_path.as_deref().map(address_key);
    let client_ip = mail.client_ip.map(|ip| ip.to_string());
    let summary = &mail.summary;
    let subject = blobs::cut(&summary.subject);
    let (from, to, message_id) = (
        blobs::cut(&summary.from),
        blobs::cut(&summary.to),
        blobs::cut(&summary.message_id),
    );
    tx.run(
        sql,
        params![
            mail.id,
            mail.tenant,
            At(mail.now),
            mail.direction,
            mail.reverse_path,
            sender_key,
            mail.helo,
            client_ip,
            mail.signed_in,
            subject,
            subject_key(subject),
            from,
            to,
            message_id,
            at(summary.date),
        ],
    )?;
    Ok(())
}

fn put_recipients(tx: &Tx<'_>, mail: &RefusedMail) -> Result<(), StoreFailure> {
    if mail.recipients.len() > RECIPIENTS_MAX {
        return Err(StoreFailure::Limit {
            what: "recipients",
            max: RECIPIENTS_MAX,
        });
    }
    let reply = cut(&mail.reply, REPLY_BYTES_MAX);
    for (nr, address) in (0u32..).zip(&mail.recipients) {
        let sql = "INSERT INTO recipient
            (mail, nr, tenant, address, address_key, notify, state, state_at, reply)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let (key, notify, state) = (
            address_key(address),
            Notify::default(),
            RecipientState::Refused,
        );
        tx.run(
            sql,
            params![
                mail.id,
                nr,
                mail.tenant,
                address,
                key,
                notify,
                state,
                At(mail.now),
                reply
            ],
        )?;
    }
    Ok(())
}

fn put_story(tx: &Tx<'_>, mail: &RefusedMail) -> Result<(), StoreFailure> {
    if mail.steps.len() > STEPS_MAX {
        return Err(StoreFailure::Limit {
            what: "steps",
            max: STEPS_MAX,
        });
    }
    let refused = Step::new(mail.now, "store-step-refused-at-door").reply(mail.reply.as_str());
    let mut steps = AtTheDoor::default();
    let all = mail.steps.iter().chain([&refused]);
    all.for_each(|step| steps.push(step));
    steps.put(tx, mail.id, &mail.facts_json, &mail.verdict_json)
}
