//! Steps of the trace.

use rusqlite::params;

use crate::at::At;
use crate::failure::StoreFailure;
use crate::ids::{MailId, Tenant};
use crate::limits::REPLY_BYTES_MAX;
use crate::pending::Pending;
use crate::store::Store;
use crate::text::cut;
use crate::trace::Step;
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
    let sql = "SELECT coalesce(max(seq), 0) + 1 FROM step WHERE mail = ?1";
    let seq = tx
        .one(sql, [mail], |row| row.get::<_, i64>(0))?
        .unwrap_or(1);
    add_at(tx, mail, seq, step)
}

/// Adds a step at a place that is known to be free.
pub(crate) fn add_at(tx: &Tx<'_>, mail: MailId, seq: i64, step: &Step) -> Result<(), StoreFailure> {
    let args = if step.args.is_empty() {
        String::new()
    } else {
        json(&step.args)
    };
    let reply = step
        .reply
        .as_deref()
        .map(|reply| cut(reply, REPLY_BYTES_MAX));
    let sql = "INSERT INTO step (mail, seq, at, key, args, nr, reply) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    tx.run(
        sql,
        params![
            mail,
            seq,
            At(step.at),
            step.key,
            args,
            step.recipient,
            reply
        ],
    )?;
    Ok(())
}

/// JSON of a value that cannot fail to be JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
