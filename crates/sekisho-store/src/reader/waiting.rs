//! Mail that waits: holds, delays, quarantine.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{Reader, all, one, rows};
use crate::at::{At, time};
use crate::failure::StoreFailure;
use crate::hold::{Decider, DelayRow, HoldDue, HoldQuery, HoldRow, QuarantineQuery, QuarantineRow};
use crate::ids::{AccountId, HoldId, MailId, Tenant};
use crate::limits::ROWS_MAX;
use crate::mail::{MailRow, RecipientRow, RecipientState};
use crate::rows::{MAIL_COLUMNS, RECIPIENT, read_mail, read_recipient};

impl Reader {
    /// Holds, the newest first.
    pub fn holds(
        &self,
        tenant: Tenant,
        query: &HoldQuery,
        now: Timestamp,
    ) -> Result<Vec<HoldRow>, StoreFailure> {
        self.at_once(|db| {
            let filter = "WHERE h.tenant = ?1
                AND (?2 IS NULL OR h.approver = ?2 OR (h.deputy = ?2 AND coalesce(h.deputy_from, 0) <= ?3))
                AND (?4 IS NULL OR m.signed_in = ?4) AND (NOT ?5 OR h.state = 1)
                ORDER BY h.id DESC LIMIT ?6";
            let limit = rows(query.limit, ROWS_MAX);
            hold_rows(db, filter, params![tenant, query.approver, At(now), query.sender, query.open_only, limit])
        })
    }

    /// One hold.
    pub fn hold(&self, tenant: Tenant, hold: HoldId) -> Result<HoldRow, StoreFailure> {
        self.one_hold("WHERE h.id = ?1 AND h.tenant = ?2", params![hold, tenant])
    }

    /// The hold of the token in a notice's link.
    pub fn hold_by_token(&self, token_hash: &[u8; 32]) -> Result<HoldRow, StoreFailure> {
        self.one_hold("WHERE h.token_hash = ?1", params![token_hash])
    }

    /// The hold of a mail, if it has or had one.
    pub fn hold_of_mail(&self, tenant: Tenant, mail: MailId) -> Result<HoldRow, StoreFailure> {
        self.one_hold("WHERE h.mail = ?1 AND h.tenant = ?2", params![mail, tenant])
    }

    fn one_hold(
        &self,
        filter: &str,
        params: impl rusqlite::Params,
    ) -> Result<HoldRow, StoreFailure> {
        let found = self.at_once(|db| hold_rows(db, filter, params))?;
        found
            .into_iter()
            .next()
            .ok_or(StoreFailure::NotFound("hold"))
    }

    /// Holds of all tenants on which something is due, the most urgent first.
    pub fn holds_due(
        &self,
        now: Timestamp,
        max: usize,
    ) -> Result<Vec<(HoldDue, HoldRow)>, StoreFailure> {
        let filters = [
            (HoldDue::Deadline, "WHERE h.state = 1 AND h.deadline <= ?1 ORDER BY h.deadline LIMIT ?2"),
            (
                HoldDue::Deputise,
                "WHERE h.state = 1 AND h.deputised = 0 AND h.deputy IS NOT NULL AND h.deputy_from <= ?1
                ORDER BY h.deputy_from LIMIT ?2",
            ),
            (HoldDue::Remind, "WHERE h.state = 1 AND h.remind_at <= ?1 ORDER BY h.remind_at LIMIT ?2"),
        ];
        self.at_once(|db| {
            let mut due: Vec<(HoldDue, HoldRow)> = Vec::new();
            for (what, filter) in filters {
                for hold in hold_rows(db, filter, params![At(now), rows(max, ROWS_MAX)])? {
                    // One thing at a time: a hold that ends needs no reminder.
                    if due.iter().all(|(_, other)| other.id != hold.id) {
                        due.push((what, hold));
                    }
                }
            }
            due.truncate(max);
            Ok(due)
        })
    }

