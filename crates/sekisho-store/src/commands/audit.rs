//! Audit rows: sealed to the row before, written in the transaction of what they tell.

use jiff::Timestamp;
use rusqlite::params;

use crate::at::At;
use crate::audit::{Actor, AuditEvent, chain_hash};
use crate::failure::StoreFailure;
use crate::ids::Tenant;
use crate::pending::Pending;
use crate::store::Store;
use crate::writer::{Seal, Tx};

impl Store {
    /// Writes an event into the audit log.
    pub fn audit(&self, event: AuditEvent) -> Pending<()> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let AuditEvent {
                tenant,
                now,
                actor,
                action,
                subject,
                detail_json,
            } = &event;
            write(tx, *tenant, *now, actor, action, subject, detail_json)
        })
    }
}

/// Appends a row to the tenant's chain.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    tenant: Tenant,
    now: Timestamp,
    actor: &Actor,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), StoreFailure> {
    let before = seal(tx, tenant)?;
    let seq = before.map_or(1, |seal| seal.seq.saturating_add(1));
    let actor = actor.to_string();
    let last = before.map_or([0; 32], |seal| seal.hash);
    let hash = chain_hash(
        &last,
        tenant,
        seq,
        now.as_millisecond(),
        [&actor, action, subject, detail],
    );
    let sql = "INSERT INTO audit (tenant, seq, at, actor, action, subject, detail, hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    tx.run(
        sql,
        params![tenant, seq, At(now), actor, action, subject, detail, hash],
    )?;
    tx.undo.push((tenant, before));
    tx.memory.seals.insert(tenant, Seal { seq, hash });
    tx.sealed.insert(tenant);
    Ok(())
}

/// The end of the tenant's chain.
fn seal(tx: &Tx<'_>, tenant: Tenant) -> Result<Option<Seal>, StoreFailure> {
    if let Some(seal) = tx.memory.seals.get(&tenant) {
        return Ok(Some(*seal));
    }
    let sql = "SELECT seq, hash FROM audit_head WHERE tenant = ?1";
    tx.one(sql, [tenant], |row| {
        Ok(Seal {
            seq: row.get(0)?,
            hash: row.get(1)?,
        })
    })
}

/// Notes the ends of the chains that grew: once a transaction, not once a row.
pub(crate) fn write_seals(tx: &Tx<'_>) -> Result<(), StoreFailure> {
    for tenant in &tx.sealed {
        let Some(seal) = tx.memory.seals.get(tenant) else {
            continue;
        };
        let sql = "INSERT INTO audit_head (tenant, seq, hash) VALUES (?1, ?2, ?3)
            ON CONFLICT (tenant) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
        tx.run(sql, params![tenant, seal.seq, seal.hash])?;
    }
    Ok(())
}
