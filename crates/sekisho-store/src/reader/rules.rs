//! How often rules matched, what was judged before, who wrote to whom.

use jiff::Timestamp;
use rusqlite::params;

use super::{Reader, all, one, rows};
use crate::at::At;
use crate::failure::StoreFailure;
use crate::ids::{MailId, Tenant};
use crate::rules::{JudgedRow, RuleUseRow};

/// Mails to or from somebody that are looked through for one partner: whoever gets more mail than that from
/// others has long been in contact, or will be asked about once more.
const CONTACT_ROWS_MAX: i64 = 5_000;

impl Reader {
    /// How often each rule matched.
    pub fn rule_uses(&self, tenant: Tenant) -> Result<Vec<RuleUseRow>, StoreFailure> {
        let sql =
            "SELECT rule, hits, first_at, last_at FROM rule_use WHERE tenant = ?1 ORDER BY rule";
        all(self.db()?, sql, [tenant], |row| {
            Ok(RuleUseRow {
                rule: row.get(0)?,
                hits: row.get::<_, i64>(1)?.unsigned_abs(),
                first_at: row.get::<_, At>(2)?.0,
                last_at: row.get::<_, At>(3)?.0,
            })
        })
    }

    /// Mails that came at `since` or later and have facts, oldest first: those behind `after`, at most `limit`.
    pub fn judged(
        &self,
        tenant: Tenant,
        since: Timestamp,
        after: Option<MailId>,
        limit: usize,
    ) -> Result<Vec<JudgedRow>, StoreFailure> {
        // Ids sort by time, and CROSS keeps to that order: through the index of the tenant each batch would sort all
        // mails.
        let first = MailId::first_at(since).as_i64().saturating_sub(1);
        let after = after.map_or(first, |after| after.as_i64().max(first));
        let sql = "SELECT s.mail, m.received_at, m.sender, m.subject, s.facts
            FROM story s CROSS JOIN mail m ON m.id = s.mail
            WHERE s.mail > ?1 AND m.tenant = ?2 AND s.facts <> '' ORDER BY s.mail LIMIT ?3";
        all(
            self.db()?,
            sql,
            params![after, tenant, rows(limit, 1_000)],
            |row| {
                Ok(JudgedRow {
                    mail: row.get(0)?,
                    received_at: row.get::<_, At>(1)?.0,
                    sender: row.get(2)?,
                    subject: row.get(3)?,
                    facts_json: row.get(4)?,
                })
            },
        )
    }

    /// What was concluded of the mails with this Message-ID, as `serde_json` text, before `before`.
    pub fn verdicts_of(
        &self,
        tenant: Tenant,
        message_id: &str,
        before: MailId,
    ) -> Result<Vec<String>, StoreFailure> {
        let bare = message_id
            .trim()
            .trim_start_matches('<')
            .trim_end_matches('>');
        let sql = "SELECT j.verdict FROM mail m JOIN story j ON j.mail = m.id
            WHERE m.tenant = ?1 AND m.message_id IN (?2, ?3) AND m.id < ?4 AND j.verdict <> ''
            ORDER BY m.id DESC LIMIT 20";
        let bracketed = format!("<{bare}>");
        all(
            self.db()?,
            sql,
            params![tenant, bare, bracketed, before],
            |row| row.get(0),
        )
    }

    /// Whether a mail of one of them (look-up keys of addresses) to the other is known, before `before`.
    pub fn has_written(
        &self,
        tenant: Tenant,
        one_key: &str,
        other_key: &str,
        before: MailId,
    ) -> Result<bool, StoreFailure> {
        let sql = "SELECT 1 FROM (SELECT mail FROM recipient
                WHERE tenant = ?1 AND address_key = ?2 AND mail < ?4 ORDER BY mail DESC LIMIT ?5) r
            JOIN mail m ON m.id = r.mail WHERE m.sender_key = ?3 LIMIT 1";
        let db = self.db()?;
        for (to, from) in [(other_key, one_key), (one_key, other_key)] {
            let params = params![tenant, to, from, before, CONTACT_ROWS_MAX];
            if one(db, sql, params, |_| Ok(()))?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
