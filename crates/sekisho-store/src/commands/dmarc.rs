//! DMARC aggregate reports: ours once a day, those of others as rows.

use jiff::Timestamp;
use rusqlite::params;

use super::accept::{accept_all, take_contents};
use super::audit;
use super::steps::json;
use crate::at::At;
use crate::audit::Actor;
use crate::dmarc::{DmarcReceived, DmarcSent, NewDmarcReport};
use crate::failure::StoreFailure;
use crate::ids::Tenant;
use crate::limits::{DMARC_TEXT_BYTES_MAX, PRUNE_DMARC_REPORTS_MAX};
use crate::mail::NewMail;
use crate::pending::Pending;
use crate::store::Store;
use crate::text::cut;
use crate::writer::Tx;

impl Store {
    /// Notes that a day was reported, and takes the mail with the report in the same transaction: whatever happens
    /// in between, it goes once. False when it had been noted before; nothing is taken then.
    pub fn put_dmarc_sent(&self, sent: DmarcSent, carrier: Option<NewMail>) -> Pending<bool> {
        let mut mails: Vec<NewMail> = carrier.into_iter().collect();
        let contents = take_contents(&mut mails);
        Pending::new(self.door(), contents, move |tx, contents| {
            let sql =
                "INSERT INTO dmarc_sent (tenant, day, domain, outcome, mails, records, mail, at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
            let new = tx.run(
                sql,
                params![
                    sent.tenant,
                    sent.day,
                    sent.domain,
                    sent.outcome,
                    signed(sent.mails),
                    signed(sent.records),
                    sent.mail,
                    At(sent.at)
                ],
            )?;
            if new == 0 {
                return Ok(false);
            }
            accept_all(tx, &mails, contents)?;
            if !mails.is_empty() {
                let detail = json(&serde_json::json!({
                    "day": sent.day, "mails": sent.mails, "records": sent.records, "mail": sent.mail.map(|id| id.to_string()),
                }));
                let (actor, action) = (Actor::System("dmarc"), "dmarc.report-sent");
                audit::write(
                    tx,
                    sent.tenant,
                    sent.at,
                    &actor,
                    action,
                    &sent.domain,
                    &detail,
                )?;
            }
            Ok(true)
        })
    }

    /// Writes the reports of a mail; how many of them were new.
    pub fn put_dmarc_received(&self, received: DmarcReceived) -> Pending<u64> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let mut new = 0;
            for report in &received.reports {
                new += u64::from(put(tx, &received, report)?);
            }
            let faults: Vec<_> = received
                .reports
                .iter()
                .filter_map(|report| report.fault.as_deref())
                .collect();
            let detail = json(&serde_json::json!({
                "from": received.sender, "reports": received.reports.len(), "new": new, "faults": faults,
            }));
            let (actor, subject) = (Actor::System("dmarc"), received.mail.to_string());
            let (tenant, now, action) = (received.tenant, received.now, "dmarc.report-received");
            audit::write(tx, tenant, now, &actor, action, &subject, &detail)?;
            Ok(new)
        })
        .alone()
    }

    /// Lets one batch of an organisation's oldest reports go; how many went.
    pub fn prune_dmarc(&self, tenant: Tenant, before: Timestamp, now: Timestamp) -> Pending<u64> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let sql =
                "SELECT id FROM dmarc_report WHERE tenant = ?1 AND received_at < ?2 ORDER BY received_at LIMIT ?3";
            let limits = params![tenant, At(before), PRUNE_DMARC_REPORTS_MAX];
            let old: Vec<i64> = tx.all(sql, limits, |row| row.get(0))?;
            let day = before.as_second().div_euclid(86_400);
            tx.run(
                "DELETE FROM dmarc_sent WHERE tenant = ?1 AND day < ?2",
                params![tenant, day],
            )?;
            if old.is_empty() {
                return Ok(0);
            }
            let list = json(&old);
            for sql in [
                "DELETE FROM dmarc_record WHERE report IN (SELECT value FROM json_each(?1))",
                "DELETE FROM dmarc_report WHERE id IN (SELECT value FROM json_each(?1))",
            ] {
                tx.run(sql, [&list])?;
            }
            let detail = json(&serde_json::json!({ "reports": old.len() }));
            let actor = Actor::System("retention");
            audit::write(tx, tenant, now, &actor, "dmarc.pruned", "", &detail)?;
            Ok(old.len() as u64)
        })
        .alone()
    }
}

/// Whether it was new.
fn put(
    tx: &Tx<'_>,
    received: &DmarcReceived,
    report: &NewDmarcReport,
) -> Result<bool, StoreFailure> {
    let sql = "INSERT INTO dmarc_report
            (tenant, mail, received_at, sender, proved, org, report_id, domain, policy, begin_s, end_s, fault)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING RETURNING id";
    let text = |text| cut(text, DMARC_TEXT_BYTES_MAX);
    let values = params![
        received.tenant,
        received.mail,
        At(received.now),
        text(&received.sender),
        received.proved,
        text(&report.org),
        text(&report.report_id),
        text(&report.domain),
        text(&report.policy),
        report.begin_s,
        report.end_s,
        report.fault.as_deref().map(text),
    ];
    let Some(id) = tx.one(sql, values, |row| row.get::<_, i64>(0))? else {
        // The mail is known as one that brought a report, all the same.
        let again = NewDmarcReport {
            fault: Some("it came before".to_owned()),
            records: Vec::new(),
            ..report.clone()
        };
        return put(tx, received, &again).map(|_| false);
    };
    let sql = "INSERT INTO dmarc_record
            (report, nr, source_ip, count, disposition, dkim, spf, header_from, envelope_from)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    for (nr, record) in (0_i64..).zip(&report.records) {
        let values = params![
            id,
            nr,
            record.source_ip.to_string(),
            signed(record.count),
            text(&record.disposition),
            text(&record.dkim),
            text(&record.spf),
            text(&record.header_from),
            text(&record.envelope_from),
        ];
        tx.run(sql, values)?;
    }
    Ok(true)
}

/// Counts that others write can be of any size.
fn signed(count: u64) -> i64 {
    // Sums of a million such rows still fit.
    i64::try_from(count).unwrap_or(i64::MAX).min(1 << 42)
}
