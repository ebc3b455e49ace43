//! Steps of the trace.

use rusqlite::params;

use crate::at::{At, from_ms};
use crate::failure::StoreFailure;
use crate::ids::{MailId, Tenant};
use crate::limits::REPLY_BYTES_MAX;
use crate::pending::Pending;
use crate::store::Store;
use crate::text::cut;
use crate::trace::{Step, StepArg};
use crate::writer::Tx;

impl Store {
    /// Adds a step to a mail's trace.
    pub fn add_step(&self, tenant: Tenant, mail: MailId, step: Step) -> Pending<()> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let sql = "SELECT 1 FROM mail WHERE id = ?1 AND tenant = ?2";
            tx.one(sql, params![mail, tenant], |_| Ok(()))?
                .ok_or(StoreFailure::NotFound("mail"))?;
            add(tx, mail, &step)
        })
    }
}

/// Adds a step behind those that are there.
pub(crate) fn add(tx: &Tx<'_>, mail: MailId, step: &Step) -> Result<(), StoreFailure> {
    let args = if step.args.is_empty() {
        String::new()
    } else {
        json(&step.args)
    };
    let sql = "INSERT INTO step (mail, seq, at, key, args, nr, reply)
        VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM step WHERE mail = ?1), ?2, ?3, ?4, ?5, ?6)";
    tx.run(
        sql,
        params![
            mail,
            At(step.at),
            step.key,
            args,
            step.recipient,
            reply(step)
        ],
    )?;
    Ok(())
}

fn reply(step: &Step) -> Option<&str> {
    let reply = step.reply.as_deref();
    reply.map(|reply| cut(reply, REPLY_BYTES_MAX))
}

/// The steps up to the door in one text: most mails have no others, and a row each would be half of all rows.
#[derive(Debug, Default)]
pub(crate) struct AtTheDoor(String);

/// A step in it: milliseconds, key, values, recipient, reply.
type Packed<K, A, R> = (i64, K, A, Option<u32>, Option<R>);
/// The same with texts of its own.
type Unpacked = Packed<String, Vec<(String, StepArg)>, String>;

impl AtTheDoor {
    pub(crate) fn push(&mut self, step: &Step) {
        let packed: Packed<_, _, _> = (
            step.at.as_millisecond(),
            &step.key,
            &step.args,
            step.recipient,
            reply(step),
        );
        self.0.push(if self.0.is_empty() { '[' } else { ',' });
        self.0.push_str(&json(&packed));
    }

    /// Writes them, with the facts and the verdict as JSON.
    pub(crate) fn put(
        mut self,
        tx: &Tx<'_>,
        mail: MailId,
        facts: &str,
        verdict: &str,
    ) -> Result<(), StoreFailure> {
        self.0.push_str(if self.0.is_empty() { "[]" } else { "]" });
        let sql = "INSERT INTO story (mail, facts, verdict, steps) VALUES (?1, ?2, ?3, ?4)";
        tx.run(sql, params![mail, facts, verdict, self.0])?;
        Ok(())
    }

    /// Reads them again.
    pub(crate) fn read(text: &str) -> Vec<Step> {
        let steps: Vec<Unpacked> = serde_json::from_str(text).unwrap_or_default();
        let unpacked = steps
            .into_iter()
            .map(|(at_ms, key, args, recipient, reply)| Step {
                at: from_ms(at_ms),
                key,
                args,
                recipient,
                reply,
            });
        unpacked.collect()
    }
}

/// JSON of a value that cannot fail to be JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
