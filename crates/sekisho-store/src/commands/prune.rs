//! Lets the oldest trace and audit rows go, a small batch at a time: new mail waits for no more than one.

use rusqlite::params;

use super::audit;
use super::steps::json;
use crate::at::At;
use crate::audit::{Actor, PRUNED};
use crate::failure::StoreFailure;
use crate::ids::{MailId, Tenant};
use crate::limits::{PRUNE_AUDIT_ROWS_MAX, PRUNE_MAILS_MAX};
use crate::pending::Pending;
use crate::prune::{Prune, Pruned};
use crate::store::Store;
use crate::writer::{Seal, Tx};

impl Store {
    /// One batch of all organisations, in a transaction of its own; ask again until it is nothing.
    pub fn prune(&self, prune: Prune) -> Pending<Pruned> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            Ok(Pruned {
                mails: mails(tx, &prune)?,
                audit_rows: audit_rows(tx, &prune)?,
            })
        })
        .alone()
    }
}

/// A mail with a content still waits for something, however old it is.
fn mails(tx: &mut Tx<'_>, prune: &Prune) -> Result<u64, StoreFailure> {
    let sql = "SELECT id, tenant FROM mail WHERE id < ?1 AND blob IS NULL ORDER BY id LIMIT ?2";
    let first_kept = MailId::first_at(prune.trace_before);
    let old: Vec<(MailId, Tenant)> = tx.all(sql, params![first_kept, PRUNE_MAILS_MAX], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let mut tenants: Vec<Tenant> = old.iter().map(|(_, tenant)| *tenant).collect();
    tenants.sort_unstable();
    tenants.dedup();
    for tenant in tenants {
        let ids: Vec<i64> = old
            .iter()
            .filter(|(_, of)| *of == tenant)
            .map(|(id, _)| id.as_i64())
            .collect();
        let list = json(&ids);
        for sql in [
            "DELETE FROM step WHERE mail IN (SELECT value FROM json_each(?1))",
            "DELETE FROM story WHERE mail IN (SELECT value FROM json_each(?1))",
            "DELETE FROM hold WHERE mail IN (SELECT value FROM json_each(?1))",
            "DELETE FROM recipient WHERE mail IN (SELECT value FROM json_each(?1))",
            "DELETE FROM mail WHERE id IN (SELECT value FROM json_each(?1))",
        ] {
            tx.run(sql, [&list])?;
        }
        let detail = json(&serde_json::json!({ "mails": ids.len() }));
        let actor = Actor::System("retention");
        audit::write(tx, tenant, prune.now, &actor, "trace.pruned", "", &detail)?;
    }
    Ok(old.len() as u64)
}

fn audit_rows(tx: &mut Tx<'_>, prune: &Prune) -> Result<u64, StoreFailure> {
    let sql = "SELECT tenant, seq FROM audit_head";
    let chains: Vec<(Tenant, i64)> = tx.all(sql, (), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut gone = 0;
    for (tenant, end) in chains {
        gone += audit_rows_of(tx, tenant, end, prune)?;
    }
    Ok(gone)
}

/// The beginning of one chain, up to the first row that is young enough: a clock that went back leaves no hole.
fn audit_rows_of(
    tx: &mut Tx<'_>,
    tenant: Tenant,
    end: i64,
    prune: &Prune,
) -> Result<u64, StoreFailure> {
    // The last row stays in any case: what follows it is sealed to it.
    let sql =
        "SELECT seq, hash, at FROM audit WHERE tenant = ?1 AND seq < ?2 ORDER BY seq LIMIT ?3";
    let oldest = tx.all(sql, params![tenant, end, PRUNE_AUDIT_ROWS_MAX], |row| {
        let (seq, hash) = (row.get(0)?, row.get(1)?);
        Ok((Seal { seq, hash }, row.get::<_, At>(2)?.0))
    })?;
    let old = oldest.iter().take_while(|(_, at)| *at < prune.audit_before);
    let Some((last, _)) = old.last() else {
        return Ok(0);
    };
    let gone = tx.run(
        "DELETE FROM audit WHERE tenant = ?1 AND seq <= ?2",
        params![tenant, last.seq],
    )?;
    let sql = "INSERT INTO audit_anchor (tenant, seq, hash) VALUES (?1, ?2, ?3)
        ON CONFLICT (tenant) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
    tx.run(sql, params![tenant, last.seq, last.hash])?;
    let detail = json(&serde_json::json!({ "rows": gone }));
    let (actor, subject) = (Actor::System("retention"), last.named());
    audit::write(tx, tenant, prune.now, &actor, PRUNED, &subject, &detail)?;
    Ok(gone as u64)
}
