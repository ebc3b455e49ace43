//! The audit log: search, and the check of its chain.

use rusqlite::{Connection, Row, params};

use super::{Reader, one, rows};
use crate::at::{At, at};
use crate::audit::{AuditCheck, AuditDamage, AuditQuery, AuditRow, PRUNED, chain_hash};
use crate::failure::StoreFailure;
use crate::ids::Tenant;
use crate::writer::Seal;

impl Reader {
    /// Searches the audit log; the newest first.
    pub fn audit(&self, tenant: Tenant, query: &AuditQuery) -> Result<Vec<AuditRow>, StoreFailure> {
        let sql = "SELECT seq, at, actor, action, subject, detail, hash FROM audit
            WHERE tenant = ?1 AND (?2 IS NULL OR actor = ?2)
                AND (?3 IS NULL OR action = ?3 OR (substr(?3, -1) = '.' AND substr(action, 1, length(?3)) = ?3))
                AND (?4 IS NULL OR subject = ?4) AND (?5 IS NULL OR at >= ?5) AND (?6 IS NULL OR at < ?6)
                AND (?7 IS NULL OR seq < ?7)
            ORDER BY seq DESC LIMIT ?8";
        let AuditQuery {
            actor,
            action,
            subject,
            since,
            until,
            before,
            limit,
        } = query;
        let before = before.map(|seq| i64::try_from(seq).unwrap_or(i64::MAX));
        let (since, until) = (at(*since), at(*until));
        let params = params![
            tenant,
            actor,
            action,
            subject,
            since,
            until,
            before,
            rows(*limit, 100)
        ];
        super::all(self.db()?, sql, params, |row| read_row(row, tenant))
    }

    /// Checks the audit chain of a tenant from its first row, or from the first that was not pruned: what the rows
    /// before it ended in is told by the chain itself.
    pub fn verify_audit(&self, tenant: Tenant) -> Result<AuditCheck, StoreFailure> {
        self.at_once(|db| {
            let anchor = anchor(db, tenant)?;
            let begin = anchor.unwrap_or(Seal {
                seq: 0,
                hash: [0; 32],
            });
            let sql = "SELECT seq, at, actor, action, subject, detail, hash FROM audit WHERE tenant = ?1 ORDER BY seq";
            let mut statement = db.prepare_cached(sql)?;
            let mut found = statement.query([tenant])?;
            let (mut last, mut seq, mut told) = (begin.hash, begin.seq, None);
            while let Some(row) = found.next()? {
                match follows(row, tenant, seq, &last)? {
                    Ok(hash) => (last, seq) = (hash, seq + 1),
                    Err(how) => return Ok(broken(seq + 1, how)),
                }
                if row.get_ref(3)?.as_str().is_ok_and(|action| action == PRUNED) {
                    told = Some(row.get::<_, String>(4)?);
                }
            }
            // Rows that went without the chain telling so were cut by another hand.
            if told != anchor.map(|anchor| anchor.named()) {
                return Ok(broken(begin.seq + 1, AuditDamage::Missing));
            }
            Ok(match head(db, tenant)? {
                Some(end) if end.seq > seq => broken(seq + 1, AuditDamage::Cut),
                Some(end) if end.hash != last => broken(seq, AuditDamage::Altered),
                None if seq > 0 => broken(seq, AuditDamage::Altered),
                _ => AuditCheck::Whole {
                    rows: unsigned(seq - begin.seq),
                    head: hex(&last),
                },
            })
        })
    }
}

/// The last row that was pruned.
fn anchor(db: &Connection, tenant: Tenant) -> Result<Option<Seal>, StoreFailure> {
    seal(
        db,
        "SELECT seq, hash FROM audit_anchor WHERE tenant = ?1",
        tenant,
    )
}

/// The end of the chain, as it was noted apart from it.
fn head(db: &Connection, tenant: Tenant) -> Result<Option<Seal>, StoreFailure> {
    seal(
        db,
        "SELECT seq, hash FROM audit_head WHERE tenant = ?1",
        tenant,
    )
}

fn seal(db: &Connection, sql: &str, tenant: Tenant) -> Result<Option<Seal>, StoreFailure> {
    one(db, sql, [tenant], |row| {
        Ok(Seal {
            seq: row.get(0)?,
            hash: row.get(1)?,
        })
    })
}

/// The row's hash, if the row follows that number and hash.
fn follows(
    row: &Row<'_>,
    tenant: Tenant,
    seq: i64,
    last: &[u8; 32],
) -> Result<Result<[u8; 32], AuditDamage>, StoreFailure> {
    let this: i64 = row.get(0)?;
    if this != seq + 1 {
        return Ok(Err(AuditDamage::Missing));
    }
    let text = |column| {
        row.get_ref(column)
            .ok()
            .and_then(|value| value.as_str().ok())
    };
    let texts = [text(2), text(3), text(4), text(5)];
    let (Ok(at_ms), Ok(stored), [Some(actor), Some(action), Some(subject), Some(detail)]) =
        (row.get::<_, i64>(1), row.get::<_, [u8; 32]>(6), texts)
    else {
        return Ok(Err(AuditDamage::Altered));
    };
    let hash = chain_hash(last, tenant, this, at_ms, [actor, action, subject, detail]);
    Ok(if hash == stored {
        Ok(hash)
    } else {
        Err(AuditDamage::Altered)
    })
}

fn broken(seq: i64, how: AuditDamage) -> AuditCheck {
    AuditCheck::Broken {
        seq: unsigned(seq),
        how,
    }
}

fn unsigned(number: i64) -> u64 {
    number.unsigned_abs()
}

fn read_row(row: &Row<'_>, tenant: Tenant) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        tenant,
        seq: unsigned(row.get(0)?),
        at: row.get::<_, At>(1)?.0,
        actor: row.get(2)?,
        action: row.get(3)?,
        subject: row.get(4)?,
        detail_json: row.get(5)?,
        hash: hex(&row.get::<_, [u8; 32]>(6)?),
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a String cannot fail.
        write!(text, "{byte:02x}").ok();
    }
    text
}