    /// When the next reminder, deputy or deadline is.
    pub fn next_hold_due(&self) -> Result<Option<Timestamp>, StoreFailure> {
        let sql = "SELECT min(min(deadline, coalesce(remind_at, deadline),
                CASE WHEN deputised = 0 AND deputy IS NOT NULL THEN coalesce(deputy_from, deadline) ELSE deadline END))
            FROM hold WHERE state = 1";
        Ok(time(one(self.db()?, sql, (), |row| row.get(0))?.flatten()))
    }

    /// Delayed mails, of one sender if given, the next to go first.
    pub fn delayed(
        &self,
        tenant: Tenant,
        sender: Option<AccountId>,
    ) -> Result<Vec<DelayRow>, StoreFailure> {
        self.at_once(|db| {
            let sql = format!(
                "SELECT {MAIL_COLUMNS}, min(d.until_at) FROM delay d JOIN mail m ON m.id = d.mail
                WHERE d.tenant = ?1 AND (?2 IS NULL OR m.signed_in = ?2)
                GROUP BY m.id ORDER BY min(d.until_at), m.id LIMIT ?3"
            );
            let read = |row: &Row<'_>| Ok((read_mail(row)?, row.get::<_, At>(21)?.0));
            let found = all(db, &sql, params![tenant, sender, rows(0, ROWS_MAX)], read)?;
            let with_recipients = |(mail, until): (MailRow, Timestamp)| {
                let recipients = recipients(db, mail.id)?;
                Ok(DelayRow {
                    mail,
                    until,
                    recipients,
                })
            };
            found.into_iter().map(with_recipients).collect()
        })
    }

    /// When the next delayed mail goes.
    pub fn next_delay(&self) -> Result<Option<Timestamp>, StoreFailure> {
        Ok(time(
            one(self.db()?, "SELECT min(until_at) FROM delay", (), |row| {
                row.get(0)
            })?
            .flatten(),
        ))
    }

    /// Quarantined mail, the newest first.
    pub fn quarantined(
        &self,
        tenant: Tenant,
        query: &QuarantineQuery,
    ) -> Result<Vec<QuarantineRow>, StoreFailure> {
        self.at_once(|db| {
            let sql = format!(
                "{RECIPIENT} WHERE tenant = ?1 AND state = 4 AND (?2 IS NULL OR account = ?2)
                AND (?3 IS NULL OR mail < ?3) ORDER BY mail DESC, nr LIMIT ?4"
            );
            let params = params![
                tenant,
                query.account,
                query.before,
                rows(query.limit, ROWS_MAX)
            ];
            let found = all(db, &sql, params, read_recipient)?;
            debug_assert!(
                found
                    .iter()
                    .all(|row| row.state == RecipientState::Quarantined)
            );
            let with_mail = |recipient: RecipientRow| {
                let mail = mail(db, recipient.id.mail)?.ok_or(StoreFailure::NotFound("mail"))?;
                Ok(QuarantineRow { mail, recipient })
            };
            found.into_iter().map(with_mail).collect()
        })
    }
}

/// A mail by its id alone: the caller has checked the tenant.
pub(super) fn mail(db: &Connection, id: MailId) -> Result<Option<MailRow>, StoreFailure> {
    one(
        db,
        &format!("SELECT {MAIL_COLUMNS} FROM mail m WHERE m.id = ?1"),
        [id],
        read_mail,
    )
}

/// The recipients of a mail.
pub(super) fn recipients(db: &Connection, id: MailId) -> Result<Vec<RecipientRow>, StoreFailure> {
    all(
        db,
        &format!("{RECIPIENT} WHERE mail = ?1 ORDER BY nr"),
        [id],
        read_recipient,
    )
}

fn hold_rows(
    db: &Connection,
    filter: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<HoldRow>, StoreFailure> {
    let sql = format!(
        "SELECT {MAIL_COLUMNS}, h.id, h.approver, h.deputy, h.deputy_from, h.remind_at, h.deadline, h.at_deadline,
            h.reason, h.created_at, h.state, h.decided_by, h.decided_at, h.comment, p.address, p.name
        FROM hold h JOIN mail m ON m.id = h.mail
            LEFT JOIN account p ON h.decided_by = 'account:' || p.id AND p.tenant = h.tenant {filter}"
    );
    let mut holds = all(db, &sql, params, read_hold)?;
    for hold in &mut holds {
        hold.recipients = recipients(db, hold.mail.id)?;
    }
    Ok(holds)
}

/// The account of an actor as the audit log writes it.
fn decider_id(actor: &str) -> Option<AccountId> {
    actor.strip_prefix("account:")?.parse().ok().map(AccountId)
}

fn read_hold(row: &Row<'_>) -> rusqlite::Result<HoldRow> {
    let mail = read_mail(row)?;
    let decided_by: Option<String> = row.get(31)?;
    let decider = decided_by.as_deref().and_then(decider_id);
    let (address, name) = (row.get(34)?, row.get(35)?);
    Ok(HoldRow {
        id: row.get(21)?,
        tenant: mail.tenant,
        mail,
        recipients: Vec::new(),
        approver: row.get(22)?,
        deputy: row.get(23)?,
        deputy_from: time(row.get(24)?),
        remind_at: time(row.get(25)?),
        deadline: row.get::<_, At>(26)?.0,
        at_deadline: row.get(27)?,
        reason_json: row.get(28)?,
        created_at: row.get::<_, At>(29)?.0,
        state: row.get(30)?,
        decided_by,
        decider: decider.map(|account| Decider {
            account,
            address,
            name,
        }),
        decided_at: time(row.get(32)?),
        comment: row.get(33)?,
    })
}
