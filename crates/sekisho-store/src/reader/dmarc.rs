//! DMARC aggregate reports, ours and those of others.

use rusqlite::{Row, params};

use super::{Reader, all, rows};
use crate::at::At;
use crate::dmarc::{DmarcQuery, DmarcReportRow, DmarcSeen, DmarcSent, DmarcTotal, NewDmarcReport};
use crate::failure::StoreFailure;
use crate::ids::{MailId, Tenant};
use crate::text::address_key;

impl Reader {
    /// Mails from outside in `[from, until)` that were judged, oldest first: those behind `after`, at most `limit`.
    /// Left out, so that two reporters never go on about each other's reports: proved reports of others, and what
    /// came back to `own`, the address that ours are sent from.
    pub fn dmarc_seen(
        &self,
        tenant: Tenant,
        span: std::ops::Range<MailId>,
        own: &str,
        after: Option<MailId>,
        limit: usize,
    ) -> Result<Vec<DmarcSeen>, StoreFailure> {
        let first = span.start.as_i64().saturating_sub(1);
        let after = after.map_or(first, |after| after.as_i64().max(first));
        let sql = "SELECT s.mail, m.sender, s.facts,
                CASE s.verdict WHEN '' THEN '' ELSE coalesce(json_extract(s.verdict, '$.disposition.action'), '') END
            FROM story s JOIN mail m ON m.id = s.mail
            WHERE s.mail > ?1 AND s.mail < ?2 AND m.tenant = ?3 AND m.direction = ?4 AND s.facts <> ''
                AND NOT EXISTS (SELECT 1 FROM dmarc_report d WHERE d.mail = s.mail AND d.proved)
                AND NOT (m.sender IS NULL AND EXISTS (SELECT 1 FROM recipient r
                    WHERE r.mail = s.mail AND (r.address_key = ?5 OR r.given_key = ?5)))
            ORDER BY s.mail LIMIT ?6";
        let (inbound, own) = (crate::mail::Direction::Inbound, address_key(own));
        let values = params![after, span.end, tenant, inbound, own, rows(limit, 1_000)];
        all(self.db()?, sql, values, |row| {
            Ok(DmarcSeen {
                mail: row.get(0)?,
                sender: row.get(1)?,
                facts_json: row.get(2)?,
                action: row.get(3)?,
            })
        })
    }

    /// What was done about a day.
    pub fn dmarc_sent(&self, tenant: Tenant, day: i64) -> Result<Vec<DmarcSent>, StoreFailure> {
        let sql = "SELECT domain, outcome, mails, records, mail, at FROM dmarc_sent
            WHERE tenant = ?1 AND day = ?2 ORDER BY domain";
        all(self.db()?, sql, params![tenant, day], |row| {
            Ok(DmarcSent {
                tenant,
                day,
                domain: row.get(0)?,
                outcome: row.get(1)?,
                mails: count(row, 2)?,
                records: count(row, 3)?,
                mail: row.get(4)?,
                at: row.get::<_, At>(5)?.0,
            })
        })
    }

    /// Reports of others, the newest first.
    pub fn dmarc_reports(
        &self,
        tenant: Tenant,
        query: &DmarcQuery,
        limit: usize,
    ) -> Result<Vec<DmarcReportRow>, StoreFailure> {
        // A report that could not be read has no time of its own.
        let sql = "SELECT mail, received_at, sender, proved, org, report_id, domain, policy, begin_s, end_s, fault,
                (SELECT coalesce(sum(count), 0) FROM dmarc_record r WHERE r.report = d.id)
            FROM dmarc_report d WHERE tenant = ?1 AND (?2 IS NULL OR domain = ?2)
                AND max(end_s, received_at / 1000 * (fault IS NOT NULL)) >= ?3
            ORDER BY received_at DESC, id DESC LIMIT ?4";
        let values = params![tenant, query.domain, query.since_s, rows(limit, 1_000)];
        all(self.db()?, sql, values, |row| {
            Ok(DmarcReportRow {
                mail: row.get(0)?,
                received_at: row.get::<_, At>(1)?.0,
                sender: row.get(2)?,
                proved: row.get(3)?,
                report: NewDmarcReport {
                    org: row.get(4)?,
                    report_id: row.get(5)?,
                    domain: row.get(6)?,
                    policy: row.get(7)?,
                    begin_s: row.get(8)?,
                    end_s: row.get(9)?,
                    fault: row.get(10)?,
                    records: Vec::new(),
                },
                mails: count(row, 11)?,
            })
        })
    }

    /// What reports of others say, by source and result, the most mails first.
    pub fn dmarc_totals(
        &self,
        tenant: Tenant,
        query: &DmarcQuery,
        limit: usize,
    ) -> Result<Vec<DmarcTotal>, StoreFailure> {
        let sql = "SELECT r.source_ip, r.header_from, r.dkim, r.spf, r.disposition,
                sum(r.count) AS mails, count(DISTINCT d.id)
            FROM dmarc_report d JOIN dmarc_record r ON r.report = d.id
            WHERE d.tenant = ?1 AND (?2 IS NULL OR d.domain = ?2) AND d.end_s >= ?3
            GROUP BY r.source_ip, r.header_from, r.dkim, r.spf, r.disposition
            ORDER BY mails DESC, r.source_ip, r.header_from LIMIT ?4";
        let values = params![tenant, query.domain, query.since_s, rows(limit, 1_000)];
        all(self.db()?, sql, values, |row| {
            Ok(DmarcTotal {
                source_ip: row.get(0)?,
                header_from: row.get(1)?,
                dkim: row.get(2)?,
                spf: row.get(3)?,
                disposition: row.get(4)?,
                mails: count(row, 5)?,
                reports: count(row, 6)?,
            })
        })
    }
}

fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(at)?.unsigned_abs())
}
